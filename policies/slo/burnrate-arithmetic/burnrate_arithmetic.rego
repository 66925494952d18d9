# METADATA
# title: Burn rate matches no recommended share of the error budget
# description: |
#   A burn rate is chosen so that the alert fires when a known share of the error budget is gone: burn rate
#   = share x SLO window / long window. The SRE workbook, chapter 5, pages at 2 % in 1h and 5 % in 6h and
#   opens a ticket at 10 % in 1d or 3d. Over 30d that gives 14.4, 6, 3 and 1; over 28d it gives 13.44, 5.6,
#   2.8 and 0.933. A factor copied to another window spends another share. For windows of 7d and less the
#   shares 8 %, 12.5 %, 20 % and 42 % that Sloth uses are accepted too. A factor within 5 % of a usual one
#   is accepted. Alerts in manifests are judged where all SLOs of the service have one window.
# related_resources:
#   - description: SRE workbook, Alerting on SLOs
#     ref: https://sre.google/workbook/alerting-on-slos/
#   - description: Sloth, an SLO generator
#     ref: https://github.com/slok/sloth
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Use the factor that the message names, or change the long window to the one that the factor is meant for.
package servelint.rules.slo["burnrate-arithmetic"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.objectives
import data.servelint.lib.text

finding contains {
	"at": ["spec", "alerts", i, "burnRate"],
	"message": message,
	"related": [{"at": ["spec", "slos", fact.slo, "window"], "message": "the window of the SLO"}],
} if {
	some i, fact in input.facts.alerts
	window := input.facts.slos[fact.slo].windowSeconds
	shares := usual(window)
	not fact.budgetFraction in shares
	distance := min([off | some part in shares; off := abs(fact.budgetFraction - part) / part])
	distance > 0.05
	compare.above(distance, 0.05)
	nearest := min([part |
		some part in shares
		not compare.above(abs(fact.budgetFraction - part) / part, distance)
	])
	message := sprintf("burn rate `%v` over `%s` spends %s of the budget of %s; %v would spend the usual %s", [
		input.spec.alerts[i].burnRate,
		input.spec.alerts[i].longWindow,
		text.percent(text.number(fact.budgetFraction)),
		text.duration(window),
		text.number((nearest * window) / input.facts.spec.alerts[i].longWindow),
		text.percent(nearest),
	])
}

finding contains {
	"at": manifest.place(a.index, a.alert.burnRate.at),
	"message": sprintf("burn rate %v of %s over %s spends %s of the budget of %s; %v would spend the usual %s", [
		a.alert.burnRate.value,
		objectives.called("alert", a.alert),
		text.duration(long),
		text.percent(text.number(part_of_budget)),
		text.duration(window.seconds),
		text.number((nearest * window.seconds) / long),
		text.percent(nearest),
	]),
	"related": [{"at": window.at, "message": "the window of the SLO"}],
} if {
	window := objectives.window
	window.seconds > 0
	some a in objectives.alerts
	long := a.alert.longSeconds.value
	long > 0
	a.alert.burnRate.value > 0
	part_of_budget := (a.alert.burnRate.value * long) / window.seconds
	shares := usual(window.seconds)
	distances := [[abs(part_of_budget - part) / part, part] | some part in shares]
	closest := min(distances)
	compare.above(closest[0], 0.05)
	nearest := closest[1]
}

usual(window) := {0.02, 0.05, 0.1} if window > 604800

usual(window) := {0.02, 0.05, 0.08, 0.1, 0.125, 0.2, 0.42} if window <= 604800
