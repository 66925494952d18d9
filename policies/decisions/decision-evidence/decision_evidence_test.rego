package servelint.rules.decisions["decision-evidence_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-evidence"] as rule

outcome := ["spec", "decisions", 0, "outcome", "evidence"]

performance := ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance", "evidence"]

test_flags_an_outcome_without_evidence if {
	places(decision("accepted", [], ["bench.json"])) == {outcome}
}

test_flags_a_rating_that_was_not_measured if {
	places(decision("accepted", ["bench.json"], [])) == {performance}
	places(decision("accepted", ["bench.json"], ["docs/perf.md#results", {"path": "docs/Perf.PDF"}])) == {performance}
}

test_accepts_one_measured_file if {
	places(decision("accepted", ["docs/a.md"], ["docs/perf.md", {"path": "evidence/k6.json", "format": "k6"}])) == set()
	places(decision("proposed", ["https://example.com/run/1"], ["https://example.com/run/1"])) == set()
}

test_ignores_decisions_that_no_longer_apply if {
	places(decision("superseded", [], [])) == set()
}

test_ignores_options_that_a_constraint_rules_out if {
	places({
		"id": "D1", "status": "accepted",
		"options": [{"id": "a", "meetsConstraints": false, "tradeoffs": {"performance": {"rating": "worse"}}}],
	}) == set()
}

test_ignores_proposals_without_outcome if {
	places({"id": "D1", "status": "proposed", "options": [{"id": "a"}]}) == set()
}

test_ignores_missing_fields if {
	places({}) == set()
	count(rule.finding) == 0 with input as {}
}

decision(status, chosen, rated) := {
	"id": "D1",
	"status": status,
	"options": [{"id": "a", "tradeoffs": {"performance": {"rating": "better", "rationale": "r", "evidence": rated}}}],
	"outcome": {"chosen": "a", "evidence": chosen},
}

places(entry) := at if {
	at := {f.at | some f in rule.finding} with input as {"spec": {"decisions": [entry]}}
}

test_flags_the_places if {
	said_1([]) == {{"at": ["spec", "decisions", 0, "outcome", "evidence"], "says": ["`D1`", "`a`"]}}
}

test_flags_without_decisions_id if {
	said_1([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {{"at": ["spec", "decisions", 0, "outcome", "evidence"], "says": ["`1`", "`a`"]}}
	said_2([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance", "evidence"],
			"says": ["`a`", "`1`", "`better`"],
		},
	}
}

test_flags_without_decisions_status if {
	said_2([{"op": "remove", "path": "/spec/decisions/0/status"}]) == {
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance", "evidence"],
			"says": ["`a`", "`D1`", "`better`"],
		},
	}
}

test_flags_without_options_id if {
	said_2([{"op": "remove", "path": "/spec/decisions/0/options/0/id"}]) == {
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance", "evidence"],
			"says": ["`1`", "`D1`", "`better`"],
		},
	}
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
				"options": [
					{
						"id": "a",
						"tradeoffs": {"performance": {"evidence": ["bench.json"], "rating": "better", "rationale": "r"}},
					},
				],
				"outcome": {"chosen": "a", "evidence": []},
				"status": "accepted",
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
				"options": [{"id": "a", "tradeoffs": {"performance": {"evidence": [], "rating": "better", "rationale": "r"}}}],
				"outcome": {"chosen": "a", "evidence": ["bench.json"]},
				"status": "accepted",
			},
		],
	},
}

test_flags_the_places_too if {
	said_more([]) == {
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance", "evidence"],
			"says": ["`a`", "`D1`", "`better`", "`docs/perf.md#results`"],
		},
	}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"spec": {
		"decisions": [
			{
				"id": "D1",
				"options": [
					{
						"id": "a",
						"tradeoffs": {
							"performance": {
								"evidence": ["docs/perf.md#results", {"path": "docs/Perf.PDF"}],
								"rating": "better",
								"rationale": "r",
							},
						},
					},
				],
				"outcome": {"chosen": "a", "evidence": ["bench.json"]},
				"status": "accepted",
			},
		],
	},
}
