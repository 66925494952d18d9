package servelint.rules.capacity["rollout-needs-spare-gpu_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["rollout-needs-spare-gpu"] as rule

test_flags_a_single_replica_with_gpus if {
	said(deployment({})) == {{"at": ["artifacts", 0, "gpus"], "says": ["`a`", "1", "2"]}}
}

test_flags_a_single_replica_with_one_gpu if {
	said(deployment({"gpus": 1})) == {{"at": ["artifacts", 0, "gpus"], "says": ["`a`", "1", "1"]}}
}

test_accepts_several_replicas if {
	said(deployment({"replicas": 2})) == set()
}

test_accepts_limits_that_are_written if {
	said(deployment({"maxSurge": 1})) == set()
	said(deployment({"maxUnavailable": 1})) == set()
}

test_accepts_a_strategy_that_removes_the_old_pod_first if {
	said(deployment({"strategyType": "Recreate"})) == set()
	count(said(deployment({"strategyType": "RollingUpdate"}))) == 1
}

test_ignores_pods_without_gpus if {
	said(deployment({"gpus": 0})) == set()
	said(json.remove(deployment({}), ["artifacts/0/facts/workload/gpus"])) == set()
}

test_flags_an_llm_service_with_a_single_replica if {
	count(said(of({"kind": "LLMInferenceService"}))) == 1
}

test_flags_a_canary_of_argo_with_a_single_replica if {
	count(said(of({"kind": "Rollout", "rollout": {"strategy": {"value": "canary", "at": ["strategy"]}}}))) == 1
}

test_ignores_a_group_with_workers_which_is_replaced if {
	said(of({"kind": "LLMInferenceService", "workload": {"worker": ["worker"]}})) == set()
}

# Twice the pods is what blue/green means.
test_ignores_blue_green_of_argo if {
	said(of({"kind": "Rollout", "rollout": {"strategy": {"value": "blueGreen", "at": ["strategy"]}}})) == set()
}

test_flags_an_inference_service_in_standard_mode if {
	count(said(of({"kind": "InferenceService", "workload": {"mode": {"value": "Standard", "at": ["mode"]}}}))) == 1
}

test_ignores_an_inference_service_in_another_or_an_unknown_mode if {
	said(of({"kind": "InferenceService", "workload": {"mode": {"value": "Knative", "at": ["mode"]}}})) == set()
	said(of({"kind": "InferenceService"})) == set()
}

# A mode means something to an InferenceService alone.
test_ignores_the_mode_of_a_manifest_of_another_kind if {
	said(of({
		"kind": "Deployment",
		"workload": {"mode": {"value": "Standard", "at": ["mode"]}, "strategyType": {"value": "Recreate", "at": ["type"]}},
	})) == set()
}

test_ignores_manifests_of_other_platforms if {
	said(of({"kind": "RayService"})) == set()
	said({}) == set()
}

# One replica on two GPUs.
deployment(differs) := {"artifacts": [{"facts": {
	"kind": "Deployment",
	"name": "a",
	"role": "workload",
	"workload": {key: {"value": value, "at": [key]} |
		some key, value in object.union({"replicas": 1, "gpus": 2}, differs)
	},
}}]}

of(facts) := object.union(deployment({}), {"artifacts": [object.union(deployment({}).artifacts[0], {"facts": facts})]})

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
