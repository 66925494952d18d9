# METADATA
# title: A rollback takes longer than the error budget lasts
# description: |
#   A version that fails every request spends an error budget of 0.5 % over 28 days in 3 h 22 min, which is window x
#   (1 - target). A rollback that may take longer (`rto`) than the whole budget of an availability objective lasts can
#   never keep that objective once such a version has all the traffic. Steps that expose less spend less; that is judged
#   by rollout-budget-exposure.
# related_resources:
#   - description: Site Reliability Engineering, Embracing Risk (error budgets)
#     ref: https://sre.google/sre-book/embracing-risk/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.2.0
#   gate: rollback
#   help: Promise a rollback that is faster than the budget is spent, and measure it.
package servelint.rules.rollout["rollback-rto-exceeds-budget"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {
	"at": ["spec", "rollback", "rto"],
	"message": message,
	"related": [{"at": ["spec", "slos", i, "target"], "message": "the objective"}],
} if {
	rto := input.facts.spec.rollback.rto
	is_number(rto)
	some i, slo in input.spec.slos
	slo.indicator.type == "availability"
	fact := input.facts.slos[i]
	lasts := fact.windowSeconds * fact.budgetRatio
	lasts > 0
	compare.above(rto, lasts)
	message := sprintf("a rollback may take %s, but a version that fails every request spends the whole budget of SLO `%v` in %s", [
		input.spec.rollback.rto,
		object.get(slo, "name", i + 1),
		text.duration(floor(lasts)),
	])
}
