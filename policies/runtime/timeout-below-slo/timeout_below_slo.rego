# METADATA
# title: Timeout is shorter than the latency that an SLO allows
# description: |
#   An SLO says how long a request may take. A timeout below that ends requests which the SLO would still
#   have counted as good, and turns them into errors: the latency looks better, the availability gets worse,
#   and the tail that the SLO is about can no longer be measured. Every stated timeout (client, gateway,
#   server) is compared with the largest value among the SLOs on `request_latency` and
#   `time_to_first_token`. A timeout equal to that value passes.
# related_resources:
#   - description: SRE book, Addressing Cascading Failures
#     ref: https://sre.google/sre-book/addressing-cascading-failures/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Raise the timeout above the SLO's value, or lower the SLO's value to what users actually get.
package servelint.rules.runtime["timeout-below-slo"]

import data.servelint.lib.compare
import data.servelint.lib.slo
import data.servelint.lib.text

# Once, at the timeout that cuts first: raising it alone is no remedy while others are short too, so they are shown.
finding contains {
	"at": ["spec", "timeouts", name],
	"message": message,
	"related": array.concat(
		[{"at": ["spec", "slos", index, "value"], "message": "the SLO that allows more"}],
		[{"at": ["spec", "timeouts", other], "message": "too short as well"} | some [_, other] in short; other != name],
	),
} if {
	[seconds, index] := slo.slowest(input.spec, input.facts)
	[_, name] := min(short)
	message := sprintf("%s timeout `%s` is shorter than the %s that SLO `%s` allows", [
		name,
		input.spec.timeouts[name],
		text.duration(seconds),
		input.spec.slos[index].name,
	])
}

short := [[limit, name] |
	[seconds, _] := slo.slowest(input.spec, input.facts)
	some name in ["client", "gateway", "server"]
	limit := input.facts.spec.timeouts[name]
	compare.below(limit, seconds)
]
