# METADATA
# title: Burn-rate alert can never fire
# description: |
#   A burn rate is the error ratio divided by the error budget ratio, 1 - target. The error ratio is at most
#   1, so no SLO burns faster than 1 / (1 - target): at a target of 0.9 that is 10, and an alert at 14.4
#   stays silent while every request fails. The factor 14.4 is out of reach for targets up to 0.9306, 6 up
#   to 0.8333 and 3 up to 0.6667. This often affects latency SLOs with a target of 0.9. In manifests, burn
#   rate and budget are read from OpenSLO conditions and from expressions of Prometheus such as `> (14.4 *
#   0.001)`. Source: the limits of burn-rate alerts in the SRE workbook, chapter 5.
# related_resources:
#   - description: SRE workbook, Alerting on SLOs
#     ref: https://sre.google/workbook/alerting-on-slos/
# custom:
#   severity: error
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Lower the burn rate and lengthen its windows, or raise the target.
package servelint.rules.slo["burnrate-unreachable"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.objectives
import data.servelint.lib.text

finding contains {
	"at": ["spec", "alerts", i, "burnRate"],
	"message": message,
	"related": [{"at": ["spec", "slos", fact.slo, "target"], "message": "the target leaves this budget"}],
} if {
	some i, fact in input.facts.alerts
	ratio := fact.errorRatio
	not compare.below(ratio, 1)
	message := sprintf("burn rate `%v` can never be exceeded: at target `%v` SLO `%s` burns at most %v times its budget", [
		input.spec.alerts[i].burnRate,
		input.spec.slos[fact.slo].target,
		input.spec.alerts[i].slo,
		text.number(fact.maxReachableBurnRate),
	])
}

finding contains {
	"at": manifest.place(a.index, rate.at),
	"message": sprintf("burn rate %v of %s can never be exceeded: an error budget of %s burns at most %v times faster than allowed", [
		rate.value,
		objectives.called("alert", a.alert),
		text.percent(budget.value),
		text.number(1 / budget.value),
	]),
	"related": [{"at": budget.at, "message": "the error budget"}],
} if {
	some a in objectives.alerts
	rate := a.alert.burnRate
	op := object.get(a.alert, ["op", "value"], "gt")
	not op in {"lt", "lte"}
	some budget in objectives.budgets(a)
	budget.value > 0
	not compare.below(rate.value * budget.value, 1)
}
