package servelint.lib.containers_test

import data.servelint.lib.containers

review(spec, servers) := {"artifacts": [{
	"spec": spec,
	"facts": {"kind": "Deployment", "name": "chat", "role": "workload", "pods": [{"at": ["spec"], "servers": servers}]},
}]}

test_lists_every_container if {
	spec := {"containers": [{"name": "a"}, "text"], "initContainers": [{"name": "b"}], "model": {"modelFormat": {"name": "onnx"}}}
	places := [entry.at | some entry in containers.all] with input as review(spec, [])
	places == [["spec", "containers", 0], ["spec", "initContainers", 0], ["spec", "model"]]
	servers := [entry.at | some entry in containers.servers] with input as review(spec, [["spec", "containers", 0]])
	servers == [["spec", "containers", 0]]
}

test_ignores_what_is_no_list if {
	every spec in [{"containers": "a"}, {"model": []}, {}] {
		count(containers.all) == 0 with input as review(spec, [])
	}
}

test_leaves_out_the_revision_in_service if {
	stable := {"artifacts": [{"spec": {"containers": [{}]}, "facts": {"role": "stable-workload", "pods": [{"at": ["spec"]}]}}]}
	count(containers.all) == 0 with input as stable
}

test_knows_engines if {
	containers.engine({"image": "vllm/vllm-openai:v0.11.0"}) == "vllm"
	containers.engine({"image": "a", "command": ["python", "-m", "sglang.launch_server"]}) == "sglang"
	containers.engine({"image": "ghcr.io/huggingface/text-generation-inference:3"}) == "tgi"
	containers.engine({"args": ["text-generation-launcher"]}) == "tgi"
	containers.engine({"image": "nvcr.io/nvidia/tritonserver:25.01-py3"}) == "triton"
	containers.engine({"command": ["trtllm-serve", "acme/chat"]}) == "trtllm"
	containers.engine({"command": ["/app/llama-server", "-m", "a.gguf"]}) == "llama.cpp"
	containers.engine({"image": "seldonio/mlserver:1.6.1"}) == "mlserver"
	containers.engine({"image": "nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3.0"}) == "nim"
	not containers.engine({"image": "acme/server", "args": [1]})
}

test_pods_that_are_written_out if {
	every kind in ["Deployment", "Rollout", "StatefulSet", "LeaderWorkerSet", "StormService"] {
		containers.is_whole({"kind": kind})
	}
	not containers.is_whole({"kind": "InferenceService"})
	document := review({"containers": [{"name": "a"}]}, [["spec", "containers", 0]])
	count(containers.whole_servers) == 1 with input as document
	count(containers.whole_servers) == 0 with input as json.patch(document, [{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "RayService"}])
}

test_groups_of_a_role if {
	roles := [{"podGroupSize": 2}, {"podGroupSize": 1}, {}]
	document := {"artifacts": [{"spec": {"template": {"spec": {"roles": roles}}}, "facts": {"kind": "StormService"}}]}
	grouped := [r |
		some r in [0, 1, 2]
		entry := {"pod": {"index": 0, "facts": {"kind": "StormService"}}, "at": ["spec", "template", "spec", "roles", r, "template", "spec", "containers", 0]}
		containers.is_of_group(entry) with input as document
	]
	grouped == [0]
}

test_pods_with_a_runtime if {
	pod := {"containers": [{"name": "kserve-container"}]}
	document := {"artifacts": [{
		"pod": pod,
		"facts": {
			"kind": "InferenceService",
			"name": "chat",
			"runtime": {"kind": "ServingRuntime", "name": "vllm", "at": []},
			"pods": [{"at": ["pod"], "servers": [["pod", "containers", 0]]}],
		},
	}]}
	count(containers.visible_servers) == 1 with input as document
	count(containers.whole_servers) == 0 with input as document
	count(containers.visible_servers) == 0 with input as json.patch(document, [{"op": "remove", "path": "/artifacts/0/facts/runtime"}])
}

test_reads_variables_and_the_command if {
	container := {"command": ["sh", "-c"], "args": ["vllm serve"], "env": [{"name": "A", "value": "0"}, {"name": "A", "value": "1"}, {"name": "B", "valueFrom": {}}]}
	containers.variable(container, "A") == "1"
	not containers.variable(container, "B")
	containers.has_variable(container, "B")
	not containers.has_variable(container, "C")
	containers.line(container) == "sh -c vllm serve"
}
