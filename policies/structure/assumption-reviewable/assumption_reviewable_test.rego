package servelint.rules.structure["assumption-reviewable_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["assumption-reviewable"] as rule

complete := {"id": "A1", "statement": "s", "owner": "dana.k", "ifWrong": "scale out", "validateBy": "2026-11-15"}

test_flags_a_missing_owner if {
	places([object.remove(complete, ["owner"])]) == {["spec", "assumptions", 0, "owner"]}
	places([object.union(complete, {"owner": " "})]) == {["spec", "assumptions", 0, "owner"]}
}

test_flags_missing_consequences if {
	places([complete, object.remove(complete, ["ifWrong"])]) == {["spec", "assumptions", 1, "ifWrong"]}
}

test_flags_neither_basis_nor_date if {
	places([object.remove(complete, ["validateBy"])]) == {["spec", "assumptions", 0, "validateBy"]}
	places([object.union(object.remove(complete, ["validateBy"]), {"basis": {}})]) == {["spec", "assumptions", 0, "validateBy"]}
}

test_accepts_a_basis_without_date if {
	places([object.union(object.remove(complete, ["validateBy"]), {"basis": {"decision": "ADR-1"}})]) == set()
}

test_accepts_a_date_without_basis if {
	places([complete]) == set()
}

test_flags_an_empty_list_without_reason if {
	at := {f.at | some f in rule.finding} with input as {"spec": {"assumptions": []}}
	at == {["spec", "noAssumptions"]}
}

test_accepts_an_empty_list_with_reason if {
	count(rule.finding) == 0 with input as {"spec": {"assumptions": [], "noAssumptions": "a copy of the running service"}}
}

test_ignores_missing_fields if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {}}
}

places(assumptions) := at if {
	at := {f.at | some f in rule.finding} with input as {"spec": {"assumptions": assumptions}}
}

test_flags_empty_assumptions if {
	said_2([{"op": "replace", "path": "/spec/assumptions/0", "value": {}}]) == {
		{"at": ["spec", "assumptions", 0, "ifWrong"], "says": ["`1`", "`ifWrong`"]},
		{"at": ["spec", "assumptions", 0, "owner"], "says": ["`1`"]},
		{"at": ["spec", "assumptions", 0, "validateBy"], "says": ["`1`", "`basis`", "`validateBy`"]},
		{"at": ["spec", "assumptions", 1, "ifWrong"], "says": ["`A1`", "`ifWrong`"]},
	}
}

test_flags_without_assumptions_owner if {
	said_1([{"op": "remove", "path": "/spec/assumptions/0/owner"}]) == {
		{"at": ["spec", "assumptions", 0, "owner"], "says": ["`A1`"]},
		{"at": ["spec", "assumptions", 0, "validateBy"], "says": ["`A1`", "`basis`", "`validateBy`"]},
	}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"spec": {"assumptions": [{"id": "A1", "ifWrong": "scale out", "owner": "dana.k", "statement": "s"}]},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"spec": {
		"assumptions": [
			{
				"id": "A1",
				"ifWrong": "scale out",
				"owner": "dana.k",
				"statement": "s",
				"validateBy": "2026-11-15",
			},
			{"id": "A1", "owner": "dana.k", "statement": "s", "validateBy": "2026-11-15"},
		],
	},
}
