package servelint.rules.runtime["memory-unbounded_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["memory-unbounded"] as rule

test_flags_a_server_without_memory if {
	said({}) == {{
		"at": ["artifacts", 0, "spec", "containers", 1],
		"says": ["`vllm`", "`chat`"],
	}}
	said({"/artifacts/0/spec/containers/1/resources": {"limits": {"cpu": 4, "nvidia.com/gpu": 1}, "requests": {"cpu": 4}}}) != set()
	said({"/artifacts/0/spec/containers/1/resources": {"limits": {"memory": null}}}) != set()
	every kind in ["Rollout", "StatefulSet", "LeaderWorkerSet"] {
		said({"/artifacts/0/facts/kind": kind}) != set()
	}
}

test_accepts_a_request_or_a_limit if {
	said({"/artifacts/0/spec/containers/1/resources": {"limits": {"memory": "8Gi"}}}) == set()
	said({"/artifacts/0/spec/containers/1/resources": {"requests": {"memory": "8Gi"}}}) == set()
	said({"/artifacts/0/spec/resources": {"limits": {"memory": "8Gi"}}}) == set()
}

test_ignores_pods_that_a_platform_completes if {
	every kind in ["InferenceService", "LLMInferenceService", "RayService"] {
		said({"/artifacts/0/facts/kind": kind}) == set()
	}
	said({"/artifacts/0/facts/pods/0/servers": []}) == set()
}

test_shows_what_the_specification_states if {
	helps := {found.help | some found in findings({"/serving": {"spec": {"resources": {"memory": "24Gi"}}}})}
	helps == {"Add what the specification states for a replica: `resources: {requests: {memory: 24Gi}, limits: {memory: 24Gi}}`."}
}

said(values) := testing.all(findings(values))

findings(values) := found if {
	document := testing.after(
		{"artifacts": [{
			"spec": {"containers": [{"name": "side"}, {"name": "vllm"}]},
			"facts": {"kind": "Deployment", "name": "chat", "pods": [{"at": ["spec"], "servers": [["spec", "containers", 1]]}]},
		}]},
		values,
	)
	found := rule.finding with input as document
}
