# METADATA
# title: Traffic shift has no rollback alarm
# description: |
#   SageMaker rolls an update back by itself only where one of the alarms in `AutoRollbackConfiguration`
#   goes off while traffic moves or bakes. Without alarms the wait between steps is only a delay: the new
#   model gets all traffic whatever its metrics. An endpoint without a `DeploymentConfig` moves all traffic
#   at once; that is a warning, because the first deployment of an endpoint has nothing to return to. What the
#   alarms watch is not in this file and is not checked.
# related_resources:
#   - description: SageMaker, auto-rollback configuration and monitoring
#     ref: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
# custom:
#   severity: error
#   elsewhere: warning
#   unclaimed: warning
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
	configured(r)
	object.get(r.rollout, ["alarms", "value"], 0) == 0
}

finding contains {
	"at": manifest.place(r.index, array.concat(r.rollout.at, ["DeploymentConfig"])),
	"message": "the endpoint has no `DeploymentConfig`, so an update moves all traffic at once and nothing rolls it back",
	"severity": "warning",
	"help": "Add a `DeploymentConfig` with a `BlueGreenUpdatePolicy` and alarms under `AutoRollbackConfiguration`.",
} if {
	some r in traffic.rollouts
	r.facts.platform == "sagemaker"
	updated := r
	not configured(updated)
}

# What is updated all at once by a policy has one; what has none is known by its configuration of the endpoint.
configured(r) if {
	written := object.get(input.artifacts[r.index], r.rollout.at, {})
	object.get(written, "EndpointConfigName", null) == null
}
