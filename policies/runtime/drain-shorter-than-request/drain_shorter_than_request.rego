# METADATA
# title: Pods are killed before their requests end
# description: |
#   When a rollout or a node drain removes a pod, Kubernetes waits `terminationGracePeriod` and then
#   kills it. Requests may run as long as the server timeout, so a shorter grace period drops some of
#   them on each rollout, most visibly long streams. A grace period equal to the timeout passes,
#   though a pre-stop delay counts against it as well.
# related_resources:
#   - description: Kubernetes, termination of pods
#     ref: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Set the grace period to the server timeout and the pre-stop delay together, or more.
package servelint.rules.runtime["drain-shorter-than-request"]

import data.servelint.lib.compare

finding contains {
	"at": ["spec", "health", "terminationGracePeriod"],
	"message": message,
	"related": [{"at": ["spec", "timeouts", "server"], "message": "how long a request may run"}],
} if {
	input.facts.spec.health.terminationGracePeriod < input.facts.spec.timeouts.server
	compare.below(input.facts.spec.health.terminationGracePeriod, input.facts.spec.timeouts.server)
	message := sprintf("pods are killed `%s` after they are told to stop, but a request may run for `%s`", [
		input.spec.health.terminationGracePeriod,
		input.spec.timeouts.server,
	])
}
