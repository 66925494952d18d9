package servelint.rules.slo["objective-direction_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["objective-direction"] as rule

test_accepts_comparisons_that_point_the_right_way if {
	said(spec) == set()
	said(list) == set()
}

test_flags_an_objective_that_is_met_by_high_latency if {
	every op in ["gt", "gte"] {
		said(testing.after(spec, {"/spec/slos/0/op": op})) == {{"at": ["spec", "slos", 0, "op"], "says": ["`ttft`", "`time_to_first_token`"]}}
	}
	places(testing.after(spec, {"/spec/slos/0/op": "lt"})) == set()
}

test_flags_an_objective_that_is_met_by_little_throughput if {
	low := {"/spec/slos/1/op": "lte"}
	places(testing.after(spec, low)) == {["spec", "slos", 1, "op"]}
	places(testing.after(spec, object.union(low, {"/spec/slos/1/indicator/type": "quality"}))) == set()
}

test_flags_an_analysis_that_fails_when_latency_is_low if {
	said(testing.after(spec, {"/spec/rollout/analysis/0/op": "lt"})) == {{
		"at": ["spec", "rollout", "analysis", 0, "op"],
		"related": [["spec", "slos", 0, "indicator", "type"]],
		"says": ["`ttft`", "`time_to_first_token`"],
	}}
	errors := {"/spec/rollout/analysis/0/op": "lt", "/spec/slos/0/indicator/type": "availability"}
	places(testing.without(testing.after(spec, errors), ["/spec/slos/0/op"])) == set()
	places(testing.after(spec, {"/spec/rollout/analysis/0/op": "lt", "/spec/rollout/analysis/0/slo": "other"})) == set()
}

test_flags_a_check_that_points_the_wrong_way if {
	said(testing.after(list, {"/spec/items/0/op": "gte"})) == {{"at": ["spec", "items", 0, "op"], "says": ["`LOAD-1`", "`ttft`"]}}
	availability := {"/facts/items/0/metric": "availability"}
	places(testing.after(list, availability)) == {["spec", "items", 0, "op"]}
	every op in ["gte", "eq"] {
		places(testing.after(list, object.union(availability, {"/spec/items/0/op": op}))) == set()
	}
	places(testing.after(list, {"/facts/items/0/metric": "rollback_duration", "/spec/items/0/op": "gte"})) == set()
}

test_ignores_missing_parts if rule.finding == set() with input as {}

spec := {"spec": {
	"slos": [
		{"name": "ttft", "op": "lte", "indicator": {"type": "time_to_first_token"}},
		{"name": "tokens", "op": "gte", "indicator": {"type": "throughput"}},
	],
	"rollout": {"analysis": [{"name": "ttft", "slo": "ttft", "op": "gt"}]},
}}

list := {
	"spec": {"items": [{"id": "LOAD-1", "op": "lte", "metric": {"name": "ttft"}}]},
	"facts": {"items": [{"metric": "time_to_first_token"}]},
}

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}

places(document) := found if {
	found := testing.places(rule.finding) with input as document
}
