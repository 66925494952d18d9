# METADATA
# title: Nothing triggers the rollback
# description: |
#   SageMaker rolls back by itself only on alarms that `AutoRollbackConfiguration` names; without any, the traffic shift goes on whatever
#   happens. Ray Serve and BentoML move or split traffic and have no field for what would stop it: there something else must watch,
#   which the specification says with `rollback.triggers`.
# related_resources:
#   - description: SageMaker, auto-rollback configuration
#     ref: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Name the alarms that watch latency and errors of the endpoint.
package servelint.rules.rollout["rollback-alarms-missing"]

import data.servelint.lib.manifest
import data.servelint.lib.traffic

finding contains {"at": manifest.place(r.index, r.rollout.alarms.at), "message": message} if {
	some r in traffic.rollouts
	r.rollout.alarms.value == 0
	message := sprintf("%s names no alarms, so nothing rolls it back", [manifest.called(r.facts)])
}

unchecked contains {"at": manifest.place(r.index, r.rollout.at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform in {"ray-serve", "bentoml", "seldon"}
	message := sprintf("what stops %s: %s has no field for it", [manifest.called(r.facts), r.facts.platform])
}
