package servelint.rules.decisions["constraint-considered_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["constraint-considered"] as rule

decision := "/decisions/0/spec/decisions/0"

rejected := ["decisions", 0, "spec", "decisions", 0, "options", 1, "rejectedBecause"]

test_flags_a_hard_constraint_that_no_decision_names if {
	said(testing.after(good, {at("/drivers"): ["cost"]})) == {{"at": ["serving", "spec", "constraints", 0], "says": ["`C1`"]}}
	said(testing.after(good, {at("/drivers"): ["C10", "AC1"]})) == {{"at": ["serving", "spec", "constraints", 0], "says": ["`C1`"]}}
}

test_accepts_a_constraint_that_a_text_names if {
	every place in ["/context", "/outcome/justification"] {
		said(testing.after(good, {at("/drivers"): [], at(place): "It keeps to C1."})) == set()
	}
}

test_accepts_a_constraint_that_an_item_verifies if {
	list := {"spec": {"items": [{"id": "X-1", "verifies": ["constraint/C1"]}]}}
	said(testing.after(good, {at("/drivers"): [], "/checklists": [list]})) == set()
}

test_ignores_decisions_that_no_longer_apply if {
	said(testing.after(good, {at("/status"): "superseded", at("/drivers"): []})) == set()
}

test_ignores_a_soft_constraint if {
	said(testing.after(good, {"/serving/spec/constraints/0/hard": false, at("/drivers"): []})) == set()
}

test_flags_an_option_that_breaks_a_constraint_without_a_name if {
	said(testing.after(good, {at("/options/1/meetsConstraints"): false})) == {{"at": rejected, "says": ["`b`", "`rejectedBecause`", "`C1`"]}}
	said(testing.after(good, {at("/options/1/meetsConstraints"): false, at("/options/1/rejectedBecause"): "obviously bad"})) == {{
		"at": rejected,
		"says": ["`b`", "`rejectedBecause`", "`C1`"],
	}}
}

test_flags_an_option_that_breaks_only_a_soft_constraint if {
	said(testing.after(good, {at("/options/1/meetsConstraints"): false, at("/options/1/rejectedBecause"): "violates C2"})) == {{
		"at": rejected,
		"says": ["`b`", "`C2`"],
		"related": [["serving", "spec", "constraints", 1]],
	}}
}

test_flags_a_constraint_that_does_not_exist if {
	said(testing.after(good, {at("/options/1/rejectedBecause"): "violates C9"})) == {{
		"at": rejected,
		"says": ["`b`", "`C9`", "`C1`", "`C2`"],
	}}
}

test_accepts_an_option_that_names_a_hard_constraint if {
	said(testing.after(good, {at("/options/1/meetsConstraints"): false, at("/options/1/rejectedBecause"): "violates C1, and C2."})) == set()
}

test_accepts_other_words_with_digits if {
	said(testing.after(good, {at("/options/1/rejectedBecause"): "needs H100 and HTTP2; see R1"})) == set()
}

test_accepts_options_where_there_are_no_constraints if {
	said(testing.after(good, {"/serving/spec/constraints": [], at("/options/1/meetsConstraints"): false})) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
}

at(place) := concat("", [decision, place])

good := {
	"serving": {"spec": {"constraints": [
		{"id": "C1", "hard": true, "statement": "s"},
		{"id": "C2", "hard": false, "statement": "s"},
	]}},
	"decisions": [{"spec": {"decisions": [{
		"id": "D1",
		"status": "accepted",
		"drivers": ["C1"],
		"options": [{"id": "a"}, {"id": "b"}],
		"outcome": {"chosen": "a"},
	}]}}],
	"checklists": [],
}

said(review) := found if {
	found := testing.all(rule.finding) with input as review
}
