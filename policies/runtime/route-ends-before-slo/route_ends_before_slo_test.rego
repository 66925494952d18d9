package servelint.rules.runtime["route-ends-before-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["route-ends-before-slo"] as rule

test_flags_a_route_that_ends_requests_sooner if {
	routed(5, {}) == {{
		"at": ["artifacts", 1, "spec", "rules", 0, "timeouts", "request"],
		"related": [["serving", "spec", "slos", 0, "value"]],
		"says": ["`chat`", "5", "`e2e-p95`", "32"],
	}}
}

test_accepts_a_route_that_waits_as_long if {
	routed(32, {}) == set()
	routed(0, {}) == set()
}

test_leaves_what_the_specification_states_to_it if {
	routed(5, {"gateway": 5}) == set()
}

test_ignores_manifests_without_objectives if {
	found := rule.finding with input as {"artifacts": [{"facts": {"kind": "HTTPRoute", "routes": []}}]}
	found == set()
}

routed(seconds, timeouts) := testing.all(found) if {
	way := {
		"at": ["spec", "rules", 0],
		"backends": [{"name": "chat"}],
		"timeoutSeconds": {"value": seconds, "at": ["spec", "rules", 0, "timeouts", "request"]},
	}
	document := {
		"serving": {
			"spec": {"slos": [{"name": "e2e-p95", "indicator": {"type": "request_latency"}}]},
			"facts": {"slos": [{"valueSeconds": 32}], "spec": {"timeouts": timeouts}},
		},
		"artifacts": [
			{"facts": {"kind": "Service", "platform": "kubernetes", "name": "chat"}},
			{"facts": {"kind": "HTTPRoute", "platform": "gateway-api", "name": "chat", "routes": [way]}},
		],
	}
	found := rule.finding with input as document
}
