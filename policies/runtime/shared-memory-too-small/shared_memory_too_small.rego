# METADATA
# title: Parallel workers share 64 MiB of memory
# description: |
#   Tensor parallelism runs one process a GPU, and they exchange data through `/dev/shm`. Container runtimes make it 64 MiB large,
#   so NCCL fails at the start or under load with "No space left on device" or a bus error. The guides of vLLM, SGLang and TGI
#   mount a volume in memory there. It counts against the memory limit of the container. Manifests whose platform may mount one
#   by itself (Ray) are not judged, nor is an InferenceService of KServe whose runtime is not at hand.
# related_resources:
#   - description: vLLM, using Kubernetes (shared memory for tensor parallel inference)
#     ref: https://docs.vllm.ai/en/latest/deployment/k8s.html
#   - description: TGI, a note on shared memory
#     ref: https://github.com/huggingface/text-generation-inference#a-note-on-shared-memory-shm
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: "Add the volume `{name: shm, emptyDir: {medium: Memory, sizeLimit: 2Gi}}` and mount it in the container: `{name: shm, mountPath: /dev/shm}`."
package servelint.rules.runtime["shared-memory-too-small"]

import data.servelint.lib.compose
import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest
import data.servelint.lib.stack

finding contains {"at": manifest.place(entry.pod.index, entry.at), "message": message, "related": related} if {
	some entry in containers.visible_servers
	containers.engine(entry.container) in {"vllm", "sglang", "tgi"}
	tensor := entry.pod.facts.workload.tensor
	tensor.value > 1
	array.slice(tensor.at, 0, count(entry.at)) == entry.at
	object.get(entry.pod.spec, "hostIPC", false) != true
	count([1 |
		some mount in fields.list_at(entry.container, ["volumeMounts"])
		trim_suffix(mount.mountPath, "/") == "/dev/shm"
	]) == 0
	message := sprintf("%s of %s splits its model over %v GPUs and mounts nothing at `/dev/shm`, which is 64 MiB then", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
		tensor.value,
	])
	related := [{"at": manifest.place(entry.pod.index, tensor.at), "message": "over so many GPUs"}]
}

# The operator of the production stack mounts one of the size that is asked for.
finding contains {"at": manifest.place(entry.index, ["spec", "deploymentConfig"]), "message": message, "related": related, "help": help} if {
	some entry in stack.runtimes
	tensor := entry.facts.workload.tensor
	tensor.value > 1
	object.get(fields.mapping_at(entry.spec, ["deploymentConfig"]), "shmSize", "") in {"", null}
	message := sprintf("%s splits its model over %v GPUs and has no `shmSize`, so `/dev/shm` is 64 MiB", [manifest.called(entry.facts), tensor.value])
	related := [{"at": manifest.place(entry.index, tensor.at), "message": "over so many GPUs"}]
	help := "Add `shmSize: 2Gi` to `deploymentConfig`, if the operator is newer than 0.1.12; an earlier one mounts nothing there."
}

# A service of Compose.
finding contains {"at": manifest.place(entry.index, entry.at), "message": message, "related": related, "help": help} if {
	some entry in compose.servers
	tensor := entry.file.facts.workload.tensor
	tensor.value > 1
	array.slice(tensor.at, 0, count(entry.at)) == entry.at
	object.get(entry.service, "shm_size", null) == null
	object.get(entry.service, "ipc", "") in {"", "private", "shareable"}
	count([1 | some row in array.concat(compose.mounts(entry.service), tmpfs(entry.service)); trim_suffix(row[1], "/") == "/dev/shm"]) == 0
	message := sprintf("service `%s` splits its model over %v GPUs and has the 64 MB of `/dev/shm` that every container has", [entry.name, tensor.value])
	related := [{"at": manifest.place(entry.index, tensor.at), "message": "over so many GPUs"}]
	help := "Add `shm_size: 2gb` to the service, or `ipc: host` for the shared memory of the machine."
}

tmpfs(service) := [["", split(row, ":")[0]] |
	some row in array.concat(fields.list_at(service, ["tmpfs"]), [text | text := service.tmpfs; is_string(text)])
	is_string(row)
]
