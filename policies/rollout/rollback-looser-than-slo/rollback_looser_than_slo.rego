# METADATA
# title: Rollback threshold is looser than the SLO
# description: |
#   An analysis that compares a canary with an SLO must not tolerate what the SLO forbids: the new version
#   would be promoted and the alert would fire on the whole fleet. For latency the threshold is at most the
#   SLO's value, and the comparison is `gt` or `gte`, because an analysis fails when its comparison is true.
#   For availability the tolerated share of errors is compared with the error budget ratio, 1 - target. Up
#   to that it passes. A small step sees few errors, so more can be reasonable: up to 14.4 times the ratio
#   is a warning unless the analysis has a `justification`. Beyond 14.4 times it is an error in any case,
#   because that is the burn rate of the fast page in the SRE workbook, so a human would be woken before the
#   rollout stops. `lt 0.98` is read as a floor under the success ratio: it tolerates 2 % errors. Analyses
#   of other metrics are not checked.
# related_resources:
#   - description: SRE workbook, Alerting on SLOs
#     ref: https://sre.google/workbook/alerting-on-slos/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   gate: rollback
#   help: Tighten the threshold to the SLO.
#   reworded:
#     - now: "analysis `{}` tolerates {} errors, {}x the {} that SLO `{}` allows, without a justification"
#       then: "analysis `{}` tolerates {} errors, {}x the {} that SLO `{}` allows, and does not say why"
package servelint.rules.rollout["rollback-looser-than-slo"]

import data.servelint.lib.compare
import data.servelint.lib.rollout
import data.servelint.lib.team
import data.servelint.lib.text

finding contains {
	"at": ["spec", "rollout", "analysis", j, "threshold"],
	"message": message,
	"related": [{"at": ["spec", "slos", fact.slo, "value"], "message": "the limit of the SLO"}],
} if {
	some j, fact in input.facts.rollout.analysis
	fact.kind == "latency"
	analysis := input.spec.rollout.analysis[j]
	analysis.op in {"gt", "gte"}
	fact.thresholdSeconds > input.facts.slos[fact.slo].valueSeconds
	compare.above(fact.thresholdSeconds, input.facts.slos[fact.slo].valueSeconds)
	message := sprintf("analysis `%s` tolerates `%s`, more than the `%s` of SLO `%s`", [
		analysis.name,
		analysis.threshold,
		input.spec.slos[fact.slo].value,
		input.spec.slos[fact.slo].name,
	])
}

finding contains {"at": ["spec", "rollout", "analysis", j, "op"], "message": message} if {
	some j, fact in input.facts.rollout.analysis
	fact.kind == "latency"
	analysis := input.spec.rollout.analysis[j]
	analysis.op in {"lt", "lte"}
	message := sprintf("analysis `%s` fails where latency is `%s %v`, so it stops a fast version and lets a slow one pass", [
		analysis.name,
		analysis.op,
		analysis.threshold,
	])
}

finding contains object.union(extra, {
	"at": ["spec", "rollout", "analysis", j, "threshold"],
	"message": message,
	"related": [{"at": ["spec", "slos", slo, "target"], "message": "the limit of the SLO"}],
}) if {
	some [j, slo, errors, budget] in looser
	extra := advice(j, slo)
	page := rollout.page_burn_rate
	compare.above(errors, budget * page)
	message := sprintf("analysis `%s` tolerates %s errors, %vx the %s that SLO `%s` allows; a page fires at %vx", [
		input.spec.rollout.analysis[j].name,
		text.percent(errors),
		round((errors * 10) / budget) / 10,
		text.percent(budget),
		input.spec.slos[slo].name,
		page,
	])
}

finding contains object.union(extra, {
	"at": ["spec", "rollout", "analysis", j, "threshold"],
	"message": message,
	"severity": "warning",
	"related": [{"at": ["spec", "slos", slo, "target"], "message": "the limit of the SLO"}],
}) if {
	some [j, slo, errors, budget] in looser
	extra := advice(j, slo)
	page := rollout.page_burn_rate
	not compare.above(errors, budget * page)
	analysis := input.spec.rollout.analysis[j]
	trim_space(object.get(analysis, "justification", "")) == ""
	message := sprintf("analysis `%s` tolerates %s errors, %vx the %s that SLO `%s` allows, without a justification", [
		analysis.name,
		text.percent(errors),
		round((errors * 10) / budget) / 10,
		text.percent(budget),
		input.spec.slos[slo].name,
	])
}

# The analyses of availability that tolerate more errors than their SLO.
looser contains [j, fact.slo, errors, budget] if {
	some j, fact in input.facts.rollout.analysis
	fact.kind == "availability"
	errors := rollout.error_ratio(input.spec.rollout.analysis[j])
	budget := input.facts.slos[fact.slo].budgetRatio
	errors > budget
	compare.above(errors, budget)
}

# What the traffic resolves and the SLO allows, where both are known.
advice(j, slo) := {"help": shown} if {
	shown := rollout.feasible(j, slo, team.policy.minExpectedErrorsAtThreshold)
} else := {}
