# METADATA
# title: Time per output token does not say whether it counts the first token
# description: |
#   Time per output token is defined in two ways. vLLM divides the time after the first token by the tokens
#   after the first; GuideLLM's documentation includes the first token, and calls the other number
#   inter-token latency. For short answers the two differ by a factor, so a limit without a definition can
#   be met by one tool and missed by another on the same run. `indicator.excludesFirstToken` says which one
#   is meant. Where a checklist item verifies the SLO with a file of a tool whose definition is known, the
#   two must be the same.
# related_resources:
#   - description: vLLM documentation
#     ref: https://docs.vllm.ai/
# custom:
#   severity: error
#   applies_to: [ServingSpec, Review]
#   since: 0.1.0
#   tags: [llm]
#   help: "Add `excludesFirstToken: true` for vLLM's definition, or `false` where the first token counts."
#   reworded:
#     - now: "{} verifies SLO `{}`, which excludes the first token, with `{}`, whose tool includes it"
#       then: "{} verifies SLO `{}`, which leaves out the first token, with `{}`, whose tool counts it"
#     - now: "{} verifies SLO `{}`, which includes the first token, with `{}`, whose tool excludes it"
#       then: "{} verifies SLO `{}`, which counts the first token, with `{}`, whose tool leaves out it"
package servelint.rules.slo["tpot-definition-required"]

import data.servelint.lib.measured

finding contains {"at": ["spec", "slos", i, "indicator", "excludesFirstToken"], "message": message} if {
	some i, objective in input.spec.slos
	objective.indicator.type == "time_per_output_token"
	object.get(objective.indicator, "excludesFirstToken", null) == null
	message := sprintf("SLO `%s` limits `time_per_output_token` without saying whether the first token counts", [objective.name])
}

finding contains violation if {
	some row in measured.review_rows
	counted := row.result.excludesFirstToken
	some target in row.item.verifies
	some i, objective in input.serving.spec.slos
	target == sprintf("slo/%s", [objective.name])
	objective.indicator.type == "time_per_output_token"
	objective.indicator.excludesFirstToken != counted
	message := sprintf("%s verifies SLO `%s`, which %s the first token, with `%s`, whose tool %s it", [
		row.name,
		objective.name,
		treats(objective.indicator.excludesFirstToken),
		row.result.path,
		treats(counted),
	])
	related := [{"at": ["serving", "spec", "slos", i, "indicator", "excludesFirstToken"], "message": "the definition"}]
	violation := object.union({"at": row.at, "message": message, "related": related}, measured.mild(row.item))
}

treats(true) := "excludes"

treats(false) := "includes"
