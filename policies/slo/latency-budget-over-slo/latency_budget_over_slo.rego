# METADATA
# title: Latency budget does not fit its SLO
# description: |
#   The components of a latency budget are the places where a request spends its time. If they add up to
#   more than the SLO allows, the SLO cannot be met while each team meets its part. With less slack than the
#   team's `headroomWarn` (10 % by default) the first surprise breaks it; that is a warning. Adding up p99s
#   overestimates the p99 of the whole in practice, which is safe. Adding up medians underestimates it, so
#   components declared `p50` prove nothing about a higher percentile, whatever their sum.
# related_resources:
#   - description: SRE book, Service Level Objectives
#     ref: https://sre.google/sre-book/service-level-objectives/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Make the components faster until they fit the SLO. State them at the percentile of the SLO.
#   reworded:
#     - now: "latency components add up to {} of the {} that SLO `{}` allows; the slack is {}, the minimum is {}"
#       then: "latency components add up to {} of the {} of SLO `{}`; {} slack is less than the {} wanted"
#     - now: "latency components are `p50`; their sum is no limit for the {} of SLO `{}`"
#       then: "latency components are `p50`, whose sum says nothing about the {} of SLO `{}`"
package servelint.rules.slo["latency-budget-over-slo"]

import data.servelint.lib.compare
import data.servelint.lib.slo
import data.servelint.lib.team
import data.servelint.lib.text

finding contains {
	"at": ["spec", "latencyBudget", "components"],
	"message": message,
	"related": slo.places(input.spec.latencyBudget.slo, "the SLO that the budget is for"),
} if {
	budget := input.facts.latencyBudget
	budget.totalSeconds > budget.sloSeconds
	compare.above(budget.totalSeconds, budget.sloSeconds)
	times := text.durations(budget.totalSeconds, budget.sloSeconds)
	message := sprintf("latency components add up to %s, more than the %s that SLO `%s` allows", [
		times[0],
		times[1],
		input.spec.latencyBudget.slo,
	])
}

finding contains {
	"at": ["spec", "latencyBudget", "components"],
	"message": message,
	"severity": "warning",
	"related": slo.places(input.spec.latencyBudget.slo, "the SLO that the budget is for"),
} if {
	budget := input.facts.latencyBudget
	budget.slackRatio < team.policy.headroomWarn
	compare.below(budget.slackRatio, team.policy.headroomWarn)
	total := budget.totalSeconds
	limit := budget.sloSeconds
	not compare.above(total, limit)
	times := text.durations(budget.totalSeconds, budget.sloSeconds)
	message := sprintf("latency components add up to %s of the %s that SLO `%s` allows; the slack is %s, the minimum is %s", [
		times[0],
		times[1],
		input.spec.latencyBudget.slo,
		text.percent(text.number(budget.slackRatio)),
		text.percent(team.policy.headroomWarn),
	])
}

finding contains {
	"at": ["spec", "latencyBudget", "statistic"],
	"message": message,
	"related": [{"at": ["spec", "slos", i], "message": "the SLO that the budget is for"}],
} if {
	input.spec.latencyBudget.statistic == "p50"
	some i, objective in input.spec.slos
	objective.name == input.spec.latencyBudget.slo
	objective.target > 0.5
	message := sprintf("latency components are `p50`; their sum is no limit for the %s of SLO `%s`", [
		input.facts.slos[i].percentile,
		objective.name,
	])
}
