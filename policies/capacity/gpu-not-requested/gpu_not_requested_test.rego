package servelint.rules.capacity["gpu-not-requested_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["gpu-not-requested"] as rule

test_flags_an_image_for_gpus_without_one if {
	said({}) == {{
		"at": ["artifacts", 0, "spec", "containers", 0],
		"says": ["`vllm`", "`chat`", "`vllm/vllm-openai:v0.11.0`"],
	}}
	every image in [
		"registry.example:5000/vllm/vllm-openai@sha256:0f1e",
		"lmsysorg/sglang:v0.5.6-cu129",
		"ghcr.io/huggingface/text-generation-inference:3.3.4",
		"nvcr.io/nvidia/tensorrt-llm/release:1.0.0",
		"nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3.0",
	] {
		said({"/artifacts/0/spec/containers/0/image": image}) != set()
	}
	said({"/artifacts/0/spec/containers/0/resources": {"limits": {"memory": "24Gi"}}}) != set()
	said({"/artifacts/0/spec/containers/0/env": [{"name": "CUDA_VISIBLE_DEVICES", "value": "0"}]}) != set()
}

test_accepts_devices_of_all_kinds if {
	every name in ["nvidia.com/gpu", "amd.com/gpu", "nvidia.com/mig-1g.10gb", "gpu.intel.com/xe", "aliyun.com/gpu-mem", "google.com/tpu"] {
		said({"/artifacts/0/spec/containers/0/resources": {"limits": {name: 1}}}) == set()
		said({"/artifacts/0/spec/containers/0/resources": {"requests": {name: 1}}}) == set()
	}
	said({"/artifacts/0/spec/containers/0/resources": {"claims": [{"name": "gpu"}]}}) == set()
	said({"/artifacts/0/spec/containers/0/securityContext": {"privileged": true}}) == set()
	said({"/artifacts/0/spec/containers/0/env": [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}]}) == set()
	said({"/artifacts/0/spec/runtimeClassName": "nvidia"}) == set()
	said({"/artifacts/0/spec/resourceClaims": [{"name": "gpu"}]}) == set()
	said({"/artifacts/0/spec/volumes": [{"name": "d", "hostPath": {"path": "/dev/dri"}}]}) == set()
}

test_accepts_other_builds_and_engines_on_the_cpu if {
	every image in ["vllm/vllm-openai-cpu:v0.11.0", "vllm/vllm-openai:v0.11.0-cpu", "lmsysorg/sglang:v0.5-xeon", "ghcr.io/huggingface/text-generation-inference:3.3.4-intel-cpu", "acme/vllm:1", "nvcr.io/nvidia/tritonserver:25.01-py3"] {
		said({"/artifacts/0/spec/containers/0/image": image}) == set()
	}
	said({"/artifacts/0/spec/containers/0/args": ["--device", "cpu"]}) == set()
	said({"/artifacts/0/spec/containers/0/args": ["--device=cpu"]}) == set()
	said({"/artifacts/0/spec/containers/0/env": [{"name": "CUDA_VISIBLE_DEVICES", "value": ""}]}) == set()
	said({"/artifacts/0/spec/containers/0/env": [{"name": "CUDA_VISIBLE_DEVICES", "value": "-1"}]}) == set()
}

test_ignores_pods_that_a_platform_completes_and_containers_that_serve_nothing if {
	said({"/artifacts/0/facts/kind": "InferenceService"}) == set()
	said({"/artifacts/0/facts/pods/0/servers": []}) == set()
	said({"/artifacts/0/spec/containers/0/image": null}) == set()
}

test_shows_as_many_as_the_model_is_spread_over if {
	workload := {"tensor": {"value": 4, "at": ["spec", "containers", 0, "args", 1]}, "pipeline": {"value": 2, "at": []}}
	helps := {found.help | some found in findings({"/artifacts/0/facts/workload": workload})}
	helps == {"Add a limit for the GPUs of one replica, which are 8 by its arguments: `resources: {limits: {nvidia.com/gpu: 8}}`. Kubernetes takes it as the request as well."}
	other := {"tensor": {"value": 4, "at": ["spec", "containers", 1, "args", 1]}}
	{object.get(found, "help", "") | some found in findings({"/artifacts/0/facts/workload": other})} == {""}
}

said(values) := testing.all(findings(values))

findings(values) := found if {
	document := testing.after(
		{"artifacts": [{
			"spec": {"containers": [{"name": "vllm", "image": "vllm/vllm-openai:v0.11.0"}]},
			"facts": {"kind": "Deployment", "name": "chat", "pods": [{"at": ["spec"], "servers": [["spec", "containers", 0]]}]},
		}]},
		values,
	)
	found := rule.finding with input as document
}

test_flags_a_service_of_compose_without_one if {
	composed({"image": "vllm/vllm-openai:v0.11.0"}) == {{
		"at": ["artifacts", 0, "services", "llm"],
		"says": ["`llm`", "`vllm/vllm-openai:v0.11.0`"],
		"help": "Add `deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]}}}` to the service.",
	}}
	every more in [{"gpus": "all"}, {"runtime": "nvidia"}, {"devices": ["/dev/kfd"]}, {"deploy": {"resources": {"reservations": {"devices": [{}]}}}}, {"command": "--device cpu"}, {"environment": ["CUDA_VISIBLE_DEVICES="]}, {"image": "vllm/vllm-openai-cpu:v0.11.0"}] {
		composed(object.union({"image": "vllm/vllm-openai:v0.11.0"}, more)) == set()
	}
}

composed(service) := testing.all(found) if {
	found := rule.finding with input as {"artifacts": [{
		"services": {"llm": service},
		"facts": {"kind": "Compose file", "platform": "compose", "pods": [{"at": ["services"], "servers": [["services", "llm"]]}]},
	}]}
}
