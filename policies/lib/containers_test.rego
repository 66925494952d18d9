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
	not containers.engine({"image": "acme/server", "args": [1]})
}
