package servelint.rules.runtime["picker-fails-closed_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["picker-fails-closed"] as rule

test_flags_a_pool_that_fails_closed if {
	said("endpointPickerRef", {"name": "epp"}) == {{
		"at": ["artifacts", 0, "spec", "endpointPickerRef"],
		"says": ["`chat`", "`epp`", "`FailClose`"],
	}}
	said("endpointPickerRef", {"name": "epp", "failureMode": "FailClose"}) == {{
		"at": ["artifacts", 0, "spec", "endpointPickerRef", "failureMode"],
		"says": ["`chat`", "`epp`", "`FailClose`"],
	}}
	said("extensionRef", {"name": "epp"}) != set()
}

test_accepts_a_pool_that_fails_open if {
	said("endpointPickerRef", {"name": "epp", "failureMode": "FailOpen"}) == set()
}

test_ignores_pools_without_a_picker if {
	said("selector", {}) == set()
}

said(key, picker) := testing.all(found) if {
	document := {"artifacts": [{"spec": {key: picker}, "facts": {"kind": "InferencePool", "name": "chat", "pool": {"at": ["spec"]}}}]}
	found := rule.finding with input as document
}
