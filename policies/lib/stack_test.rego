package servelint.lib.stack_test

import data.servelint.lib.stack

values(models) := {"artifacts": [{"facts": {"kind": "production-stack values"}, "servingEngineSpec": {"modelSpec": models}}]}

model(more) := object.union({"name": "chat", "modelURL": "acme/chat", "pvcStorage": "50Gi", "replicaCount": 2}, more)

test_lists_the_models_that_are_deployed if {
	found := [entry.name | some entry in stack.models] with input as values([
		model({}),
		model({"enabled": false}),
		model({"raySpec": {"enabled": true}}),
		"text",
		{"modelURL": "a"},
	])
	found == ["chat", 4]
	off := stack.models with input as json.patch(values([model({})]), [{"op": "add", "path": "/artifacts/0/servingEngineSpec/enableEngine", "value": false}])
	off == []
}

shared(more) := [[claim.at, claim.fewest] | some claim in found] if {
	found := stack.shared_claims with input as values([model(more)])
}

test_finds_claims_of_one_node_that_several_pods_mount if {
	shared({}) == [[["servingEngineSpec", "modelSpec", 0, "pvcStorage"], 2]]
	shared({"pvcAccessMode": ["ReadWriteOnce"]}) == [[["servingEngineSpec", "modelSpec", 0, "pvcAccessMode"], 2]]
	shared({"keda": {"enabled": true, "minReplicaCount": 3}}) == [[["servingEngineSpec", "modelSpec", 0, "pvcStorage"], 3]]
}

test_accepts_other_claims if {
	every more in [
		{"replicaCount": 1},
		{"pvcAccessMode": ["ReadWriteMany"]},
		{"pvcExistingClaimName": "models"},
		{"pvcStorage": {"emptyDir": {}}},
		{"keda": {"enabled": true}},
	] {
		shared(more) == []
	}
}

runtime(storage, workload) := {"artifacts": [{
	"spec": {"storageConfig": storage},
	"facts": {"kind": "VLLMRuntime", "name": "chat", "workload": workload},
}]}

test_finds_the_claim_of_a_runtime if {
	two := {"replicas": {"value": 2, "at": []}}
	once := {"enabled": true, "accessMode": "ReadWriteOnce"}
	found := stack.shared_claims with input as runtime(once, two)
	[claim.called | some claim in found] == ["VLLMRuntime `chat`"]
	every storage in [{"enabled": true}, {"enabled": false, "accessMode": "ReadWriteOnce"}] {
		none := stack.shared_claims with input as runtime(storage, two)
		none == []
	}
	scaled := stack.shared_claims with input as runtime(once, object.union(two, {"autoscaled": true, "minReplicas": {"value": 1, "at": []}}))
	scaled == []
}
