package servelint.rules.decisions["decision-outcome-listed_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-outcome-listed"] as rule

chosen := {["spec", "decisions", 0, "outcome", "chosen"]}

test_flags_an_option_that_was_not_considered if {
	places(decision("accepted", {"chosen": "c"})) == chosen
}

test_suggests_the_option_of_that_title if {
	messages := {f.message | some f in rule.finding} with input as {"spec": {"decisions": [decision("accepted", {"chosen": "Ray Serve"})]}}
	messages == {"decision `D1` chooses `Ray Serve`, which is none of its options: did you mean `b`?"}
}

test_flags_an_option_that_fails_a_constraint if {
	doc := {"spec": {"decisions": [{"id": "D1", "options": [{"id": "a", "meetsConstraints": false}, {"id": "b"}], "outcome": {"chosen": "a"}}]}}
	related := {f.related[0].at | some f in rule.finding} with input as doc
	related == {["spec", "decisions", 0, "options", 0, "meetsConstraints"]}
}

test_flags_an_option_that_was_rejected if {
	places({"id": "D1", "options": [{"id": "a", "rejectedBecause": "too slow"}, {"id": "b"}], "outcome": {"chosen": "a"}}) == chosen
}

test_flags_an_option_once if {
	doc := {"spec": {"decisions": [{"id": "D1", "options": [{"id": "a", "meetsConstraints": false, "rejectedBecause": "violates C1"}, {"id": "b"}], "outcome": {"chosen": "a"}}]}}
	count(rule.finding) == 1 with input as doc
}

test_flags_an_accepted_decision_without_outcome if {
	places(decision("accepted", {})) == chosen
}

test_accepts_an_admissible_option if {
	places(decision("accepted", {"chosen": "a"})) == set()
	places({"id": "D1", "options": [{"id": "a", "meetsConstraints": true}, {"id": "b", "meetsConstraints": false}], "outcome": {"chosen": "a"}}) == set()
}

test_ignores_a_proposal_without_outcome if {
	places(object.remove(decision("proposed", {}), ["outcome"])) == set()
}

test_ignores_missing_fields if {
	places({}) == set()
	places({"id": "D1", "outcome": {"chosen": "a"}}) == set()
	count(rule.finding) == 0 with input as {}
}

decision(status, outcome) := {
	"id": "D1",
	"status": status,
	"options": [{"id": "a", "title": "vLLM"}, {"id": "b", "title": "Ray Serve"}],
	"outcome": outcome,
}

places(entry) := at if {
	at := {f.at | some f in rule.finding} with input as {"spec": {"decisions": [entry]}}
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "decisions", 0, "outcome", "chosen"],
			"related": [["spec", "decisions", 0, "options", 0, "meetsConstraints"]],
			"says": ["`D1`", "`a`"],
		},
	}
	said_2([]) == {{"at": ["spec", "decisions", 0, "outcome", "chosen"], "says": ["`D1`"]}}
}

test_flags_without_decisions_id if {
	said_1([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {
		{
			"at": ["spec", "decisions", 0, "outcome", "chosen"],
			"related": [["spec", "decisions", 0, "options", 0, "meetsConstraints"]],
			"says": ["`1`", "`a`"],
		},
	}
	said_2([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {{"at": ["spec", "decisions", 0, "outcome", "chosen"], "says": ["`1`"]}}
}

test_ignores_empty_decisions_options if {
	said_1([{"op": "replace", "path": "/spec/decisions/0/options", "value": []}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"spec": {
		"decisions": [
			{
				"id": "D1",
				"options": [{"id": "a", "meetsConstraints": false}, {"id": "b"}],
				"outcome": {"chosen": "a"},
			},
		],
	},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"spec": {
		"decisions": [
			{
				"id": "D1",
				"options": [{"id": "a", "title": "vLLM"}, {"id": "b", "title": "Ray Serve"}],
				"outcome": {},
				"status": "accepted",
			},
		],
	},
}

test_flags_another_options_id if {
	said_more_2([{"op": "replace", "path": "/spec/decisions/0/options/0/id", "value": "other"}]) == {{"at": ["spec", "decisions", 0, "outcome", "chosen"], "says": ["`D1`", "`a`", "`b`", "`other`"]}}
}

test_flags_fewer_decisions_options if {
	said_more_1([{"op": "remove", "path": "/spec/decisions/0/options/0"}]) == {{"at": ["spec", "decisions", 0, "outcome", "chosen"], "says": ["`1`", "`a`", "`b`"]}}
}

test_flags_the_places_too if {
	said_more_2([]) == {
		{
			"at": ["spec", "decisions", 0, "outcome", "chosen"],
			"related": [["spec", "decisions", 0, "options", 0, "rejectedBecause"]],
			"says": ["`D1`", "`a`"],
		},
	}
}

test_flags_without_decisions_id_too if {
	said_more_2([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {
		{
			"at": ["spec", "decisions", 0, "outcome", "chosen"],
			"related": [["spec", "decisions", 0, "options", 0, "rejectedBecause"]],
			"says": ["`1`", "`a`"],
		},
	}
}

said_more_1(changes) := found if {
	doc := json.patch(example_more_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_1 := {
	"spec": {
		"decisions": [{"options": [{"id": "a", "meetsConstraints": false}, {"id": "b"}], "outcome": {"chosen": "a"}}],
	},
}

said_more_2(changes) := found if {
	doc := json.patch(example_more_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_2 := {
	"spec": {
		"decisions": [
			{
				"id": "D1",
				"options": [{"id": "a", "rejectedBecause": "too slow"}, {"id": "b"}],
				"outcome": {"chosen": "a"},
			},
		],
	},
}
