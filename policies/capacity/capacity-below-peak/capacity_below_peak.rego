# METADATA
# title: Capacity of all replicas is below peak traffic
# description: |
#   The capacity of the service is maximum replicas x measured throughput of one replica x target
#   utilisation. If that is less than `traffic.peakRps`, the service overloads at a load that the same
#   document expects. Utilisation counts because latency rises steeply as a server fills up.
# related_resources:
#   - description: SRE book, Handling Overload
#     ref: https://sre.google/sre-book/handling-overload/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Raise `capacity.replicas.max`, or make one replica faster and measure it again.
#   reworded:
#     - now: "`1` replica of {} rps each serves {} rps, below the peak of `{}` rps; {} are needed"
#       then: "`1` replicas of {} rps each serve {} rps, below the peak of `{}` rps; {} are needed"
#     - now: "`{}` replicas of {} rps each serve {} rps, below the peak of `{}` rps; {} are needed"
#       then: "`{}` replicas at {} rps carry {} rps, below the peak of `{}` rps; {} are needed"
package servelint.rules.capacity["capacity-below-peak"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {
	"at": ["spec", "capacity", "replicas", "max"],
	"message": message,
	"related": [{"at": ["spec", "traffic", "peakRps"], "message": "peak traffic"}],
} if {
	fact := input.facts.capacity
	peak := input.spec.traffic.peakRps
	fact.atMax < peak
	compare.below(fact.atMax, peak)
	message := sprintf("`%v` %s of %v rps each %s %v rps, below the peak of `%v` rps; %v are needed", [
		input.spec.capacity.replicas.max,
		text.word(input.spec.capacity.replicas.max, "replica", "replicas"),
		text.number(fact.effectiveRps),
		text.word(input.spec.capacity.replicas.max, "serves", "serve"),
		text.number(fact.atMax),
		peak,
		ceil(text.number(peak / fact.effectiveRps)),
	])
}
