package servelint.rules.structure["scope-explicit_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["scope-explicit"] as rule

test_flags_a_missing_scope if {
	places({"spec": {}}) == {["spec", "scope"]}
}

test_flags_a_missing_list if {
	places({"spec": {"scope": {"inScope": ["chat"]}}}) == {["spec", "scope", "outOfScope"]}
	places({"spec": {"scope": {}}}) == {["spec", "scope", "inScope"], ["spec", "scope", "outOfScope"]}
}

test_flags_an_empty_list if {
	places({"spec": {"scope": {"inScope": [], "outOfScope": ["voice"]}}}) == {["spec", "scope", "inScope"]}
}

test_flags_a_blank_entry if {
	places({"spec": {"scope": {"inScope": ["chat", "  "], "outOfScope": ["voice"]}}}) == {["spec", "scope", "inScope", 1]}
}

test_accepts_both_lists if {
	places({"spec": {"scope": {"inScope": ["chat"], "outOfScope": ["voice"]}}}) == set()
}

test_ignores_a_document_without_spec if {
	places({}) == set()
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_empty_scope_out_of_scope if {
	said([{"op": "replace", "path": "/spec/scope/outOfScope/0", "value": ""}]) == {
		{"at": ["spec", "scope", "inScope", 1], "says": ["2", "`scope.inScope`"]},
		{"at": ["spec", "scope", "outOfScope", 0], "says": ["1", "`scope.outOfScope`"]},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {"spec": {"scope": {"inScope": ["chat", "  "], "outOfScope": ["voice"]}}}
