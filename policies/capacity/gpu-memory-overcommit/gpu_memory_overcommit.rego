# METADATA
# title: Weights and KV cache exceed the GPU memory
# description: |
#   A replica needs memory for the weights (parameters x bytes each), for the KV cache of
#   `serving.maxNumSeqs` sequences of `model.contextLength` tokens, and for the runtime's overhead. It has
#   GPU count x memory x `memoryUtilization`. If the weights do not fit, it never starts; if the cache does
#   not, the server preempts and recomputes requests under exactly the load that it was sized for. The cache
#   takes 2 x layers x KV heads x head dimension x bytes per element for each token. Where the cache's shape
#   is not stated, only the weights are compared. Engine arguments and GPUs of a manifest override the
#   specification's numbers. Source: vLLM's documentation on memory and preemption.
# related_resources:
#   - description: vLLM documentation
#     ref: https://docs.vllm.ai/
# custom:
#   severity: error
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   tags: [gpu, llm]
#   help: Lower `serving.maxNumSeqs` or `model.contextLength`, quantise, or add GPUs to the replica.
package servelint.rules.capacity["gpu-memory-overcommit"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {
	"at": ["spec", "resources", "gpu"],
	"message": message,
	"related": [
		{"at": ["spec", "serving", "maxNumSeqs"], "message": "the number of sequences in the KV cache"},
		{"at": ["spec", "model", "contextLength"], "message": "the number of tokens of each sequence"},
	],
} if {
	fact := input.facts.memory
	fact.neededBytes > fact.availableBytes
	compare.above(fact.neededBytes, fact.availableBytes)
	message := sprintf("a replica needs %s of GPU memory (weights %s, KV cache %s, overhead %s) but may use %s", [
		text.bytes(fact.neededBytes),
		text.bytes(fact.weightsBytes),
		text.bytes(fact.kvBytes),
		text.bytes(fact.overheadBytes),
		text.bytes(fact.availableBytes),
	])
}

finding contains {"at": ["spec", "resources", "gpu"], "message": message} if {
	fact := input.facts.memory
	object.get(fact, "kvBytes", null) == null
	fact.weightsBytes + fact.overheadBytes > fact.availableBytes
	compare.above(fact.weightsBytes + fact.overheadBytes, fact.availableBytes)
	message := sprintf("weights of %s and overhead of %s do not fit into the %s of GPU memory that a replica may use", [
		text.bytes(fact.weightsBytes),
		text.bytes(fact.overheadBytes),
		text.bytes(fact.availableBytes),
	])
}

# The same arithmetic with what the manifest states instead.
finding contains {
	"at": manifest.place(w.index, first.at),
	"message": sprintf("with the arguments of %s a replica needs %s of GPU memory (weights %s, KV cache %s, overhead %s) but may use %s", [
		manifest.called(w.facts),
		text.bytes(needed),
		text.bytes(memory.weightsBytes),
		text.bytes(cache),
		text.bytes(memory.overheadBytes),
		text.bytes(available),
	]),
	"related": [{"at": ["serving", "spec", "resources", "gpu"], "message": "the memory of a GPU"}],
} if {
	memory := input.serving.facts.memory
	some w in manifest.workloads
	not w.workload.worker
	changed := changes(w.workload)
	first := changed[0]
	sequences := used(w.workload, "maxNumSeqs", ["spec", "serving", "maxNumSeqs"])
	tokens := used(w.workload, "maxModelLen", ["spec", "model", "contextLength"])
	cache := round((memory.kvBytesPerToken * sequences) * tokens)
	gpus := used(w.workload, "gpus", ["spec", "resources", "gpu", "count"])
	share := used(w.workload, "gpuMemoryUtilization", ["spec", "resources", "gpu", "memoryUtilization"])
	available := round((input.serving.facts.spec.resources.gpu.memory * gpus) * share)
	needed := (memory.weightsBytes + cache) + memory.overheadBytes
	compare.above(needed, available)
}

# What the manifest states otherwise, the most telling first.
changes(workload) := [workload[key] |
	some [key, path] in [
		["maxNumSeqs", ["spec", "serving", "maxNumSeqs"]],
		["maxModelLen", ["spec", "model", "contextLength"]],
		["gpuMemoryUtilization", ["spec", "resources", "gpu", "memoryUtilization"]],
		["gpus", ["spec", "resources", "gpu", "count"]],
	]
	workload[key].value != object.get(input.serving, path, null)
]

used(workload, key, _) := workload[key].value

used(workload, key, path) := stated if {
	not workload[key]
	stated := object.get(input.serving, path, null)
	is_number(stated)
}
