package servelint.rules.decisions["decision-outcome-listed_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-outcome-listed"] as rule

chosen := ["spec", "decisions", 0, "outcome", "chosen"]

test_flags_an_option_that_was_not_considered if {
	said(testing.after(good, {"/outcome/chosen": "c"})) == {{"at": chosen, "says": ["`D1`", "`c`", "`a`", "`b`"]}}
}

test_suggests_the_option_of_that_id_or_title_in_other_capitals if {
	said(testing.after(good, {"/outcome/chosen": "Ray Serve"})) == {{"at": chosen, "says": ["`D1`", "`Ray Serve`", "`b`"]}}
	said(testing.after(good, {"/outcome/chosen": "B"})) == {{"at": chosen, "says": ["`D1`", "`B`", "`b`"]}}
}

test_words_a_suggestion_and_a_list_differently if {
	messages := {finding.message |
		some name in ["B", "c"]
		some finding in rule.finding with input as log(testing.after(good, {"/outcome/chosen": name}))
	}
	messages == {
		"decision `D1` chooses `B`, which is not one of its options: did you mean `b`?",
		"decision `D1` chooses `c`, which is not one of its options: `a`, `b`",
	}
}

test_flags_an_option_that_fails_a_constraint if {
	said(testing.after(good, {"/options/0/meetsConstraints": false})) == {{
		"at": chosen,
		"related": [["spec", "decisions", 0, "options", 0, "meetsConstraints"]],
		"says": ["`D1`", "`a`"],
	}}
}

test_flags_an_option_that_was_rejected if {
	said(testing.after(good, {"/options/0/rejectedBecause": "too slow"})) == {{
		"at": chosen,
		"related": [["spec", "decisions", 0, "options", 0, "rejectedBecause"]],
		"says": ["`D1`", "`a`"],
	}}
}

test_flags_an_option_that_failed_and_was_rejected_once if {
	{finding.related | some finding in said(testing.after(good, {
		"/options/0/meetsConstraints": false,
		"/options/0/rejectedBecause": "violates C1",
	}))} == {[["spec", "decisions", 0, "options", 0, "rejectedBecause"]]}
}

test_flags_an_accepted_decision_that_chooses_nothing if {
	said(testing.after(good, {"/outcome": {}})) == {{"at": chosen, "says": ["`D1`"]}}
}

test_accepts_an_admissible_option if {
	said(testing.after(good, {"/options/0/meetsConstraints": true})) == set()
}

test_accepts_that_another_option_was_ruled_out if {
	said(testing.after(good, {"/options/1/meetsConstraints": false})) == set()
	said(testing.after(good, {"/options/1/rejectedBecause": "too slow"})) == set()
}

test_ignores_a_proposal_that_has_chosen_nothing if {
	said(testing.after(testing.without(good, ["/outcome"]), {"/status": "proposed"})) == set()
}

# Another rule reports that there are none.
test_ignores_a_decision_without_options if {
	said(testing.after(good, {"/options": []})) == set()
	said(testing.without(good, ["/options"])) == set()
}

test_names_decisions_without_an_id_by_their_number if {
	every change in [
		{"/outcome/chosen": "c"},
		{"/outcome": {}},
		{"/options/0/meetsConstraints": false},
		{"/options/0/rejectedBecause": "too slow"},
	] {
		{finding.says[0] | some finding in said(testing.without(testing.after(good, change), ["/id"]))} == {"`1`"}
	}
}

test_ignores_missing_parts if {
	said({}) == set()
	rule.finding == set() with input as {}
}

good := {
	"id": "D1",
	"status": "accepted",
	"options": [{"id": "a", "title": "vLLM"}, {"id": "b", "title": "Ray Serve"}],
	"outcome": {"chosen": "a"},
}

log(decision) := {"spec": {"decisions": [decision]}}

said(decision) := found if {
	found := testing.all(rule.finding) with input as log(decision)
}
