package servelint.rules.rollout["volume-held-by-old-pod_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["volume-held-by-old-pod"] as rule

at := ["artifacts", 0, "spec", "volumes", 0, "persistentVolumeClaim", "claimName"]

test_flags_replicas_of_one_claim if {
	said("ReadWriteOnce", 3, {}) == {{
		"at": at,
		"related": [["artifacts", 1, "spec", "accessModes"]],
		"severity": "warning",
		"says": ["3", "`chat`", "`models`", "`ReadWriteOnce`"],
	}}
	said("ReadWriteOncePod", 2, {}) == {{
		"at": at,
		"related": [["artifacts", 1, "spec", "accessModes"]],
		"severity": "error",
		"says": ["2", "`chat`", "`models`", "`ReadWriteOncePod`"],
	}}
	said("ReadWriteOnce", 2, {"/artifacts/0/facts/kind": "Rollout"}) != set()
	said("ReadWriteOnce", 2, {"/artifacts/0/facts/kind": "StatefulSet"}) != set()
}

test_flags_an_update_of_one_replica if {
	said("ReadWriteOncePod", 1, {}) == {{
		"at": at,
		"related": [["artifacts", 1, "spec", "accessModes"]],
		"severity": "error",
		"says": ["`chat`", "`models`", "`ReadWriteOncePod`"],
	}}
	{row.severity | some row in said("ReadWriteOnce", 1, {})} == {"warning"}
	said("ReadWriteOnce", 1, {"/artifacts/0/facts/workload": {"at": ["spec"]}}) != set()
}

test_accepts_updates_that_end_the_old_pod_first if {
	said("ReadWriteOncePod", 1, {"/artifacts/0/facts/workload/strategyType": {"value": "Recreate", "at": []}}) == set()
	said("ReadWriteOncePod", 1, {"/artifacts/0/facts/workload/maxSurge": {"value": 0, "at": []}}) == set()
	said("ReadWriteOncePod", 1, {"/artifacts/0/facts/kind": "StatefulSet"}) == set()
}

test_accepts_claims_for_many_and_pods_of_one_node if {
	said("ReadWriteMany", 3, {}) == set()
	said("ReadWriteOnce", 3, {"/artifacts/0/spec/nodeName": "gpu-1"}) == set()
	said("ReadWriteOnce", 0, {}) == set()
	said("ReadWriteOncePod", 3, {"/artifacts/0/spec/nodeName": "gpu-1"}) != set()
}

test_ignores_what_is_unknown if {
	scaler := {"facts": {"kind": "ScaledObject", "autoscaler": {"target": {"kind": "Deployment", "name": "chat"}}}}
	said("ReadWriteOnce", 3, {"/artifacts/-": scaler}) == set()
	said("ReadWriteOnce", 3, {"/artifacts/0/facts/kind": "RayService"}) == set()
}

test_flags_the_claim_of_a_model_of_the_production_stack if {
	model := {"name": "chat", "modelURL": "a", "pvcStorage": "50Gi", "replicaCount": 2}
	document := {"artifacts": [{"facts": {"kind": "production-stack values", "role": "workload"}, "servingEngineSpec": {"modelSpec": [model]}}]}
	found := rule.finding with input as document
	testing.all(found) == {{
		"at": ["artifacts", 0, "servingEngineSpec", "modelSpec", 0, "pvcStorage"],
		"severity": "warning",
		"says": ["2", "`chat`", "`ReadWriteOnce`"],
	}}
}

said(mode, replicas, values) := testing.all(found) if {
	document := testing.after(
		{"artifacts": [
			{
				"spec": {"volumes": [{"name": "m", "persistentVolumeClaim": {"claimName": "models"}}]},
				"facts": {
					"kind": "Deployment",
					"name": "chat",
					"role": "workload",
					"pods": [{"at": ["spec"]}],
					"workload": {"replicas": {"value": replicas, "at": ["spec", "replicas"]}},
				},
			},
			{"spec": {"accessModes": [mode]}, "facts": {"kind": "PersistentVolumeClaim", "name": "models", "role": "volume"}},
		]},
		values,
	)
	found := rule.finding with input as document
}
