# METADATA
# title: Minimum replica count is above the maximum
# description: |
#   No number of replicas satisfies both bounds. Kubernetes refuses an autoscaler like this, and other
#   platforms silently use one of the two; either way the capacity is not what was planned. An
#   `autoscaling_config` of Ray Serve without `max_replicas` has a maximum of 1.
# related_resources:
#   - description: Kubernetes, Horizontal Pod Autoscaling
#     ref: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
# custom:
#   severity: error
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Swap the two if they were mixed up, or raise the maximum.
#   reworded:
#     - now: "minimum of `1` replica is above the maximum of `{}`"
#       then: "minimum of `1` replicas is above the maximum of `{}`"
package servelint.rules.capacity["replicas-order"]

import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {
	"at": ["spec", "capacity", "replicas", "min"],
	"message": message,
	"related": [{"at": ["spec", "capacity", "replicas", "max"], "message": "the maximum"}],
} if {
	replicas := input.spec.capacity.replicas
	replicas.min > replicas.max
	message := sprintf("minimum of `%v` %s is above the maximum of `%v`", [replicas.min, text.word(replicas.min, "replica", "replicas"), replicas.max])
}

finding contains {
	"at": manifest.place(i, bounds.min.at),
	"message": sprintf("%s has a minimum of %s above its maximum of %v", [
		manifest.called(artifact.facts),
		text.counted(bounds.min.value, "replica"),
		bounds.max.value,
	]),
	"related": [{"at": manifest.place(i, bounds.max.at), "message": "the maximum"}],
} if {
	some i, artifact in input.artifacts
	some bounds in written(artifact.facts)
	bounds.min.value > bounds.max.value
}

finding contains {
	"at": manifest.place(i, deployment.minReplicas.at),
	"message": sprintf("%s has a minimum of %s and no `max_replicas`, which is 1 where it is not written", [
		manifest.called(artifact.facts),
		text.counted(deployment.minReplicas.value, "replica"),
	]),
} if {
	some i, artifact in input.artifacts
	artifact.facts.platform == "ray-serve"
	some deployment in artifact.facts.deployments
	deployment.minReplicas.value > 1
	not deployment.maxReplicas
	object.get(artifact, array.concat(deployment.at, ["num_replicas"]), "") != "auto"
}

# Bounds of a workload, of an autoscaler, and of the deployments of Ray Serve.
written(facts) := {bounds |
	some holder in array.concat([facts.workload | facts.workload], object.get(facts, "deployments", []))
	bounds := {"min": holder.minReplicas, "max": holder.maxReplicas}
} | {bounds |
	bounds := {"min": facts.autoscaler.min, "max": facts.autoscaler.max}
}
