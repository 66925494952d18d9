# METADATA
# title: Peak cannot be carried after the loss that is to be tolerated
# description: |
#   The document says how many replicas or zones may be lost. What is left must still carry
#   `traffic.peakRps`, for failures do not wait for the quiet hours, and a scale-out takes a cold start.
#   A lost zone takes its share of the replicas with it, rounded up.
#   Source: the SRE book's advice to provision N + 2. Silent where the peak is not carried even
#   without a loss, which `capacity-below-peak` reports.
# related_resources:
#   - description: SRE book, Best Practices for Production Services
#     ref: https://sre.google/sre-book/service-best-practices/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Raise `capacity.replicas.max` until what remains after the loss carries the peak.
package servelint.rules.capacity["capacity-below-peak-after-loss"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {
	"at": ["spec", "capacity", "replicas", "max"],
	"message": message,
	"related": [{"at": ["spec", "traffic", "peakRps"], "message": "the peak to carry"}],
} if {
	fact := input.facts.capacity
	peak := input.spec.traffic.peakRps
	at_max := fact.atMax
	fact.afterLoss < peak
	compare.below(fact.afterLoss, peak)
	not compare.below(at_max, peak)
	message := sprintf("`%v` replicas less %v lost carry %v rps, below the peak of `%v` rps; %v must remain", [
		input.spec.capacity.replicas.max,
		fact.lostReplicas,
		text.number(fact.afterLoss),
		peak,
		ceil(text.number(peak / fact.effectiveRps)),
	])
}
