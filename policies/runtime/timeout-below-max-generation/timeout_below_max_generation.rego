# METADATA
# title: Timeout is shorter than the longest generation
# description: |
#   A language model writes its answer token by token. At the rates that the SLOs allow, the longest
#   permitted answer takes TTFT + (`outputTokens.max` - 1) x TPOT: 1024 tokens with 800ms and 50ms take
#   51.95s. A timeout below that cuts long answers off although every SLO is met. Platform defaults of 30 or
#   60 seconds are a usual cause of such half answers and 504s. Every stated timeout (client, gateway,
#   server) is compared; one equal to the time passes. For inter-token latency the same formula is used.
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   tags: [llm]
#   help: Raise the timeout above the longest generation, or lower `traffic.outputTokens.max` and enforce it.
#   reworded:
#     - now: "{} timeout `{}` is shorter than the {} that an answer of 1 token takes"
#       then: "{} timeout `{}` is shorter than the {} that an answer of 1 tokens takes"
package servelint.rules.runtime["timeout-below-max-generation"]

import data.servelint.lib.compare
import data.servelint.lib.text

# Once, at the timeout that cuts first; the others that are too short are shown with it.
finding contains {
	"at": ["spec", "timeouts", name],
	"message": message,
	"related": array.concat(
		[{"at": ["spec", "traffic", "outputTokens", "max"], "message": "the longest answer that is allowed"}],
		[{"at": ["spec", "timeouts", other], "message": "too short as well"} | some [_, other] in short; other != name],
	),
} if {
	longest := input.facts.generation.maxSeconds
	[_, name] := min(short)
	message := sprintf("%s timeout `%s` is shorter than the %s that an answer of %s takes", [
		name,
		input.spec.timeouts[name],
		text.duration(longest),
		text.counted(input.spec.traffic.outputTokens.max, "token"),
	])
}

short := [[limit, name] |
	longest := input.facts.generation.maxSeconds
	some name in ["client", "gateway", "server"]
	limit := input.facts.spec.timeouts[name]
	compare.below(limit, longest)
]
