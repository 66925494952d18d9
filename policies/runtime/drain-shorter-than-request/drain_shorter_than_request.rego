# METADATA
# title: Grace period is shorter than the longest request
# description: |
#   When a rollout or a node drain removes a pod, Kubernetes waits `terminationGracePeriod` and then kills
#   it. Requests may run as long as the server timeout, so a shorter grace period drops some of them on each
#   rollout, most visibly long streams. A grace period equal to the timeout passes, though a pre-stop delay
#   counts against it as well. In a manifest the grace period that is written is compared, or the 30 s of
#   Kubernetes where the pod is written out and says nothing; the timeout is the specification's, or the
#   manifest's own. A hook before the stop that sleeps as long as the grace period leaves no time at all: the
#   period runs from the start of the hook, and the server is told to stop after it.
# related_resources:
#   - description: Kubernetes, termination of pods
#     ref: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Set the grace period to the server timeout and the pre-stop delay together, or more.
package servelint.rules.runtime["drain-shorter-than-request"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.text

finding contains {
	"at": ["spec", "health", "terminationGracePeriod"],
	"message": message,
	"related": [{"at": ["spec", "timeouts", "server"], "message": "the time that a request may take"}],
} if {
	input.facts.spec.health.terminationGracePeriod < input.facts.spec.timeouts.server
	compare.below(input.facts.spec.health.terminationGracePeriod, input.facts.spec.timeouts.server)
	message := sprintf("pods are killed `%s` after they are told to stop, but a request may run for `%s`", [
		input.spec.health.terminationGracePeriod,
		input.spec.timeouts.server,
	])
}

finding contains {
	"at": grace.at,
	"message": sprintf("%s kills its pods %s after they are told to stop%s, but a request may run for %s", [
		manifest.called(w.facts),
		text.durations(grace.seconds, timeout.seconds)[0],
		grace.why,
		text.durations(grace.seconds, timeout.seconds)[1],
	]),
	"related": [{"at": timeout.at, "message": "the time that a request may take"}],
} if {
	some w in manifest.workloads
	grace := grace_of(w)
	timeout := timeout_of(w)
	compare.below(grace.seconds, timeout.seconds)
	not is_said(grace.seconds)
}

finding contains {
	"at": manifest.place(w.index, hook.at),
	"message": sprintf("the hook before the stop of %s sleeps %s, and the grace period ends after %s%s, so no request is drained", [
		manifest.called(w.facts),
		text.durations(hook.value, grace.seconds)[0],
		text.durations(hook.value, grace.seconds)[1],
		grace.why,
	]),
	"related": [{"at": grace.at, "message": "the grace period"}],
	"help": "Set the grace period to the sleep of the hook and the longest request together, or more.",
} if {
	some w in manifest.workloads
	hook := w.workload.preStopSeconds
	grace := grace_of(w)
	hook.value >= grace.seconds
}

# The finding in the specification is enough where the manifest agrees with it.
is_said(seconds) if input.serving.facts.spec.health.terminationGracePeriod == seconds

grace_of(w) := {"seconds": written.value, "at": manifest.place(w.index, written.at), "why": ""} if {
	written := w.workload.graceSeconds
}

grace_of(w) := {"seconds": seconds, "at": manifest.place(w.index, w.workload.at), "why": " (the default)"} if {
	not w.workload.graceSeconds
	not w.facts.readiness
	w.facts.kind in {"Deployment", "Rollout", "StatefulSet"}
	w.workload.images
	seconds := platform.default_value("deployment", "any", "graceSeconds")
}

timeout_of(w) := {"seconds": seconds, "at": ["serving", "spec", "timeouts", "server"]} if {
	seconds := input.serving.facts.spec.timeouts.server
} else := {"seconds": w.workload.timeoutSeconds.value, "at": manifest.place(w.index, w.workload.timeoutSeconds.at)}
