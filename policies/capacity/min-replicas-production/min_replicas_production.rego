# METADATA
# title: Production service may run on too few replicas
# description: |
#   With one replica each node drain, crash and update is an outage. Production services of the tiers
#   `critical` and `standard` keep at least `minReplicasInProduction` replicas (2 by default), also when
#   traffic is low. Platforms do not do this for you: KServe starts with one unless told otherwise.
# related_resources:
#   - description: Kubernetes, Disruptions
#     ref: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Raise `capacity.replicas.min`, or declare the tier `experimental` if outages are acceptable.
package servelint.rules.capacity["min-replicas-production"]

import data.servelint.lib.team

finding contains {"at": ["spec", "capacity", "replicas", "min"], "message": message} if {
	input.spec.environment == "production"
	input.spec.tier in {"critical", "standard"}
	input.spec.capacity.replicas.min < team.policy.minReplicasInProduction
	message := sprintf("minimum of `%v` replicas is below the %v that a %s service in production needs", [
		input.spec.capacity.replicas.min,
		team.policy.minReplicasInProduction,
		input.spec.tier,
	])
}
