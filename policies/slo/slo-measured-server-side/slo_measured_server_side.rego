# METADATA
# title: User-facing SLO is measured at the server only
# description: |
#   The server does not see what never reaches it: connections refused while it restarts, time in a
#   gateway's queue, timeouts of the network between. An availability or a latency that is measured at the
#   server alone stays green while users fail. Batch services are left out: nobody waits for them. Source:
#   the choice of SLIs in the SRE workbook, chapter 2.
# related_resources:
#   - description: SRE workbook, Implementing SLOs
#     ref: https://sre.google/workbook/implementing-slos/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Measure at the gateway or the client, or add an SLO of the same type that is measured there.
#   reworded:
#     - now: "SLO `{}` measures `{}` at the `server` only, which misses failures and waiting time before the server"
#       then: "SLO `{}` measures `{}` at the `server` only, which misses what fails or waits before it"
package servelint.rules.slo["slo-measured-server-side"]

import data.servelint.lib.slo

finding contains {"at": ["spec", "slos", i, "indicator", "measuredAt"], "message": message} if {
	some i, objective in input.spec.slos
	objective.indicator.measuredAt == "server"
	input.spec.serving.mode in {"online", "streaming"}
	seen_by_users(objective)
	not measured_nearer(objective.indicator.type)
	message := sprintf("SLO `%s` measures `%s` at the `server` only, which misses failures and waiting time before the server", [
		objective.name,
		objective.indicator.type,
	])
}

seen_by_users(objective) if objective.indicator.type == "availability"

seen_by_users(objective) if slo.is_latency(objective)

measured_nearer(type) if {
	some objective in input.spec.slos
	objective.indicator.type == type
	objective.indicator.measuredAt in {"gateway", "client"}
}
