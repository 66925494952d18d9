# METADATA
# title: Minimum replicas cannot serve average traffic during scale-up
# description: |
#   When a new replica takes more than a minute to become ready, scale-out comes too late for a jump in
#   traffic. The minimum replicas must then serve `traffic.averageRps` on their own: minimum x throughput of
#   one replica x target utilisation. A minimum of 0 is checked by `scale-to-zero-vs-slo` instead.
# related_resources:
#   - description: SRE book, Addressing Cascading Failures
#     ref: https://sre.google/sre-book/addressing-cascading-failures/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Raise `capacity.replicas.min`, or shorten the cold start, for example by caching the weights on the node.
#   reworded:
#     - now: "the minimum of `1` replica serves {} rps, below the average of `{}` rps; a new one takes `{}` to start, so {} are needed"
#       then: "the minimum of `1` replicas serves {} rps, below the average of `{}` rps; a new one takes `{}` to start, so {} are needed"
#     - now: "the minimum of `{}` replicas serves {} rps, below the average of `{}` rps; a new one takes `{}` to start, so {} are needed"
#       then: "minimum of `{}` replicas carries {} rps, below the average of `{}`; another takes `{}` to start, {} are needed"
package servelint.rules.capacity["min-cannot-carry-average"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {
	"at": ["spec", "capacity", "replicas", "min"],
	"message": message,
	"related": [{"at": ["spec", "capacity", "coldStart"], "message": "the start-up time of a new replica"}],
} if {
	input.facts.spec.capacity.coldStart > 60
	input.spec.capacity.replicas.min > 0
	fact := input.facts.capacity
	average := input.spec.traffic.averageRps
	fact.atMin < average
	compare.below(fact.atMin, average)
	message := sprintf("the minimum of `%v` %s serves %v rps, below the average of `%v` rps; a new one takes `%s` to start, so %v are needed", [
		input.spec.capacity.replicas.min,
		text.word(input.spec.capacity.replicas.min, "replica", "replicas"),
		text.number(fact.atMin),
		average,
		input.spec.capacity.coldStart,
		ceil(text.number(average / fact.effectiveRps)),
	])
}
