# METADATA
# title: Parallel workers share 64 MiB of memory
# description: |
#   Tensor parallelism runs one process a GPU, and they exchange data through `/dev/shm`. Container runtimes make it 64 MiB large,
#   so NCCL fails at the start or under load with "No space left on device" or a bus error. The guides of vLLM, SGLang and TGI
#   mount a volume in memory there. It counts against the memory limit of the container. Manifests whose platform may mount one
#   by itself (KServe, Ray) are not judged.
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

import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains {"at": manifest.place(entry.pod.index, entry.at), "message": message, "related": related} if {
	some entry in containers.servers
	entry.pod.facts.kind in {"Deployment", "Rollout", "StatefulSet"}
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
