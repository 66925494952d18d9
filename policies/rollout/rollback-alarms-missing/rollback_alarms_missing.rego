# METADATA
# title: Traffic shift has no rollback alarm
# description: |
#   SageMaker rolls an update back by itself only where one of the alarms in `AutoRollbackConfiguration`
#   goes off while traffic moves or bakes. Without alarms the wait between steps is only a delay: the new
#   model gets all traffic whatever its metrics. What the alarms watch is not in this file and is not
#   checked.
# related_resources:
#   - description: SageMaker, auto-rollback configuration and monitoring
#     ref: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.1.0
#   gate: rollback
#   help: Name at least one alarm on errors and one on latency of the new fleet under `AutoRollbackConfiguration.Alarms`.
#   reworded:
#     - now: "{} has no alarm, so nothing rolls back a bad update"
#       then: "{} names no alarm, so nothing rolls a bad update back"
package servelint.rules.rollout["rollback-alarms-missing"]

import data.servelint.lib.manifest
import data.servelint.lib.traffic

finding contains {
	"at": manifest.place(r.index, array.concat(r.rollout.at, ["AutoRollbackConfiguration"])),
	"message": sprintf("%s has no alarm, so nothing rolls back a bad update", [manifest.called(r.facts)]),
} if {
	some r in traffic.rollouts
	r.facts.platform == "sagemaker"
	object.get(r.rollout, ["alarms", "value"], 0) == 0
}
