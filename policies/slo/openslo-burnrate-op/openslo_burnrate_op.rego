# METADATA
# title: Burn-rate alert fires while the SLO is met
# description: |
#   A burn rate says how many times faster than allowed the error budget is spent, so an alert has to fire
#   where it is above the threshold. With `op: lte` or `lt`, the alert fires whenever the service is healthy
#   and stops when it fails. The README of OpenSLO itself shows `op: lte` beside the words "exceeds 2", and
#   its validators accept it, so the mistake is copied. The same applies to an alert of Prometheus that
#   compares a burn rate with `<`.
# related_resources:
#   - description: OpenSLO specification, AlertCondition
#     ref: https://github.com/OpenSLO/OpenSLO
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: "Write `op: gt` or `op: gte` (`>` in Prometheus), unless a burn rate that is too low is the condition to alert on."
#   reworded:
#     - now: "{} fires while the burn rate is at or below {}, when the service is healthy (`{}`)"
#       then: "{} fires while the burn rate is at or below {}, that is while all is well (`{}`)"
package servelint.rules.slo["openslo-burnrate-op"]

import data.servelint.lib.manifest
import data.servelint.lib.objectives

finding contains {
	"at": manifest.place(a.index, op.at),
	"message": sprintf("%s fires while the burn rate is at or below %v, when the service is healthy (`%s`)", [
		objectives.called("alert", a.alert),
		a.alert.burnRate.value,
		op.value,
	]),
	"related": [{"at": manifest.place(a.index, a.alert.burnRate.at), "message": "the burn rate"}],
} if {
	some a in objectives.alerts
	op := a.alert.op
	op.value in {"lt", "lte"}
	a.alert.burnRate.value > 0
}
