package servelint.rules.capacity["rollout-needs-spare-gpu_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["rollout-needs-spare-gpu"] as rule

test_flags_one_replica_on_gpus if {
	places({}) == {["artifacts", 0, "g"]}
}

test_accepts_several_replicas_and_written_limits if {
	places({"replicas": {"value": 2, "at": ["r"]}}) == set()
	places({"maxSurge": {"value": 1, "at": ["m"]}}) == set()
	places({"maxUnavailable": {"value": 1, "at": ["m"]}}) == set()
	places({"strategyType": {"value": "Recreate", "at": ["t"]}}) == set()
}

test_ignores_pods_without_gpus if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"kind": "Deployment", "role": "workload", "workload": {"replicas": {"value": 1, "at": ["r"]}}}}]}
	found == set()
}

places(change) := found if {
	workload := object.union({"at": ["w"], "replicas": {"value": 1, "at": ["r"]}, "gpus": {"value": 2, "at": ["g"]}}, change)
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"kind": "Deployment", "name": "a", "role": "workload", "workload": workload}}]}
}

test_flags_a_canary_with_one_replica if {
	of_rollout("canary") == {["artifacts", 0, "g"]}
}

# Twice the pods is what blue/green means.
test_ignores_blue_green if {
	of_rollout("blueGreen") == set()
}

of_rollout(strategy) := found if {
	facts := {
		"kind": "Rollout", "name": "a", "role": "rollout",
		"workload": {"replicas": {"value": 1, "at": ["r"]}, "gpus": {"value": 2, "at": ["g"]}},
		"rollout": {"strategy": {"value": strategy, "at": ["s"]}},
	}
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": facts}]}
}

test_flags_another_artifacts_kind if {
	said([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "LLMInferenceService"}]) == {{"at": ["artifacts", 0, "g"], "says": ["`a`", "1", "2", "2"]}}
}

test_flags_other_numbers_of_workload_gpus if {
	said([{"op": "replace", "path": "/artifacts/0/facts/workload/gpus/value", "value": 1}]) == {{"at": ["artifacts", 0, "g"], "says": ["`a`", "1", "1", "1"]}}
}

test_ignores_another_artifacts_kind if {
	said([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "InferenceService"}]) == set()
	said([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "other"}]) == set()
}

test_ignores_other_numbers_of_workload_gpus if {
	said([{"op": "replace", "path": "/artifacts/0/facts/workload/gpus/value", "value": 0}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"artifacts": [
		{
			"facts": {
				"kind": "Deployment",
				"name": "a",
				"role": "workload",
				"workload": {"at": ["w"], "gpus": {"at": ["g"], "value": 2}, "replicas": {"at": ["r"], "value": 1}},
			},
		},
	],
}
