# METADATA
# title: Rollout step exposes too much of the error budget
# description: |
#   Suppose that the new version fails every request. Until an analysis stops the step, its share of the
#   traffic spends error budget: weight x D / (window x (1 - target)), where D is the time to detect and
#   stop, initialDelay + failureLimit x interval, plus the time for the analysis' window to fill up to its
#   threshold (for errors window x threshold, for latency the whole window). 5 % of traffic for 10m against
#   99.9 % over 30d costs 1.16 % of the budget. The limit is the team's `maxRolloutBudgetFraction` (10 % by
#   default); exactly the limit passes. Analyses of a metric without an SLO have no budget and are not
#   checked. The effect of an outage grows with the share of traffic that is exposed (SRE workbook, chapter
#   16).
# related_resources:
#   - description: SRE workbook, Canarying Releases
#     ref: https://sre.google/workbook/canarying-releases/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Detect faster (shorter delay, interval or window, lower failure limit), or take smaller steps.
#   reworded:
#     - now: "{} can spend {} of the budget of SLO `{}` in the {} until `{}` stops it; servelint's default is {} (`maxRolloutBudgetFraction`)"
#       then: "{} can spend {} of the budget of SLO `{}` in the {} until `{}` stops it; the team allows {}"
package servelint.rules.rollout["rollout-budget-exposure"]

import data.servelint.lib.compare
import data.servelint.lib.rollout
import data.servelint.lib.team
import data.servelint.lib.text

finding contains {
	"at": ["spec", "rollout", "steps", check.step, "weight"],
	"message": message,
	"related": [
		{"at": ["spec", "rollout", "analysis", check.analysis], "message": "the analysis that would stop it"},
		{"at": ["spec", "slos", slo], "message": "the budget that is spent"},
	],
} if {
	some j, fact in input.facts.rollout.analysis
	slo := fact.slo
	objective := input.facts.slos[slo]
	budget := objective.windowSeconds * objective.budgetRatio
	budget > 0
	seconds := exposure(j, fact)
	some check in input.facts.rollout.checks
	check.analysis == j
	fraction := ((check.weight / 100) * seconds) / budget
	fraction > team.policy.maxRolloutBudgetFraction
	compare.above(fraction, team.policy.maxRolloutBudgetFraction)
	message := sprintf("%s can spend %s of the budget of SLO `%s` in the %s until `%s` stops it; %s", [
		rollout.step(check.step),
		text.percent(round(fraction * 1000) / 1000),
		input.spec.slos[slo].name,
		text.duration(seconds),
		input.spec.rollout.analysis[check.analysis].name,
		team.allows("maxRolloutBudgetFraction", text.percent(team.policy.maxRolloutBudgetFraction)),
	])
}

exposure(j, fact) := fact.detectionSeconds + (window * rollout.error_ratio(input.spec.rollout.analysis[j])) if {
	fact.kind == "availability"
	window := input.facts.spec.rollout.analysis[j].window
}

exposure(_, fact) := fact.exposureSeconds if fact.kind == "latency"
