package servelint.rules.runtime["refused-by-platform_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["refused-by-platform"] as rule

test_flags_weights_above_all_traffic if {
	places(service({"canary": [{"trafficPercent": 60}, {"trafficPercent": 50}]})) == {["artifacts", 0, "spec", "canary"]}
}

test_flags_autoscaling_in_a_canary if {
	places(service({"canary": [{"predictor": {"maxReplicas": 4}}, {"predictor": {"autoScaling": {}}}]})) == {
		["artifacts", 0, "spec", "canary", 0, "predictor", "maxReplicas"],
		["artifacts", 0, "spec", "canary", 1, "predictor", "autoScaling"],
	}
}

test_flags_both_forms_of_canary if {
	places(service({"predictor": {"canaryTrafficPercent": 0}, "canary": [{"trafficPercent": 10}]})) == {["artifacts", 0, "spec", "predictor", "canaryTrafficPercent"]}
}

test_flags_replicas_beside_scaling if {
	places(llm({"replicas": 0, "scaling": {"maxReplicas": 4}})) == {["artifacts", 0, "spec", "replicas"]}
	places(llm({"prefill": {"replicas": 2, "scaling": {}}})) == {["artifacts", 0, "spec", "prefill", "replicas"]}
}

test_flags_scaling_to_nothing_and_two_autoscalers if {
	places(llm({"scaling": {"minReplicas": 0}})) == {["artifacts", 0, "spec", "scaling", "minReplicas"]}
	places(llm({"scaling": {"wva": {}, "keda": {}}})) == {["artifacts", 0, "spec", "scaling"]}
}

test_accepts_manifests_that_are_taken if {
	count(places(service({"predictor": {"canaryTrafficPercent": 10}}))) == 0
	count(places(service({"predictor": {}, "canary": [{"trafficPercent": 50, "predictor": {"minReplicas": 1}}, {"trafficPercent": 50}]}))) == 0
	count(places(llm({"scaling": {"minReplicas": 1, "maxReplicas": 4, "wva": {}}, "prefill": {"replicas": 1}}))) == 0
}

test_ignores_unfinished_manifests if {
	count(places({})) == 0
	count(places({"artifacts": [{}, {"facts": {"kind": "InferenceService"}}, {"facts": {"kind": "LLMInferenceService"}}]})) == 0
}

service(spec) := {"artifacts": [{"spec": spec, "facts": {"kind": "InferenceService"}}]}

llm(spec) := {"artifacts": [{"spec": spec, "facts": {"kind": "LLMInferenceService"}}]}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said_3([]) == {
		{
			"at": ["artifacts", 0, "spec", "prefill", "replicas"],
			"related": [["artifacts", 0, "spec", "prefill", "scaling"]],
			"says": ["`replicas`", "`scaling`"],
		},
	}
}

test_ignores_without_artifacts if {
	said_1([{"op": "remove", "path": "/artifacts/0/facts"}]) == set()
	said_3([{"op": "remove", "path": "/artifacts/0/facts"}]) == set()
	said_4([{"op": "remove", "path": "/artifacts/0/facts"}]) == set()
}

test_ignores_without_scaling_wva if {
	said_2([{"op": "remove", "path": "/artifacts/0/spec/scaling/wva"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {"artifacts": [{"facts": {"kind": "LLMInferenceService"}, "spec": {"scaling": {"minReplicas": 0}}}]}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [{"facts": {"kind": "LLMInferenceService"}, "spec": {"scaling": {"keda": {}, "wva": {}}}}],
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"artifacts": [{"facts": {"kind": "LLMInferenceService"}, "spec": {"prefill": {"replicas": 2, "scaling": {}}}}],
}

said_4(changes) := found if {
	doc := json.patch(example_4, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_4 := {
	"artifacts": [
		{
			"facts": {"kind": "InferenceService"},
			"spec": {"canary": [{"trafficPercent": 60}, {"trafficPercent": 50}]},
		},
	],
}

test_flags_other_numbers_of_canary_traffic_percent if {
	said_more_1([{"op": "replace", "path": "/artifacts/0/spec/canary/0/trafficPercent", "value": 100.00000000010002}]) == {
		{"at": ["artifacts", 0, "spec", "canary"], "says": ["`canary`", "100"]},
		{
			"at": ["artifacts", 0, "spec", "predictor", "canaryTrafficPercent"],
			"related": [["artifacts", 0, "spec", "canary"]],
			"says": ["`canaryTrafficPercent`", "`canary`"],
		},
	}
}

test_ignores_empty_artifacts_canary if {
	said_more_1([{"op": "replace", "path": "/artifacts/0/spec/canary", "value": []}]) == set()
}

test_ignores_without_artifacts_too if {
	said_more_1([{"op": "remove", "path": "/artifacts/0/facts"}]) == set()
	said_more_2([{"op": "remove", "path": "/artifacts/0/facts"}]) == set()
}

said_more_1(changes) := found if {
	doc := json.patch(example_more_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_1 := {
	"artifacts": [
		{
			"facts": {"kind": "InferenceService"},
			"spec": {"canary": [{"trafficPercent": 10}], "predictor": {"canaryTrafficPercent": 0}},
		},
	],
}

said_more_2(changes) := found if {
	doc := json.patch(example_more_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_2 := {
	"artifacts": [
		{
			"facts": {"kind": "InferenceService"},
			"spec": {"canary": [{"predictor": {"maxReplicas": 4}}, {"predictor": {"autoScaling": {}}}]},
		},
	],
}
