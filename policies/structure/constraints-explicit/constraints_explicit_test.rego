package servelint.rules.structure["constraints-explicit_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["constraints-explicit"] as rule

test_flags_an_empty_list_without_a_reason if {
	said(good) == {{"at": ["spec", "noConstraints"], "says": ["`noConstraints`"]}}
	said(testing.after(good, {"/spec/noConstraints": " "})) == {{"at": ["spec", "noConstraints"], "says": ["`noConstraints`"]}}
}

test_accepts_a_reason if {
	said(testing.after(good, {"/spec/noConstraints": "any node will do"})) == set()
}

test_accepts_a_constraint if {
	said(testing.after(good, {"/spec/constraints": [{"id": "C1"}]})) == set()
}

test_ignores_other_environments if {
	said(testing.after(good, {"/spec/environment": "staging"})) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	said({"spec": {"environment": "production"}}) == set()
}

good := {"spec": {"environment": "production", "constraints": []}}

said(document) := found if {
	found := testing.all(rule.finding) with input as document
}
