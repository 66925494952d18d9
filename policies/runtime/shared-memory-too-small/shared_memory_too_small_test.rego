package servelint.rules.runtime["shared-memory-too-small_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["shared-memory-too-small"] as rule

test_flags_parallel_workers_without_memory if {
	said(review({})) == {{
		"at": ["artifacts", 0, "spec", "containers", 0],
		"related": [["artifacts", 0, "spec", "containers", 0, "args", 1]],
		"says": ["`vllm`", "`chat`", "2", "`/dev/shm`", "64"],
	}}
	said(review({"/artifacts/0/facts/kind": "Rollout"})) != set()
	said(review({"/artifacts/0/spec/containers/0/volumeMounts": [{"mountPath": "/models"}]})) != set()
}

test_accepts_a_mount if {
	every path in ["/dev/shm", "/dev/shm/"] {
		said(review({"/artifacts/0/spec/containers/0/volumeMounts": [{"mountPath": "/models"}, {"mountPath": path}]})) == set()
	}
	said(review({"/artifacts/0/spec/hostIPC": true})) == set()
}

test_accepts_one_gpu_and_other_servers if {
	said(review({"/artifacts/0/facts/workload/tensor/value": 1})) == set()
	said(review({"/artifacts/0/spec/containers/0/image": "tritonserver"})) == set()
	said(review({"/artifacts/0/facts/kind": "InferenceService"})) == set()
	said(review({"/artifacts/0/facts/workload/tensor/at": ["spec", "containers", 1, "args", 1]})) == set()
}

review(values) := testing.after(
	{"artifacts": [{
		"spec": {"containers": [{"name": "vllm", "image": "vllm/vllm-openai:v0.11.0"}]},
		"facts": {
			"kind": "Deployment",
			"name": "chat",
			"pods": [{"at": ["spec"], "servers": [["spec", "containers", 0]]}],
			"workload": {"tensor": {"value": 2, "at": ["spec", "containers", 0, "args", 1]}},
		},
	}]},
	values,
)

said(document) := testing.all(findings) if {
	findings := rule.finding with input as document
}

test_flags_a_runtime_of_the_production_stack if {
	runtime := {"artifacts": [{
		"spec": {"deploymentConfig": {"replicas": 2}},
		"facts": {"kind": "VLLMRuntime", "name": "chat", "workload": {"tensor": {"value": 2, "at": ["spec", "vllmConfig", "tensorParallelSize"]}}},
	}]}
	said(runtime) == {{
		"at": ["artifacts", 0, "spec", "deploymentConfig"],
		"related": [["artifacts", 0, "spec", "vllmConfig", "tensorParallelSize"]],
		"says": ["`chat`", "2", "`shmSize`", "`/dev/shm`", "64"],
		"help": "Add `shmSize: 2Gi` to `deploymentConfig`, if the operator is newer than 0.1.12; an earlier one mounts nothing there.",
	}}
	said(testing.after(runtime, {"/artifacts/0/spec/deploymentConfig/shmSize": "4Gi"})) == set()
	said(testing.after(runtime, {"/artifacts/0/facts/workload/tensor/value": 1})) == set()
}

test_flags_a_service_of_compose if {
	composed({}) == {{
		"at": ["artifacts", 0, "services", "llm"],
		"related": [["artifacts", 0, "services", "llm", "command"]],
		"says": ["`llm`", "2", "64", "`/dev/shm`"],
		"help": "Add `shm_size: 2gb` to the service, or `ipc: host` for the shared memory of the machine.",
	}}
	composed({"ipc": "private"}) != set()
	every more in [{"shm_size": "2gb"}, {"ipc": "host"}, {"tmpfs": "/dev/shm:size=2g"}, {"tmpfs": ["/dev/shm"]}, {"volumes": ["/dev/shm:/dev/shm"]}] {
		composed(more) == set()
	}
}

composed(service) := testing.all(found) if {
	found := rule.finding with input as {"artifacts": [{
		"services": {"llm": service, "other": {}},
		"facts": {
			"kind": "Compose file",
			"platform": "compose",
			"pods": [{"at": ["services"], "servers": [["services", "llm"]]}],
			"workload": {"tensor": {"value": 2, "at": ["services", "llm", "command"]}},
		},
	}]}
}
