package servelint.rules.runtime["artifact-drift_test"]

import data.servelint.lib.testing
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
	places(testing.after(review, {"/artifacts/0/facts/workload/images/0/value": "acme/vllm:v2"})) == {["artifacts", 0, "image"]}
	places(testing.after(review, {"/artifacts/0/facts/workload/models/0/value": "s3://models/2"})) == {["artifacts", 0, "uri"]}
	places(changed("mode", "Knative")) == {["artifacts", 0, "mode"]}
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

test_flags_the_width_of_the_kv_cache_and_arguments if {
	stated := testing.after(review, {
		"/serving/spec/model/kvCache": {"bytesPerElement": 2},
		"/serving/spec/serving/runtime/arguments": {"dtype": "half", "enable-lora": true},
	})
	every dtype in ["fp8", "fp8_e5m2", "int8", "float32"] {
		places(with_arguments(stated, [{"name": "kv-cache-dtype", "value": dtype, "at": ["kv"]}])) == {["artifacts", 0, "kv"]}
	}
	every dtype in ["auto", "bfloat16", "half"] {
		places(with_arguments(stated, [{"name": "kv-cache-dtype", "value": dtype, "at": ["kv"]}])) == set()
	}
	places(with_arguments(stated, [{"name": "dtype", "value": "bfloat16", "at": ["dtype"]}])) == {["artifacts", 0, "dtype"]}
	places(with_arguments(stated, [{"name": "dtype", "value": "half", "at": ["dtype"]}, {"name": "enable-lora", "value": "true", "at": ["lora"]}])) == set()
}

with_arguments(document, arguments) := testing.after(document, {"/artifacts/0/facts/workload/arguments": arguments})

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
	bare := testing.after(review, {"/artifacts/0/facts/workload": {"at": ["spec"]}})
	count(places(bare)) == 0
}

test_ignores_the_revision_before if {
	count(places(testing.after(changed("maxNumSeqs", 16), {"/artifacts/0/facts/role": "stable-workload"}))) == 0
}

test_ignores_manifests_without_a_specification if {
	count(places(object.remove(review, ["serving"]))) == 0
	count(places({})) == 0
	count(places({"artifacts": [{}]})) == 0
	count(places({"serving": {"spec": {}}, "artifacts": [{"facts": {"kind": "Deployment", "role": "workload", "workload": {}}}]})) == 0
}

test_says_both_values if {
	some f in rule.finding with input as changed("timeoutSeconds", 30)
	startswith(f.message, "InferenceService `chat` has a timeout of `30s`, but the specification ")
	endswith(f.message, " `60s`")
}

test_shows_the_place_in_the_specification if {
	every key, value in {
		"maxNumSeqs": [32, ["serving", "maxNumSeqs"]],
		"maxModelLen": [4096, ["model", "contextLength"]],
		"gpuMemoryUtilization": [0.85, ["resources", "gpu", "memoryUtilization"]],
		"tensor": [4, ["serving", "parallelism", "tensor"]],
		"timeoutSeconds": [30, ["timeouts", "server"]],
		"graceSeconds": [30, ["health", "terminationGracePeriod"]],
		"startupSeconds": [300, ["health", "startupProbe"]],
		"gpus": [4, ["resources", "gpu", "count"]],
		"minReplicas": [1, ["capacity", "replicas", "min"]],
		"maxReplicas": [9, ["capacity", "replicas", "max"]],
		"modelName": ["acme/other", ["model", "name"]],
		"mode": ["Knative", ["serving", "deploymentMode"]],
	} {
		related(changed(key, value[0])) == {array.concat(["serving", "spec"], value[1])}
	}
	related(testing.after(review, {"/artifacts/0/facts/workload/images/0/value": "acme/vllm:v2"})) == {["serving", "spec", "serving", "runtime", "image"]}
	related(testing.after(review, {"/artifacts/0/facts/workload/models/0/value": "s3://models/2"})) == {["serving", "spec", "model", "uri"]}
	related(beside) == {
		["serving", "spec", "serving", "batching", "maxBatchSize"],
		["serving", "spec", "serving", "batching", "maxQueueDelay"],
		["serving", "spec", "health", "podDisruptionBudget", "maxUnavailable"],
	}
}

test_flags_batching_and_budgets if {
	places(beside) == {["artifacts", 1, "max_batch_size"], ["artifacts", 1, "delay"], ["artifacts", 2, "maxUnavailable"]}
	places(testing.after(beside, {
		"/artifacts/1/facts/batching/maxBatchSize/value": 64,
		"/artifacts/1/facts/batching/maxQueueDelaySeconds/value": 0.002,
		"/artifacts/2/facts/pdb/maxUnavailable/value": "10%",
	})) == set()
}

test_ignores_the_batching_of_the_revision_before if {
	places(testing.after(beside, {"/artifacts/1/facts/role": "stable-workload"})) == {["artifacts", 2, "maxUnavailable"]}
}

test_of_several_budgets_none_is_compared if {
	places(testing.after(beside, {"/artifacts/-": beside.artifacts[2]})) == {["artifacts", 1, "max_batch_size"], ["artifacts", 1, "delay"]}
}

test_accepts_the_mode_and_the_name_of_the_specification if {
	places(changed("mode", "Standard")) == set()
	places(changed("modelName", "acme/chat")) == set()
}

test_the_mode_of_another_platform_is_not_compared if {
	places(testing.after(changed("mode", "Knative"), {"/serving/spec/serving/platform": "kserve-llm"})) == set()
}

test_the_gpus_of_a_worker_are_not_counted if {
	places(testing.after(changed("gpus", 4), {"/artifacts/0/facts/workload/worker": true})) == set()
}

test_only_slashes_at_the_end_of_a_model_do_not_matter if {
	places(testing.after(review, {"/artifacts/0/facts/workload/models/0/value": "s3://models/1~"})) == {["artifacts", 0, "uri"]}
	places(testing.after(review, {"/serving/spec/model/uri": "s3://models/1~"})) == {["artifacts", 0, "uri"]}
}

test_flags_another_digest_and_another_repository_of_one_digest if {
	places(pinned("acme/vllm:v1", digest("1"), "acme/vllm", digest("2"))) == {["artifacts", 0, "image"]}
	places(pinned("acme/vllm:v1", digest("1"), "acme/sglang", digest("1"))) == {["artifacts", 0, "image"]}
}

test_of_several_images_the_one_of_the_repository_is_named if {
	places(imaged(["acme/other:v2", "acme/vllm:v2"], "acme/vllm:v1")) == {["artifacts", 0, "image", 1]}
	places(imaged(["other/vllm:v2", "acme/vllm:v2"], "acme/vllm:v1")) == {["artifacts", 0, "image", 1]}
	places(imaged(["host:5000/acme/other:v2", "host:5000/acme/vllm:v2"], "host:5000/acme/vllm:v1")) == {["artifacts", 0, "image", 1]}
	pin := concat("@", ["acme/vllm", digest("1")])
	places(imaged(["acme/other:v2", pin], "acme/vllm:v1")) == {["artifacts", 0, "image", 1]}
}

test_without_an_image_of_the_repository_the_first_is_named if {
	places(imaged(["acme/other:v2", "acme/more:v2"], "acme/vllm:v1")) == {["artifacts", 0, "image", 0]}
	places(imaged(["acme/other:v2"], "acme/vllm:v1")) == {["artifacts", 0, "image", 0]}
}

test_ignores_sidecars_beside_a_model if {
	places(sidecar) == set()
}

test_a_container_is_a_sidecar_only_beside_a_model_of_kserve if {
	place := {["artifacts", 0, "containers", 0, "image"]}
	places(testing.after(sidecar, {"/artifacts/0/facts/kind": "Deployment"})) == place
	places(testing.without(sidecar, ["/artifacts/0/facts/readiness"])) == place
	model := ["spec", "predictor", "model", "image"]
	places(testing.after(sidecar, {"/artifacts/0/facts/workload/images/0/at": model})) == {array.concat(["artifacts", 0], model)}
}

test_ignores_the_replicas_of_several_workloads if {
	two := {"facts": {"kind": "InferenceService", "name": "other", "role": "workload", "workload": {
		"minReplicas": {"value": 2, "at": ["minReplicas"]},
		"maxReplicas": {"value": 9, "at": ["maxReplicas"]},
	}}}
	places(testing.after(changed("minReplicas", 1), {"/artifacts/-": two})) == set()
	places(testing.after(changed("maxReplicas", 9), {"/artifacts/-": two})) == set()
}

test_parts_that_are_not_read_are_listed_as_not_checked if {
	parts := testing.places(rule.unchecked) with input as {"artifacts": [
		{"facts": {"kind": "InferenceService", "name": "a"}, "spec": {"transformer": {}, "predictor": {}}},
		{"facts": {"kind": "InferenceService", "name": "e"}, "spec": {"explainer": {}, "predictor": {}}},
		{"facts": {"kind": "LLMInferenceService", "name": "b"}, "spec": {"baseRefs": [{"name": "house"}]}},
		{"facts": {"kind": "LLMInferenceService", "name": "d"}, "spec": {"baseRefs": []}},
		{"facts": {"kind": "Deployment", "name": "c"}, "spec": {"transformer": {}, "baseRefs": [{"name": "house"}]}},
	]}
	parts == {
		["artifacts", 0, "spec", "transformer"],
		["artifacts", 1, "spec", "explainer"],
		["artifacts", 2, "spec", "baseRefs"],
	}
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
	at := testing.places(rule.finding) with input as doc
}

# A batching configuration and a disruption budget beside the service, which differ from the specification.
beside := object.union(review, {
	"artifacts": array.concat(review.artifacts, [
		{"facts": {"kind": "Triton", "role": "batching", "batching": {
			"maxBatchSize": {"value": 32, "at": ["max_batch_size"]},
			"maxQueueDelaySeconds": {"value": 0.2, "at": ["delay"]},
		}}},
		{"facts": {"kind": "PodDisruptionBudget", "role": "pdb", "pdb": {"maxUnavailable": {"value": "25%", "at": ["maxUnavailable"]}}}},
	]),
	"serving": {
		"spec": {
			"serving": {"batching": {"maxBatchSize": 64, "maxQueueDelay": "2ms"}},
			"health": {"podDisruptionBudget": {"maxUnavailable": "10%"}},
		},
		"facts": {"spec": {"serving": {"batching": {"maxQueueDelay": 0.002}}}},
	},
})

sidecar := testing.after(review, {
	"/artifacts/0/facts/readiness": "preset",
	"/artifacts/0/facts/workload/images/0": {"value": "acme/metrics", "at": ["containers", 0, "image"]},
})

imaged(images, said) := testing.after(review, {
	"/artifacts/0/facts/workload/images": [{"value": image, "at": ["image", i]} | some i, image in images],
	"/serving/spec/serving/runtime/image": said,
})

pinned(name, digest_of_name, said, digest_of_said) := testing.after(review, {
	"/artifacts/0/facts/workload/images/0/value": concat("@", [name, digest_of_name]),
	"/serving/spec/serving/runtime/image": concat("@", [said, digest_of_said]),
})

digest(last) := concat("", ["sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", last])

related(doc) := {path | some f in said(doc); some path in f.related}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}

test_flags_the_timeout_of_a_route_that_is_not_that_of_the_gateway if {
	found := testing.all(rule.finding) with input as routed(60)
	found == {{
		"at": ["artifacts", 1, "timeout", 1],
		"related": [["serving", "spec", "timeouts", "gateway"]],
		"says": ["`front`", "`60s`", "`90s`"],
	}}
	agreed := testing.all(rule.finding) with input as routed(90)
	agreed == set()
}

# The first way is that of a health check.
routed(seconds) := {
	"serving": {"spec": {"timeouts": {"gateway": "90s"}}, "facts": {"spec": {"timeouts": {"gateway": 90}}}},
	"artifacts": [
		{"facts": {"kind": "Service", "platform": "kubernetes", "name": "ranker"}},
		{"facts": {"kind": "HTTPRoute", "platform": "gateway-api", "name": "front", "routes": [{
			"at": ["rule", i],
			"backends": [{"name": "ranker"}],
			"timeoutSeconds": {"value": second, "at": ["timeout", i]},
		} |
			some i, second in [5, seconds]
		]}},
	],
}
