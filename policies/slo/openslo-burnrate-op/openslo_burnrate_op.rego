# METADATA
# title: Alert fires while the burn rate is low
# description: |
#   A burn rate is bad when it is high, so its condition is `gt` or `gte`. The README of OpenSLO describes conditions that
#   exceed a threshold and writes `op: lte`, and examples copied from it do the same: they fire whenever all is well, and fall
#   silent when the budget burns. The same holds for an expression of Prometheus.
# related_resources:
#   - description: OpenSLO, AlertCondition
#     ref: https://github.com/OpenSLO/OpenSLO#alertcondition
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Write `gt` or `gte`.
package servelint.rules.slo["openslo-burnrate-op"]

import data.servelint.lib.manifest

finding contains {"at": manifest.place(i, alert.op.at), "message": message} if {
	some i, artifact in input.artifacts
	some alert in artifact.facts.alerts
	alert.burnRate
	alert.op.value in {"lt", "lte"}
	message := sprintf("the condition holds while the burn rate is `%s` %v: it fires when all is well", [
		alert.op.value,
		alert.burnRate.value,
	])
}
