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

test_flags_the_first_weight_above_all_traffic if {
	places(service({"canary": [{"trafficPercent": 60}, {"trafficPercent": 41}]})) == {["artifacts", 0, "spec", "canary"]}
	places(service({"canary": [{"trafficPercent": 60}, {"trafficPercent": 40}]})) == set()
}

test_flags_each_field_of_autoscaling_in_a_canary if {
	every key in ["maxReplicas", "scaleTarget", "scaleMetric", "autoScaling"] {
		places(service({"canary": [{"predictor": {key: 4}}]})) == {["artifacts", 0, "spec", "canary", 0, "predictor", key]}
	}
}

test_shows_the_other_field_of_the_two if {
	said(service({"predictor": {"canaryTrafficPercent": 0}, "canary": [{"trafficPercent": 10}]})) == {{
		"at": ["artifacts", 0, "spec", "predictor", "canaryTrafficPercent"],
		"related": [["artifacts", 0, "spec", "canary"]],
		"says": ["`canaryTrafficPercent`", "`canary`"],
	}}
	said(llm({"replicas": 0, "scaling": {"maxReplicas": 4}})) == {{
		"at": ["artifacts", 0, "spec", "replicas"],
		"related": [["artifacts", 0, "spec", "scaling"]],
		"says": ["`replicas`", "`scaling`"],
	}}
}

test_an_empty_canary_excludes_nothing if {
	places(service({"predictor": {"canaryTrafficPercent": 10}, "canary": []})) == set()
}

test_one_autoscaler_is_accepted if {
	every name in ["wva", "keda"] { places(llm({"scaling": {name: {}}})) == set() }
}

test_manifests_of_other_kinds_are_silent if {
	canary := {"predictor": {"canaryTrafficPercent": 0}, "canary": [{"trafficPercent": 160, "predictor": {"maxReplicas": 4}}]}
	scaling := {"replicas": 1, "scaling": {"minReplicas": 0, "wva": {}, "keda": {}}}
	spec := object.union(canary, object.union(scaling, {"prefill": scaling}))
	places({"artifacts": [{"spec": spec, "facts": {"kind": "Deployment"}}]}) == set()
}

service(spec) := {"artifacts": [{"spec": spec, "facts": {"kind": "InferenceService"}}]}

llm(spec) := {"artifacts": [{"spec": spec, "facts": {"kind": "LLMInferenceService"}}]}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
