package servelint.rules.runtime["artifact-drift_test"]

import data.servelint.rules.runtime["artifact-drift"] as rule

test_flags_each_value_that_differs if {
	every key, value in {
		"maxNumSeqs": 32,
		"maxModelLen": 4096,
		"gpuMemoryUtilization": 0.85,
		"tensor": 4,
		"pipeline": 2,
		"timeoutSeconds": 30,
		"graceSeconds": 30,
		"startupSeconds": 300,
		"gpus": 4,
		"minReplicas": 1,
		"maxReplicas": 9,
		"modelName": "acme/other",
	} {
		places(changed(key, value)) == {["artifacts", 0, key]}
	}
}

test_flags_image_model_and_mode if {
	places(json.patch(review, [{"op": "replace", "path": "/artifacts/0/facts/workload/images/0/value", "value": "acme/vllm:v2"}])) == {["artifacts", 0, "image"]}
	places(json.patch(review, [{"op": "replace", "path": "/artifacts/0/facts/workload/models/0/value", "value": "s3://models/2"}])) == {["artifacts", 0, "uri"]}
	places(changed("mode", "Knative")) == {["artifacts", 0, "mode"]}
}

test_flags_batching_and_budgets if {
	others := json.patch(review, [
		{"op": "add", "path": "/artifacts/1", "value": {"facts": {"kind": "Triton", "role": "batching", "batching": {
			"maxBatchSize": {"value": 32, "at": ["max_batch_size"]},
			"maxQueueDelaySeconds": {"value": 0.2, "at": ["delay"]},
		}}}},
		{"op": "add", "path": "/artifacts/2", "value": {"facts": {"kind": "PodDisruptionBudget", "role": "pdb", "pdb": {"maxUnavailable": {"value": "25%", "at": ["maxUnavailable"]}}}}},
		{"op": "add", "path": "/serving/spec/serving/batching", "value": {"maxBatchSize": 64, "maxQueueDelay": "2ms"}},
		{"op": "add", "path": "/serving/facts/spec/serving", "value": {"batching": {"maxQueueDelay": 0.002}}},
		{"op": "add", "path": "/serving/spec/health", "value": {"podDisruptionBudget": {"maxUnavailable": "10%"}}},
	])
	places(others) == {["artifacts", 1, "max_batch_size"], ["artifacts", 1, "delay"], ["artifacts", 2, "maxUnavailable"]}
	agreed := json.patch(others, [
		{"op": "replace", "path": "/artifacts/1/facts/batching/maxBatchSize/value", "value": 64},
		{"op": "replace", "path": "/artifacts/1/facts/batching/maxQueueDelaySeconds/value", "value": 0.002},
		{"op": "replace", "path": "/artifacts/2/facts/pdb/maxUnavailable/value", "value": "10%"},
	])
	count(places(agreed)) == 0
}

test_says_both_values if {
	some f in rule.finding with input as changed("timeoutSeconds", 30)
	f.message == "InferenceService `chat` has a timeout of `30s`, but the specification says `60s`"
	f.related == [{"at": ["serving", "spec", "timeouts", "server"], "message": "what the specification says"}]
}

test_flags_an_autoscaler_instead_of_the_fixed_number if {
	scaled := json.patch(review, [
		{"op": "remove", "path": "/artifacts/0/facts/workload/minReplicas"},
		{"op": "remove", "path": "/artifacts/0/facts/workload/maxReplicas"},
		{"op": "add", "path": "/artifacts/0/facts/workload/replicas", "value": {"value": 1, "at": ["replicas"]}},
		{"op": "add", "path": "/artifacts/1", "value": {"facts": {"kind": "HorizontalPodAutoscaler", "autoscaler": {
			"target": {"kind": "InferenceService", "name": "chat"},
			"min": {"value": 3, "at": ["min"]},
			"max": {"value": 12, "at": ["max"]},
		}}}},
	])
	places(scaled) == {["artifacts", 1, "max"]}
}

test_flags_gpus_over_all_nodes if {
	nodes := {"op": "add", "path": "/artifacts/0/facts/workload/nodes", "value": {"value": 2, "at": ["nodes"]}}
	places(json.patch(review, [nodes])) == {["artifacts", 0, "gpus"]}
	halved := {"op": "replace", "path": "/artifacts/0/facts/workload/gpus/value", "value": 1}
	count(places(json.patch(review, [nodes, halved]))) == 0
}

test_accepts_what_agrees if {
	count(places(review)) == 0
}

test_accepts_rounding_noise if {
	count(places(changed("gpuMemoryUtilization", 0.9000000000001))) == 0
}

test_accepts_the_same_digest_under_a_tag if {
	digest := "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	same := json.patch(review, [
		{"op": "replace", "path": "/artifacts/0/facts/workload/images/0/value", "value": concat("", ["host:5000/acme/vllm:v1@", digest])},
		{"op": "replace", "path": "/serving/spec/serving/runtime/image", "value": concat("", ["host:5000/acme/vllm@", digest])},
	])
	count(places(same)) == 0
}

test_ignores_what_a_manifest_does_not_state if {
	bare := json.patch(review, [{"op": "replace", "path": "/artifacts/0/facts/workload", "value": {"at": ["spec"]}}])
	count(places(bare)) == 0
}

test_ignores_the_revision_before if {
	count(places(json.patch(changed("maxNumSeqs", 16), [{"op": "replace", "path": "/artifacts/0/facts/role", "value": "stable-workload"}]))) == 0
}

test_ignores_sidecars_beside_a_model if {
	sidecar := json.patch(review, [
		{"op": "add", "path": "/artifacts/0/facts/readiness", "value": "preset"},
		{"op": "replace", "path": "/artifacts/0/facts/workload/images/0", "value": {"value": "acme/metrics", "at": ["containers", 0, "image"]}},
	])
	count(places(sidecar)) == 0
}

test_ignores_the_replicas_of_several_workloads if {
	two := json.patch(changed("minReplicas", 1), [{"op": "add", "path": "/artifacts/1", "value": {"facts": {
		"kind": "InferenceService", "name": "other", "role": "workload", "workload": {"minReplicas": {"value": 2, "at": ["minReplicas"]}},
	}}}])
	count(places(two)) == 0
}

test_ignores_manifests_without_a_specification if {
	count(places(object.remove(review, ["serving"]))) == 0
	count(places({})) == 0
	count(places({"artifacts": [{}]})) == 0
	count(places({"serving": {"spec": {}}, "artifacts": [{"facts": {"kind": "Deployment", "role": "workload", "workload": {}}}]})) == 0
}

changed(key, value) := json.patch(review, [{"op": "add", "path": concat("/", ["/artifacts/0/facts/workload", key]), "value": {"value": value, "at": [key]}}])

review := {
	"serving": {
		"spec": {
			"model": {"name": "acme/chat", "uri": "s3://models/1/", "contextLength": 8192},
			"serving": {
				"platform": "kserve",
				"deploymentMode": "Standard",
				"runtime": {"image": "acme/vllm:v1"},
				"parallelism": {"tensor": 2, "pipeline": 1},
				"maxNumSeqs": 24,
			},
			"resources": {"gpu": {"count": 2, "memoryUtilization": 0.9}},
			"capacity": {"replicas": {"min": 3, "max": 8}},
		},
		"facts": {"startupSeconds": 600, "spec": {"timeouts": {"server": 60}, "health": {"terminationGracePeriod": 75}}},
	},
	"artifacts": [{"facts": {
		"kind": "InferenceService",
		"name": "chat",
		"role": "workload",
		"workload": {
			"at": ["spec"],
			"images": [{"value": "acme/vllm:v1", "at": ["image"]}, {"value": "acme/init:v1", "at": ["init"]}],
			"models": [{"value": "s3://models/1", "at": ["uri"]}],
			"gpus": {"value": 2, "at": ["gpus"]},
			"maxNumSeqs": {"value": 24, "at": ["maxNumSeqs"]},
			"minReplicas": {"value": 3, "at": ["minReplicas"]},
			"maxReplicas": {"value": 8, "at": ["maxReplicas"]},
			"timeoutSeconds": {"value": 60, "at": ["timeoutSeconds"]},
		},
	}}],
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_says_what_was_not_judged if {
	parts := rule.unchecked with input as {"artifacts": [
		{"facts": {"kind": "InferenceService", "name": "a"}, "spec": {"transformer": {}, "predictor": {}}},
		{"facts": {"kind": "LLMInferenceService", "name": "b"}, "spec": {"baseRefs": [{"name": "house"}]}},
		{"facts": {"kind": "Deployment", "name": "c"}, "spec": {"transformer": {}}},
	]}
	{u.at | some u in parts} == {["artifacts", 0, "spec", "transformer"], ["artifacts", 1, "spec", "baseRefs"]}
}
