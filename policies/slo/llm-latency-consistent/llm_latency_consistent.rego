# METADATA
# title: Request latency SLO is shorter than its token limits add up to
# description: |
#   A streamed answer takes the time to the first token and then one token time for each further token. With
#   the p95 of output tokens at hand, the limits on `time_to_first_token` and on the time per token add up
#   to the time that a long answer may take while it meets both. A `request_latency` SLO at p95 or above
#   that allows less contradicts them: it will be missed while the others are green. Source: vLLM computes
#   the time per output token as (latency - first token) / (tokens - 1). Lower percentiles are left out,
#   since a p95 of tokens says nothing about a median answer. So is a request latency at a lower percentile
#   than the token limits, which then need not add up.
# related_resources:
#   - description: vLLM documentation
#     ref: https://docs.vllm.ai/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   tags: [llm]
#   help: Lower the limit per token or the number of output tokens until they fit the request latency.
package servelint.rules.slo["llm-latency-consistent"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {
	"at": ["spec", "slos", i, "value"],
	"message": message,
	"related": [{"at": ["spec", "traffic", "outputTokens", "p95"], "message": "the length of a long answer"}],
} if {
	needed := input.facts.generation.p95Seconds
	some i, objective in input.spec.slos
	objective.indicator.type == "request_latency"
	objective.target >= 0.95
	not objective.indicator.statistic == "mean"
	not stricter_tokens(objective.target)
	input.facts.slos[i].valueSeconds < needed
	compare.below(input.facts.slos[i].valueSeconds, needed)
	message := sprintf("SLO `%s` allows `%s`, less than the %s that `%v` output tokens take at the token limits", [
		objective.name,
		objective.value,
		text.duration(needed),
		input.spec.traffic.outputTokens.p95,
	])
}

# A token limit at a higher percentile than the request's.
stricter_tokens(target) if {
	some objective in input.spec.slos
	objective.indicator.type in {"time_to_first_token", "time_per_output_token", "inter_token_latency"}
	objective.target > target
}
