package servelint.rules.rollout["update-is-outage_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["update-is-outage"] as rule

test_flags_recreate if {
	said(3, {"strategyType": {"value": "Recreate", "at": ["spec", "strategy", "type"]}}) == {{
		"at": ["artifacts", 0, "spec", "strategy", "type"],
		"says": ["`chat`", "`Recreate`"],
	}}
	said(3, {"strategyType": {"value": "RollingUpdate", "at": ["spec", "strategy", "type"]}}) == set()
}

test_flags_a_runtime_of_the_production_stack if {
	document := testing.after(review(2, {"strategyType": {"value": "Recreate", "at": ["spec", "deploymentConfig", "deploymentStrategy"]}}), {"/artifacts/0/facts/kind": "VLLMRuntime"})
	testing.all(found(document)) == {{
		"at": ["artifacts", 0, "spec", "deploymentConfig", "deploymentStrategy"],
		"says": ["`chat`", "`Recreate`"],
		"help": "Write `deploymentStrategy: RollingUpdate`. It needs room for one more replica.",
	}}
}

test_a_volume_of_one_node_is_in_the_way if {
	claim := {"spec": {"accessModes": ["ReadWriteOnce"]}, "facts": {"kind": "PersistentVolumeClaim", "name": "models"}}
	document := testing.after(review(1, {"strategyType": {"value": "Recreate", "at": []}}), {
		"/artifacts/-": claim,
		"/artifacts/0/spec": {"volumes": [{"name": "m", "persistentVolumeClaim": {"claimName": "models"}}]},
		"/artifacts/0/facts/pods": [{"at": ["spec"]}],
	})
	{substring(row.help, 0, 44) | some row in found(document)} == {"Move the data of claim `models` (`ReadWriteO"}
}

test_flags_updates_that_may_take_all if {
	said(2, unavailable("100%")) == {{
		"at": ["artifacts", 0, "spec", "u"],
		"related": [["artifacts", 0, "spec", "replicas"]],
		"says": ["`chat`", "2"],
	}}
	said(1, unavailable(1)) != set()
	said(3, unavailable(3)) != set()
	said(1, {"maxSurge": {"value": 0, "at": ["spec", "s"]}}) == {{
		"at": ["artifacts", 0, "spec", "s"],
		"related": [["artifacts", 0, "spec", "replicas"]],
		"says": ["`chat`", "1"],
	}}
}

test_accepts_updates_that_leave_some if {
	said(1, {}) == set()
	said(1, unavailable(0)) == set()
	said(3, unavailable(2)) == set()
	said(2, {"maxSurge": {"value": 0, "at": ["spec", "s"]}}) == set()
	said(1, unavailable("$(N)")) == set()
}

test_accepts_other_kinds_and_unknown_numbers if {
	every kind in ["Rollout", "InferenceService"] {
		testing.all(found(testing.after(review(1, unavailable(1)), {"/artifacts/0/facts/kind": kind}))) == set()
	}
	testing.all(found(testing.without(review(1, unavailable(1)), ["/artifacts/0/facts/workload/replicas"]))) == set()
	said(0, unavailable(1)) == set()
}

test_leaves_pods_to_the_rollout_that_takes_them_over if {
	rollout := {"facts": {"kind": "Rollout"}, "spec": {"workloadRef": {"kind": "Deployment", "name": "chat"}}}
	testing.all(found(testing.after(review(1, {"strategyType": {"value": "Recreate", "at": []}}), {"/artifacts/-": rollout}))) == set()
}

test_flags_a_set_of_one if {
	testing.all(found(set_of(1, {}))) == {{
		"at": ["artifacts", 0, "spec", "replicas"],
		"says": ["`chat`"],
	}}
	testing.all(found(set_of(2, {}))) == set()
	testing.all(found(set_of(1, {"strategyType": {"value": "OnDelete", "at": []}}))) == set()
}

test_flags_an_update_of_the_only_group if {
	group_of(1, {}) == {{
		"at": ["artifacts", 0, "spec", "replicas"],
		"says": ["`chat`"],
		"help": "Write `rolloutStrategy: {type: RollingUpdate, rollingUpdateConfiguration: {maxSurge: 1, maxUnavailable: 0}}`. It needs the GPUs of one more group; without them, serve by two groups.",
	}}
	{row.says | some row in group_of(3, {"maxUnavailable": {"value": "100%", "at": []}})} == {["`chat`", "3"]}
}

test_accepts_an_update_that_leaves_a_group if {
	group_of(2, {}) == set()
	group_of(1, {"maxSurge": {"value": 1, "at": []}}) == set()
	group_of(1, {"maxSurge": {"value": "50%", "at": []}}) == set()
	group_of(0, {}) == set()
}

group_of(replicas, workload) := testing.all(findings) if {
	document := testing.after(review(replicas, workload), {"/artifacts/0/facts/kind": "LeaderWorkerSet"})
	findings := rule.finding with input as document
		with data.servelint.platforms as {"defaults": {"leader-worker-set": {"any": {"maxSurge": {"value": 0}, "maxUnavailable": {"value": 1}}}}}
}

set_of(replicas, workload) := testing.after(review(replicas, workload), {"/artifacts/0/facts/kind": "StatefulSet"})

unavailable(value) := {"maxUnavailable": {"value": value, "at": ["spec", "u"]}}

said(replicas, workload) := testing.all(found(review(replicas, workload)))

review(replicas, workload) := {"artifacts": [{"facts": {
	"kind": "Deployment",
	"name": "chat",
	"role": "workload",
	"workload": object.union({"replicas": {"value": replicas, "at": ["spec", "replicas"]}}, workload),
}}]}

found(document) := findings if {
	findings := rule.finding with input as document
}
