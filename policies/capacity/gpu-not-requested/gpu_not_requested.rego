# METADATA
# title: Server that needs a GPU asks for none
# description: |
#   The images of vLLM, SGLang, TGI, TensorRT-LLM and NIM for GPUs do not start without one. A pod that asks for no device is placed on any
#   node, and where a node gives its GPUs to every container, it takes one that the scheduler has given to another pod. An image
#   is judged by its name, so a build of another name is not; neither are builds for CPUs, pods with a claim of Dynamic Resource
#   Allocation, any device (`vendor/name`), a runtime class, a privileged container, or a device folder of the node, and engines
#   that are told to use the CPU. An InferenceService is judged with its runtime, unless KServe may take the build for CPUs there.
# related_resources:
#   - description: Kubernetes, schedule GPUs
#     ref: https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
#   - description: vLLM, using Kubernetes
#     ref: https://docs.vllm.ai/en/latest/deployment/k8s.html
# custom:
#   severity: error
#   elsewhere: warning
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   tags: [gpu]
#   help: "Add a limit for the GPUs of one replica: `resources: {limits: {nvidia.com/gpu: 1}}`. Kubernetes takes it as the request as well."
package servelint.rules.capacity["gpu-not-requested"]

import data.servelint.lib.compose
import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains object.union({"at": manifest.place(entry.pod.index, entry.at), "message": message}, advice(entry)) if {
	some entry in containers.visible_servers
	facts := entry.pod.facts
	not takes_another_image(facts)
	image := entry.container.image
	is_string(image)
	is_for_gpus(image)
	not has_device(entry.container)
	spec := entry.pod.spec
	not gets_one_elsewhere(spec)
	not is_told_otherwise(entry.container)
	message := sprintf("%s of %s runs `%s`, which needs a GPU, and asks for none", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
		image,
	])
}

# KServe takes the build for CPUs in the place of that for GPUs where a runtime is one of vLLM by its name or an annotation.
takes_another_image(facts) if startswith(facts.runtime.name, "kserve-")

takes_another_image(facts) if {
	some other in input.artifacts
	other.facts.kind == facts.runtime.kind
	other.facts.name == facts.runtime.name
	object.get(fields.mapping_at(other, ["metadata", "annotations"]), "serving.kserve.io/server-type", null) != null
}

# A service of Compose.
finding contains {"at": manifest.place(entry.index, entry.at), "message": message, "help": help} if {
	some entry in compose.servers
	image := entry.service.image
	is_string(image)
	is_for_gpus(image)
	not reserves_one(entry.service)
	not says_cpu(compose.line(entry.service))
	message := sprintf("service `%s` runs `%s`, which needs a GPU, and is given none", [entry.name, image])
	help := "Add `deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]}}}` to the service."
}

reserves_one(service) if {
	some key in ["gpus", "runtime", "devices", "device_cgroup_rules", "extends", "privileged"]
	object.get(service, key, null) != null
}

reserves_one(service) if count(fields.list_at(service, ["deploy", "resources", "reservations", "devices"])) > 0

reserves_one(service) if {
	some row in compose.variables(service)
	row[0] in {"NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES", "VLLM_TARGET_DEVICE"}
}

# Parts of image names that are built for GPUs.
is_for_gpus(image) if {
	some part in [
		"vllm/vllm-openai:",
		"vllm/vllm-openai@",
		"lmsysorg/sglang:",
		"huggingface/text-generation-inference:",
		"nvcr.io/nvidia/tensorrt-llm/",
		"nvcr.io/nim/meta/",
		"nvcr.io/nim/mistralai/",
		"nvcr.io/nim/deepseek-ai/",
		"nvcr.io/nim/qwen/",
		"nvcr.io/nim/google/",
	]
	contains(image, part)
	not is_for_others(image)
}

# Builds of the same name for other hardware.
is_for_others(image) if {
	some word in ["cpu", "xeon", "tpu", "neuron", "npu", "intel", "llamacpp"]
	contains(lower(image), word)
}

# A device of whatever vendor, or a claim of one.
has_device(container) if {
	some side in ["limits", "requests"]
	some name, _ in fields.mapping_at(container, ["resources", side])
	contains(name, "/")
}

has_device(container) if count(fields.list_at(container, ["resources", "claims"])) > 0

has_device(container) if object.get(fields.mapping(container), ["securityContext", "privileged"], false) == true

# Somebody decided about the devices in another way.
has_device(container) if {
	some name in ["NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"]
	containers.has_variable(container, name)
}

gets_one_elsewhere(spec) if object.get(spec, "runtimeClassName", null) != null

gets_one_elsewhere(spec) if {
	count(fields.list_at(spec, ["resourceClaims"])) > 0
}

gets_one_elsewhere(spec) if {
	some volume in fields.list_at(spec, ["volumes"])
	path := volume.hostPath.path
	startswith(path, "/dev/")
}

# The engine runs without one.
is_told_otherwise(container) if says_cpu(containers.line(container))

says_cpu(line) if {
	some words in ["--device cpu", "--device=cpu", "--device tpu", "--device=tpu", "--disable-custom-kernels", "--data-parallel-size-local 0", "--data-parallel-size-local=0"]
	contains(line, words)
}

is_told_otherwise(container) if {
	some [name, value] in [["CUDA_VISIBLE_DEVICES", ""], ["VLLM_TARGET_DEVICE", "cpu"], ["DISABLE_CUSTOM_KERNELS", "true"], ["CUDA_VISIBLE_DEVICES", "-1"]]
	containers.variable(container, name) == value
}

# As many as the model is spread over.
advice(entry) := {"help": sprintf("Add a limit for the GPUs of one replica, which are %v by its arguments: `resources: {limits: {nvidia.com/gpu: %v}}`. Kubernetes takes it as the request as well.", [gpus, gpus])} if {
	tensor := entry.pod.facts.workload.tensor
	array.slice(tensor.at, 0, count(entry.at)) == entry.at
	gpus := tensor.value * object.get(entry.pod.facts.workload, ["pipeline", "value"], 1)
} else := {}
