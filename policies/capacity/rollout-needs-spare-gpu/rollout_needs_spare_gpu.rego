# METADATA
# title: Rolling update of a single replica needs a spare GPU
# description: |
#   With one replica and the default limits of a rolling update, Kubernetes rounds 25 % surge up to one pod
#   and 25 % unavailable down to none: the new pod must start before the old one is removed. It waits for a
#   GPU while the old pod has the only one, so the update never completes. A canary of Argo with one replica
#   starts its new pod beside the old one as well; blue/green doubles the pods by design. The rule applies
#   where neither limit is written. An LLMInferenceService with a `worker` becomes a LeaderWorkerSet, which
#   removes a group before its successor starts (`maxSurge` 0, `maxUnavailable` 1): with one group each update
#   is an outage instead, which `min-replicas-production` reports.
# related_resources:
#   - description: Kubernetes, Deployments, rolling update
#     ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
#   - description: LeaderWorkerSet, rolling update
#     ref: https://lws.sigs.k8s.io/docs/concepts/rollout-strategy/
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   tags: [gpu]
#   help: Keep a spare GPU and set `maxSurge`, or remove the old pod first with `maxSurge` 0 and `maxUnavailable` 1.
#   reworded:
#     - now: "{who} has 1 replica with {gpus} GPU, and its update starts the new pod before it stops the old one, so as many more must be free"
#       then: "{who} has 1 replica with {gpus} GPUs, and its update starts the new pod before the old one goes: {gpus} more are needed"
#     - now: "{who} has 1 replica with {gpus} GPUs, and its update starts the new pod before it stops the old one, so as many more must be free"
#       then: "{who} has 1 replica with {gpus} GPUs, and its update starts the new pod before the old one goes: {gpus} more are needed"
package servelint.rules.capacity["rollout-needs-spare-gpu"]

import data.servelint.lib.manifest

finding contains {"at": manifest.place(w.index, w.workload.gpus.at), "message": message} if {
	some w in manifest.workloads
	w.facts.kind in {"Deployment", "Rollout", "InferenceService", "LLMInferenceService"}
	gpus := w.workload.gpus.value
	gpus > 0
	manifest.fewest(w).value == 1
	rolls(w)
	not w.workload.maxSurge
	not w.workload.maxUnavailable
	message := sprintf("%s has 1 replica with %v %s, and its update starts the new pod before it stops the old one, so as many more must be free", [
		manifest.called(w.facts),
		gpus,
		unit(gpus),
	])
}

unit(1) := "GPU"

unit(gpus) := "GPUs" if gpus != 1

# Knative keeps the old revision until the new one is ready, whatever a Deployment would do.
rolls(w) if {
	w.facts.kind != "InferenceService"
	not w.workload.worker
	not w.workload.strategyType.value == "Recreate"
	not w.facts.rollout.strategy.value == "blueGreen"
}

rolls(w) if {
	w.facts.kind == "InferenceService"
	manifest.mode(w.facts) == "Standard"
}
