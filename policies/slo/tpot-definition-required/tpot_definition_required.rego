# METADATA
# title: Time per output token does not say whether it counts the first token
# description: |
#   Time per output token is defined in two ways. vLLM divides the time after the first token by the
#   tokens after the first; GuideLLM's documentation includes the first token, and calls the other
#   number inter-token latency. For short answers the two differ by a factor, so a limit without a
#   definition can be met by one tool and missed by another on the same run.
#   `indicator.excludesFirstToken` says which one is meant.
# related_resources:
#   - description: vLLM documentation
#     ref: https://docs.vllm.ai/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: "Add `excludesFirstToken: true` for vLLM's definition, or `false` where the first token counts."
package servelint.rules.slo["tpot-definition-required"]

finding contains {"at": ["spec", "slos", i, "indicator", "excludesFirstToken"], "message": message} if {
	some i, objective in input.spec.slos
	objective.indicator.type == "time_per_output_token"
	object.get(objective.indicator, "excludesFirstToken", null) == null
	message := sprintf("SLO `%s` limits `time_per_output_token` without saying whether the first token counts", [objective.name])
}
