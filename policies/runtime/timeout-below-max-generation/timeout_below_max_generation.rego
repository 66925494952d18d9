# METADATA
# title: Timeout is shorter than the longest answer takes
# description: |
#   A language model writes its answer token by token. At the rates that the SLOs allow, the longest
#   permitted answer takes TTFT + (`outputTokens.max` - 1) x TPOT: 1024 tokens with 800ms and 50ms
#   take 51.95s. A timeout below that cuts long answers off although every SLO is met. Platform
#   defaults of 30 or 60 seconds are a usual cause of such half answers and 504s.
#   Every stated timeout (client, gateway, server) is compared; one equal to the time passes.
#   For inter-token latency the same formula is used.
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Raise the timeout above the longest generation, or lower `traffic.outputTokens.max` and enforce it.
package servelint.rules.runtime["timeout-below-max-generation"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {
	"at": ["spec", "timeouts", name],
	"message": message,
	"related": [{
		"at": ["spec", "traffic", "outputTokens", "max"],
		"message": "the longest answer that is allowed",
	}],
} if {
	longest := input.facts.generation.maxSeconds
	some name in ["client", "gateway", "server"]
	input.facts.spec.timeouts[name] < longest
	compare.below(input.facts.spec.timeouts[name], longest)
	message := sprintf("%s timeout `%s` is shorter than the %s that an answer of %v tokens takes", [
		name,
		input.spec.timeouts[name],
		text.duration(longest),
		input.spec.traffic.outputTokens.max,
	])
}
