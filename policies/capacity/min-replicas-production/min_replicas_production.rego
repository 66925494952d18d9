# METADATA
# title: Production service may run on too few replicas
# description: |
#   With one replica each node drain, crash and update is an outage. Production services of the tiers
#   `critical` and `standard` keep at least `minReplicasInProduction` replicas (2 by default), also when
#   traffic is low. Platforms do not do this for you: KServe starts with one unless told otherwise. In
#   manifests the minimum of an autoscaler takes precedence over a fixed number, and the platform's default
#   where nothing is written. Without a specification the tier is unknown: a manifest that names production
#   gets a warning, and any other an info. An LLMInferenceService with a `worker` is a LeaderWorkerSet, which replaces a single group by
#   ending it first.
# related_resources:
#   - description: Kubernetes, Disruptions
#     ref: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
# custom:
#   severity: error
#   unclaimed: info
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Raise the minimum number of replicas, in the specification and in the manifest.
#   help_for:
#     Artifact: Raise the minimum number of replicas.
#   reworded:
#     - now: "{}, below servelint's default of {} in production (`minReplicasInProduction`){}"
#       then: "{}, below the {} that a service in production needs{}"
#     - now: "{}, below the {} that the team wants in production{}"
#       then: "{}, below the {} that a service in production needs{}"
package servelint.rules.capacity["min-replicas-production"]

import data.servelint.lib.manifest
import data.servelint.lib.platform
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

finding contains {
	"at": least.at,
	"message": sprintf("%s, %s%s", [least.said, wanted, outage(w)]),
	"severity": severity,
} if {
	some w in manifest.workloads
	severity := weight
	not w.workload.stopped
	least := kept(w)
	least.value < team.policy.minReplicasInProduction
	not is_said(least.value)
}

# A LeaderWorkerSet of KServe removes a group before its successor starts.
outage(w) := "; with a `worker` it is a LeaderWorkerSet, whose only group ends before the next one starts, so each update is an outage" if is_led(w)

outage(w) := "" if not is_led(w)

# That of a LeaderWorkerSet of its own is a finding of its own.
is_led(w) if {
	w.workload.worker
	w.facts.kind != "LeaderWorkerSet"
}

# Who asks for more.
wanted := sprintf("below the %v that a service in production needs", [team.policy.minReplicasInProduction]) if not input.facts.unclaimed

wanted := sprintf("below the %v that the team wants in production", [team.policy.minReplicasInProduction]) if {
	input.facts.unclaimed
	team.stated("minReplicasInProduction")
}

wanted := sprintf("below servelint's default of %v in production (`minReplicasInProduction`)", [team.policy.minReplicasInProduction]) if {
	input.facts.unclaimed
	not team.stated("minReplicasInProduction")
}

weight := "error" if {
	input.serving.spec.environment == "production"
	input.serving.spec.tier in {"critical", "standard"}
}

# Nobody said what it serves.
weight := "warning" if {
	not input.serving
	manifest.production
}

# The finding in the specification is enough where the manifest agrees with it.
is_said(value) if input.serving.spec.capacity.replicas.min == value

kept(w) := {"value": least.value, "at": least.at, "said": said} if {
	least := manifest.fewest(w)
	said := sprintf("%s keeps a minimum of `%v` replicas", [manifest.called(w.facts), least.value])
} else := {"value": least, "at": manifest.place(w.index, w.workload.at), "said": said} if {
	count(manifest.scalers(w)) == 0
	not manifest.replaced(w)
	least := usual(w)
	said := sprintf("%s states no minimum of replicas, so the platform keeps `%v`", [manifest.called(w.facts), least])
}

usual(w) := platform.default_value(w.facts.platform, "any", "minReplicas") if w.facts.kind == "InferenceService"

usual(w) := platform.default_value(w.facts.platform, "any", "minReplicas") if {
	w.facts.kind == "LLMInferenceService"
	w.workload.maxReplicas
}

# No platform has a default of both.
usual(w) := platform.default_value(w.facts.platform, "any", "replicas")

# A preset holds the number.
unchecked contains {"at": manifest.place(w.index, w.workload.at), "message": message} if {
	some w in manifest.workloads
	w.facts.kind == "LLMInferenceService"
	not manifest.fewest(w)
	not w.workload.maxReplicas
	message := sprintf("the minimum number of replicas of %s: a preset of the cluster may set it", [manifest.called(w.facts)])
}
