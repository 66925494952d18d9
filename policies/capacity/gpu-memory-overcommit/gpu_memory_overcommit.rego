# METADATA
# title: GPU memory does not hold the weights and the KV cache
# description: |
#   A replica needs memory for the weights (parameters x bytes each), for the KV cache of
#   `serving.maxNumSeqs` sequences of `model.contextLength` tokens, and for the overhead of the runtime.
#   It has GPU count x memory x `memoryUtilization`. If the weights do not fit, it never starts; if the
#   cache does not, the server preempts and recomputes requests under exactly the load that it was
#   sized for. The cache takes 2 x layers x KV heads x head dimension x bytes per element for each token.
#   Where its shape is not stated, the weights alone are judged.
#   Source: vLLM's documentation on memory and preemption.
# related_resources:
#   - description: vLLM documentation
#     ref: https://docs.vllm.ai/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Lower `serving.maxNumSeqs` or `model.contextLength`, quantise, or add GPUs to the replica.
package servelint.rules.capacity["gpu-memory-overcommit"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {
	"at": ["spec", "resources", "gpu"],
	"message": message,
	"related": [
		{"at": ["spec", "serving", "maxNumSeqs"], "message": "sequences that the KV cache is for"},
		{"at": ["spec", "model", "contextLength"], "message": "tokens of each sequence"},
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
