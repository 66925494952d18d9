# METADATA
# title: Burn-rate alert can never fire
# description: |
#   A burn rate is the error ratio divided by the error budget ratio, 1 - target. The error ratio is at most
#   1, so no SLO burns faster than 1 / (1 - target): at a target of 0.9 that is 10, and an alert at 14.4
#   stays silent while every request fails. The factor 14.4 is out of reach for targets up to 0.9306, 6 up
#   to 0.8333 and 3 up to 0.6667. This often affects latency SLOs with a target of 0.9. In manifests, burn
#   rate and budget are read from OpenSLO conditions, from the alerts that Sloth and Pyrra generate from an
#   objective, and from expressions of Prometheus, in any spelling: `> (14.4 * (1 - 0.9))`, `/ 0.1 > 14.4` or
#   `> 1.44`. Sloth multiplies the share of the budget with the period over the long window: with its windows
#   for 30 days, which it takes unless told otherwise, 14.4, 6, 3 and 1, and with those for 28 days 13.44, 5.6,
#   2.8 and 0.93. Where only the period decides, the objective is not checked. Pyrra always has 14, 7, 2 and 1.
#   Source: the limits of burn-rate alerts in the SRE workbook, chapter 5.
# related_resources:
#   - description: SRE workbook, Alerting on SLOs
#     ref: https://sre.google/workbook/alerting-on-slos/
#   - description: Sloth, alert windows
#     ref: https://sloth.dev/usage/slo-period-windows/
#   - description: Pyrra, windows and burn rates of its alerts
#     ref: https://github.com/pyrra-dev/pyrra/blob/main/slo/rules.go
# custom:
#   severity: error
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Lower the burn rate and lengthen its windows, or raise the target.
package servelint.rules.slo["burnrate-unreachable"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.objectives
import data.servelint.lib.queries
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

# What a tool generates from an objective.
finding contains {"at": at, "message": message} if {
	some s in objectives.slos
	not objectives.confused(s.slo)
	budget := 1 - s.slo.target.value
	silent := [alert |
		some alert in s.slo.generated
		not compare.below(least(alert) * budget, 1)
	]
	count(silent) > 0
	at := manifest.place(s.index, s.slo.target.at)
	message := sprintf("%s leaves an error budget of %s, which burns at most %v times faster than allowed: what %s generates for it at burn rate %s can never fire", [
		objectives.called("objective", s.slo),
		text.percent(budget),
		text.number(1 / budget),
		maker(s.facts),
		concat(", ", [rate(alert) | some alert in silent]),
	])
}

unchecked contains {"at": at, "message": message} if {
	some s in objectives.slos
	not objectives.confused(s.slo)
	some alert in s.slo.generated
	budget := 1 - s.slo.target.value
	compare.below(least(alert) * budget, 1)
	share := alert.factor * budget
	not compare.below(share, 1)
	at := manifest.place(s.index, s.slo.target.at)
	message := sprintf("the period of Sloth decides whether burn rate %s of %s can fire", [rate(alert), objectives.called("objective", s.slo)])
}

least(alert) := object.get(alert, "leastFactor", alert.factor)

rate(alert) := sprintf("%v (`%s`)", [text.number(alert.factor), alert.severity])

maker(facts) := "Pyrra" if facts.platform == "pyrra"

maker(facts) := "Sloth" if facts.platform != "pyrra"

# A share that is compared with a number outside of it, however that is spelt.
finding contains {"at": at, "message": message} if {
	some q in queries.all
	q.query.purpose == "alert"
	never := q.query.never
	is_share(never)
	not told(q)
	at := manifest.place(q.index, q.query.at)
	message := sprintf("%s can never fire: it compares a share %s with %v", [
		queries.owner(q.query),
		queries.span(never),
		never.value,
	])
}

is_share(never) if {
	abs(never.low) <= 100
	abs(never.high) <= 100
}

# The burn rate of the same expression is reported above.
told(q) if {
	some alert in input.artifacts[q.index].facts.alerts
	alert.burnRate.at == q.query.at
	object.get(alert, ["op", "value"], "gt") in {"gt", "gte"}
	share := alert.burnRate.value * alert.budgetRatio.value
	not compare.below(share, 1)
}
