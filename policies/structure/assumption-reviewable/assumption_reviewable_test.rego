package servelint.rules.structure["assumption-reviewable_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["assumption-reviewable"] as rule

complete := {"id": "A1", "statement": "s", "owner": "dana.k", "ifWrong": "scale out", "validateBy": "2026-11-15"}

undated := object.remove(complete, ["validateBy"])

test_accepts_an_assumption_with_owner_consequences_and_date if {
	said({"assumptions": [complete]}) == set()
}

test_flags_an_assumption_without_an_owner if {
	every entry in [object.remove(complete, ["owner"]), object.union(complete, {"owner": " "})] {
		said({"assumptions": [entry]}) == {{"at": ["spec", "assumptions", 0, "owner"], "says": ["`A1`"]}}
	}
}

test_flags_an_assumption_without_consequences if {
	said({"assumptions": [complete, object.remove(complete, ["ifWrong"])]}) == {{
		"at": ["spec", "assumptions", 1, "ifWrong"],
		"says": ["`A1`", "`ifWrong`"],
	}}
}

test_flags_an_assumption_with_neither_basis_nor_date if {
	every entry in [undated, object.union(undated, {"basis": {}})] {
		said({"assumptions": [entry]}) == {{
			"at": ["spec", "assumptions", 0, "validateBy"],
			"says": ["`A1`", "`basis`", "`validateBy`"],
		}}
	}
}

test_accepts_each_basis_without_a_date if {
	every kind in ["evidence", "checklistItem", "decision"] {
		said({"assumptions": [object.union(undated, {"basis": {kind: "x"}})]}) == set()
	}
}

test_flags_an_assumption_without_an_id_by_its_number if {
	said({"assumptions": [complete, {}]}) == {
		{"at": ["spec", "assumptions", 1, "owner"], "says": ["`2`"]},
		{"at": ["spec", "assumptions", 1, "ifWrong"], "says": ["`2`", "`ifWrong`"]},
		{"at": ["spec", "assumptions", 1, "validateBy"], "says": ["`2`", "`basis`", "`validateBy`"]},
	}
}

dated := {"id": "A1", "owner": "a", "ifWrong": "b", "validateBy": "2026-11-01"}

review(assumption, changes) := testing.after(
	{
		"serving": {"spec": {"environment": "production", "assumptions": [assumption]}},
		"decisions": [{"spec": {"decisions": [{"id": "D1", "drivers": ["cost"]}]}}],
		"checklists": [{"spec": {"items": [{"id": "LOAD-1", "verifies": ["slo/x"]}]}}],
	},
	changes,
)

test_flags_an_assumption_that_nothing_supports_in_production if {
	found := testing.all(rule.finding) with input as review(dated, {})
	found == {{
		"at": ["serving", "spec", "assumptions", 0, "basis"],
		"says": ["`A1`", "`basis`", "2026", "11", "01"],
		"severity": "warning",
		"help": "Give the assumption a `basis`, or add a checklist item that measures it and lists it under `verifies`.",
	}}
}

test_accepts_an_assumption_with_a_basis_or_an_item if {
	rule.finding == set() with input as review(dated, {"/checklists/0/spec/items/0/verifies": ["assumption/A1"]})
	rule.finding == set() with input as review(object.union(dated, {"basis": {"checklistItem": "LOAD-1"}}), {})
	rule.finding == set() with input as review(dated, {"/serving/spec/environment": "staging"})
}

test_flags_a_basis_that_rests_on_the_assumption if {
	resting := object.union(dated, {"basis": {"decision": "D1"}})
	every driver in ["A1", "assumption/A1"] {
		found := testing.all(rule.finding) with input as review(resting, {"/decisions/0/spec/decisions/0/drivers": ["cost", driver]})
		found == {{
			"at": ["serving", "spec", "assumptions", 0, "basis", "decision"],
			"says": ["`A1`", "`D1`"],
			"related": [["decisions", 0, "spec", "decisions", 0, "drivers", 1]],
			"help": "Name a result or a checklist item that supports the assumption.",
		}}
	}
	rule.finding == set() with input as review(resting, {})
}

test_flags_an_empty_list_without_a_reason if {
	said({"assumptions": []}) == {{"at": ["spec", "noAssumptions"], "says": ["`noAssumptions`"]}}
}

test_accepts_an_empty_list_with_a_reason if {
	said({"assumptions": [], "noAssumptions": "a copy of the running service"}) == set()
}

test_ignores_unfinished_documents if {
	said({}) == set()
	count(rule.finding) == 0 with input as {}
}

said(spec) := found if {
	found := testing.all(rule.finding) with input as {"spec": spec}
}
