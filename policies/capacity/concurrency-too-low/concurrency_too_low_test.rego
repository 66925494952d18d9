package servelint.rules.capacity["concurrency-too-low_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["concurrency-too-low"] as rule

test_flags_a_limit_below_the_requests_in_flight if {
	said(specification(192.5)) == {{
		"at": ["spec", "serving", "maxNumSeqs"],
		"related": [["spec", "capacity", "replicas", "max"], ["spec", "traffic", "peakRps"]],
		"says": ["`8`", "192", "24", "193", "`20`", "12"],
	}}
}

test_accepts_a_limit_of_exactly_the_requests_in_flight if {
	said(specification(192)) == set()
}

test_accepts_a_shortfall_of_rounding_noise_only if {
	said(specification(192.0000000001)) == set()
	said(review(kserve("Knative"), 10, 100.00000000001)) == set()
}

test_flags_a_knative_service_that_lets_too_few_in if {
	said(review(kserve("Knative"), 9, 90.5)) == {{
		"at": ["artifacts", 0, "limit"],
		"related": [["artifacts", 0, "most"], ["serving", "spec", "traffic", "peakRps"]],
		"says": ["10", "90", "9", "91", "`50`", "2"],
	}}
}

test_flags_a_limit_of_a_single_request if {
	{finding.says | some finding in said(review(kserve("Knative"), 1, 100))} == {["10", "10", "1", "100", "`50`", "2"]}
}

test_flags_the_limits_of_ray_serve_and_bentoml if {
	every platform in ["ray-serve", "bentoml"] {
		count(said(review({"kind": "X", "platform": platform}, 4, 100))) == 1
	}
}

test_accepts_a_manifest_that_lets_exactly_enough_in if {
	said(review(kserve("Knative"), 10, 100)) == set()
}

# A Standard deployment of KServe has no queue proxy that counts.
test_ignores_a_mode_in_which_the_limit_has_no_effect if {
	said(review(kserve("Standard"), 4, 100)) == set()
}

test_ignores_manifests_of_other_platforms if {
	said(review({"kind": "Deployment", "platform": "deployment"}, 4, 100)) == set()
	said(review(object.union(kserve("Knative"), {"kind": "LLMInferenceService"}), 4, 100)) == set()
}

# 0 is no limit.
test_ignores_a_limit_of_zero if {
	said(review(kserve("Knative"), 0, 100)) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	every path in ["facts/capacity/concurrency", "facts/capacity/concurrency/needed"] {
		said(json.remove(specification(240), [path])) == set()
	}
	every path in ["serving", "artifacts/0/facts/workload/concurrency", "artifacts/0/facts/workload/maxReplicas"] {
		said(json.remove(review(kserve("Knative"), 4, 100), [path])) == set()
	}
}

# 8 replicas of 24 sequences each.
specification(needed) := {
	"spec": {
		"serving": {"maxNumSeqs": 24},
		"capacity": {"replicas": {"max": 8}},
		"traffic": {"peakRps": 20},
	},
	"facts": {"capacity": {"concurrency": {"limit": 24, "atMax": 192, "needed": needed, "meanSeconds": 12}}},
}

# At most 10 replicas that let `limit` requests in.
review(facts, limit, needed) := {
	"serving": {
		"spec": {"traffic": {"peakRps": 50}},
		"facts": {"capacity": {"concurrency": {"needed": needed, "meanSeconds": 2}}},
	},
	"artifacts": [{"facts": object.union(
		{"role": "workload", "workload": {
			"concurrency": {"value": limit, "at": ["limit"]},
			"maxReplicas": {"value": 10, "at": ["most"]},
		}},
		facts,
	)}],
}

kserve(mode) := {"kind": "InferenceService", "workload": {"mode": {"value": mode, "at": ["mode"]}}}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
