package servelint.lib.manifest_test

import data.servelint.lib.manifest

test_the_annotation_goes_before_the_specification if {
	spec := {"serving": {"spec": {"serving": {"platform": "kserve", "deploymentMode": "Standard"}}}}
	manifest.mode({"kind": "InferenceService", "workload": {"mode": {"value": "Knative", "at": []}}}) == "Knative" with input as spec
	manifest.mode({"kind": "InferenceService", "workload": {}}) == "Standard" with input as spec
	not manifest.mode({"kind": "LLMInferenceService", "workload": {}}) with input as spec
	other := {"serving": {"spec": {"serving": {"platform": "knative", "deploymentMode": "Standard"}}}}
	not manifest.mode({"kind": "InferenceService", "workload": {}}) with input as other
	not manifest.mode({"kind": "InferenceService", "workload": {}}) with input as {}
}

test_an_autoscaler_goes_before_fixed_replicas if {
	scaler := {"facts": {"kind": "HorizontalPodAutoscaler", "autoscaler": {
		"target": {"kind": "Deployment", "name": "ranker"},
		"min": {"value": 3, "at": ["spec", "minReplicas"]},
		"max": {"value": 9, "at": ["spec", "maxReplicas"]},
	}}}
	both := {"artifacts": [deployment, scaler]}
	manifest.fewest(first) == {"value": 3, "at": ["artifacts", 1, "spec", "minReplicas"]} with input as both
	manifest.most(first) == {"value": 9, "at": ["artifacts", 1, "spec", "maxReplicas"]} with input as both
	alone := {"artifacts": [deployment]}
	manifest.fewest(first) == {"value": 1, "at": ["artifacts", 0, "spec", "replicas"]} with input as alone
	other := json.patch(both, [{"op": "replace", "path": "/artifacts/1/facts/autoscaler/target/name", "value": "other"}])
	manifest.fewest(first).value == 1 with input as other
}

unbounded := {"facts": {"autoscaler": {"target": {"kind": "Deployment", "name": "ranker"}}}}

test_an_autoscaler_without_a_minimum_leaves_it_unknown if {
	not manifest.fewest(first) with input as {"artifacts": [deployment, unbounded]}
	not manifest.fewest(ranging({"minReplicas": {"value": 2, "at": ["min"]}})) with input as {"artifacts": [deployment, unbounded]}
}

test_a_workload_states_its_own_range if {
	range := ranging({"minReplicas": {"value": 2, "at": ["min"]}, "maxReplicas": {"value": 4, "at": ["max"]}})
	manifest.fewest(range) == {"value": 2, "at": ["artifacts", 0, "min"]} with input as {"artifacts": [deployment]}
	manifest.most(range) == {"value": 4, "at": ["artifacts", 0, "max"]} with input as {"artifacts": [deployment]}
}

test_one_end_of_a_range_leaves_the_other_unknown if {
	not manifest.most(ranging({"minReplicas": {"value": 2, "at": ["min"]}})) with input as {"artifacts": [deployment]}
	not manifest.fewest(ranging({"maxReplicas": {"value": 4, "at": ["max"]}})) with input as {"artifacts": [deployment]}
}

ranging(bounds) := object.union(first, {"workload": bounds})

test_a_rollout_takes_over_the_replicas_of_its_deployment if {
	not manifest.fewest(first) with input as {"artifacts": [deployment, taking({})]}
}

test_others_take_over_nothing if {
	every change in [
		{"facts": {"kind": "HorizontalPodAutoscaler"}},
		{"spec": {"workloadRef": {"kind": "StatefulSet"}}},
		{"spec": {"workloadRef": {"name": "other"}}},
	] {
		fewest_beside(taking(change)) == 1
	}
}

fewest_beside(other) := found.value if {
	review := {"artifacts": [deployment, other]}
	found := manifest.fewest(first) with input as review
}

taking(change) := object.union(
	{"facts": {"kind": "Rollout"}, "spec": {"workloadRef": {"kind": "Deployment", "name": "ranker"}}},
	change,
)

test_the_revision_before_is_no_workload_to_be_served if {
	stable := {"facts": {"kind": "Deployment", "role": "stable-workload", "workload": {}}}
	found := manifest.workloads with input as {"artifacts": [stable, deployment]}
	[w.index | some w in found] == [1]
}

deployment := {"facts": {
	"kind": "Deployment",
	"name": "ranker",
	"role": "workload",
	"workload": {"replicas": {"value": 1, "at": ["spec", "replicas"]}},
}}

first := {"index": 0, "facts": deployment.facts, "workload": deployment.facts.workload}
