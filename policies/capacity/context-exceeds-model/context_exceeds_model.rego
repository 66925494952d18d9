# METADATA
# title: Longest request exceeds the context length
# description: |
#   Prompt and answer share the context that the server is started with. A request whose prompt and allowed
#   answer together exceed it is refused, or its answer is cut short. The longest request that the document
#   expects must fit: `traffic.inputTokens.max` + `traffic.outputTokens.max` is at most
#   `model.contextLength`. Source: vLLM rejects a request beyond `--max-model-len`.
# related_resources:
#   - description: vLLM documentation
#     ref: https://docs.vllm.ai/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   tags: [llm]
#   help: Raise `model.contextLength` (and check the memory), or truncate prompts and cap answers.
#   reworded:
#     - now: "the longest request has `{}` input and `{}` output tokens, {} together, above the context length of `{}`"
#       then: "longest request of `{}` input and `{}` output tokens takes {}, above the context of `{}`"
package servelint.rules.capacity["context-exceeds-model"]

finding contains {
	"at": ["spec", "model", "contextLength"],
	"message": message,
	"related": [
		{"at": ["spec", "traffic", "inputTokens", "max"], "message": "the longest prompt"},
		{"at": ["spec", "traffic", "outputTokens", "max"], "message": "the longest answer"},
	],
} if {
	traffic := input.spec.traffic
	longest := traffic.inputTokens.max + traffic.outputTokens.max
	longest > input.spec.model.contextLength
	message := sprintf("the longest request has `%v` input and `%v` output tokens, %v together, above the context length of `%v`", [
		traffic.inputTokens.max,
		traffic.outputTokens.max,
		longest,
		input.spec.model.contextLength,
	])
}
