# METADATA
# title: Burn-rate alert fires on too few errors
# description: |
#   An alert fires when the error ratio of its short window passes burn rate x (1 - target). Where traffic
#   is low, that ratio is less than a few failed requests, and one broken connection pages somebody. The
#   number of failures is burn rate x (1 - target) x `traffic.troughRps` x short window; it must reach the
#   team's `minExpectedErrorsAtThreshold` (2 by default). Source: the section on low-traffic services of the
#   SRE workbook, chapter 5.
# related_resources:
#   - description: SRE workbook, Alerting on SLOs
#     ref: https://sre.google/workbook/alerting-on-slos/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Lengthen the short window, or add synthetic traffic, so that one error does not fire the alert.
#   reworded:
#     - now: "burn rate `{}` on SLO `{}` is reached after 1 error in `{}` at `{}` rps; the minimum is {}"
#       then: "burn rate `{}` on SLO `{}` is reached after 1 errors in `{}` at `{}` rps; the minimum is {}"
#     - now: "burn rate `{}` on SLO `{}` is reached after {} errors in `{}` at `{}` rps; the minimum is {}"
#       then: "burn rate `{}` on SLO `{}` is {} errors in `{}` at `{}` rps; at least {} are wanted"
package servelint.rules.slo["burnrate-low-traffic"]

import data.servelint.lib.compare
import data.servelint.lib.team
import data.servelint.lib.text

finding contains {
	"at": ["spec", "alerts", i, "shortWindow"],
	"message": message,
	"related": [{"at": ["spec", "traffic", "troughRps"], "message": "the lowest traffic"}],
} if {
	some i, fact in input.facts.alerts
	fact.troughErrors < team.policy.minExpectedErrorsAtThreshold
	compare.below(fact.troughErrors, team.policy.minExpectedErrorsAtThreshold)
	message := sprintf("burn rate `%v` on SLO `%s` is reached after %s in `%s` at `%v` rps; the minimum is %v", [
		input.spec.alerts[i].burnRate,
		input.spec.alerts[i].slo,
		text.counted(text.number(fact.troughErrors), "error"),
		input.spec.alerts[i].shortWindow,
		input.spec.traffic.troughRps,
		team.policy.minExpectedErrorsAtThreshold,
	])
}
