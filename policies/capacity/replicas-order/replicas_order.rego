# METADATA
# title: Minimum of replicas is above the maximum
# description: |
#   No number of replicas satisfies both bounds. Kubernetes refuses an autoscaler like this, and other
#   platforms silently use one of the two; either way the capacity is not what was planned.
# related_resources:
#   - description: Kubernetes, Horizontal Pod Autoscaling
#     ref: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Swap the two if they were mixed up, or raise the maximum.
package servelint.rules.capacity["replicas-order"]

finding contains {
	"at": ["spec", "capacity", "replicas", "min"],
	"message": message,
	"related": [{"at": ["spec", "capacity", "replicas", "max"], "message": "the maximum"}],
} if {
	replicas := input.spec.capacity.replicas
	replicas.min > replicas.max
	message := sprintf("minimum of `%v` replicas is above the maximum of `%v`", [replicas.min, replicas.max])
}
