# METADATA
# title: Capacity after the tolerated loss is below peak traffic
# description: |
#   The document says how many replicas or zones may be lost. The remaining replicas must still serve
#   `traffic.peakRps`, because failures also happen at peak and a scale-out takes a cold start. A lost zone
#   takes its share of the replicas with it, rounded up. Source: the SRE book's advice to provision N + 2.
#   The rule is silent where capacity is below peak even without a loss, which `capacity-below-peak`
#   reports.
# related_resources:
#   - description: SRE book, Best Practices for Production Services
#     ref: https://sre.google/sre-book/service-best-practices/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Raise `capacity.replicas.max` until the capacity after the loss reaches peak traffic.
#   reworded:
#     - now: "`1` replica serves {} rps after the loss of {}, below the peak of `{}` rps; {} must remain"
#       then: "`1` replicas serve {} rps after the loss of {}, below the peak of `{}` rps; {} must remain"
#     - now: "`{max}` replicas serve {left} rps after the loss of {lost}, below the peak of `{peak}` rps; {needed} must remain"
#       then: "`{max}` replicas less {lost} lost carry {left} rps, below the peak of `{peak}` rps; {needed} must remain"
package servelint.rules.capacity["capacity-below-peak-after-loss"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {
	"at": ["spec", "capacity", "replicas", "max"],
	"message": message,
	"related": [{"at": ["spec", "traffic", "peakRps"], "message": "peak traffic"}],
} if {
	fact := input.facts.capacity
	peak := input.spec.traffic.peakRps
	at_max := fact.atMax
	fact.afterLoss < peak
	compare.below(fact.afterLoss, peak)
	not compare.below(at_max, peak)
	message := sprintf("`%v` %s %v rps after the loss of %v, below the peak of `%v` rps; %v must remain", [
		input.spec.capacity.replicas.max,
		text.word(input.spec.capacity.replicas.max, "replica serves", "replicas serve"),
		text.number(fact.afterLoss),
		fact.lostReplicas,
		peak,
		ceil(text.number(peak / fact.effectiveRps)),
	])
}
