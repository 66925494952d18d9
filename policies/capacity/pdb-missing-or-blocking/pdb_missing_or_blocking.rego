# METADATA
# title: PodDisruptionBudget is missing or blocks every eviction
# description: |
#   Node drains respect a PodDisruptionBudget and nothing else: without one, an upgrade of the cluster may
#   take all replicas at once. Platforms such as KServe create none. A budget that asks for as many pods as
#   there are, or allows none to be missing, blocks every drain instead, until someone deletes it during an
#   upgrade. Where a specification promises a budget, a manifest must define it; without a specification a
#   missing one is *not checked*, because it may be defined elsewhere.
# related_resources:
#   - description: Kubernetes, Disruptions
#     ref: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Add a PodDisruptionBudget that selects the pods and allows at least one eviction.
#   reworded:
#     - now: "the specification promises a PodDisruptionBudget, but no manifest defines one for {}"
#       then: "the specification promises a disruption budget, but no manifest makes one for {}"
#     - now: "the budget requires {} available pods and {} may have only {}, so no pod can ever be evicted"
#       then: "the budget asks for {} available pods and {} may have only {}, so no pod can ever be drained"
#     - now: "the budget allows {} unavailable pods, so no pod can ever be evicted"
#       then: "the budget allows {} pods to be missing, so no pod can ever be drained"
package servelint.rules.capacity["pdb-missing-or-blocking"]

import data.servelint.lib.manifest
import data.servelint.lib.pods
import data.servelint.lib.text

finding contains {
	"at": manifest.place(w.index, w.workload.at),
	"message": message,
	"related": [{"at": ["serving", "spec", "health", "podDisruptionBudget"], "message": "the promised budget"}],
} if {
	input.serving.spec.health.podDisruptionBudget
	some w in manifest.workloads
	not manifest.replaced(w)
	count([budget | some budget in budgets; fits(budget, w)]) == 0
	message := sprintf("the specification promises a PodDisruptionBudget, but no manifest defines one for %s", [manifest.called(w.facts)])
}

# Pods of all workloads that it selects count together.
finding contains {"at": manifest.place(budget.index, limit.at), "message": message} if {
	some budget in budgets
	not refused(budget)
	limit := budget.pdb.minAvailable
	selected := [w | some w in manifest.workloads; fits(budget, w); not manifest.replaced(w)]
	count(selected) > 0
	pods_of := [manifest.fewest(w).value | some w in selected]
	count(pods_of) == count(selected)
	least := sum(pods_of)
	pods.up(limit.value, least) >= least
	names := [manifest.called(w.facts) | some w in selected]
	message := sprintf("the budget requires %s and %s may have only %v, so no pod can ever be evicted", [
		available(limit.value),
		concat(" and ", names),
		least,
	])
}

available(n) := text.counted(n, "available pod")

# The API server takes one of both only; refused-by-platform says so.
refused(budget) if {
	budget.pdb.minAvailable
	budget.pdb.maxUnavailable
}

finding contains {"at": manifest.place(budget.index, limit.at), "message": message} if {
	some budget in budgets
	not refused(budget)
	limit := budget.pdb.maxUnavailable
	limit.value in {0, "0%"}
	message := sprintf("the budget allows %v unavailable pods, so no pod can ever be evicted", [limit.value])
}

unchecked contains {"at": manifest.place(w.index, w.workload.at), "message": message} if {
	count(budgets) == 0
	not input.serving
	some w in manifest.workloads

	# Compose has nothing of the kind.
	object.get(w.facts, "platform", "") != "compose"
	message := sprintf("whether a PodDisruptionBudget protects %s: none of the files defines one", [manifest.called(w.facts)])
}

budgets := [{"index": i, "pdb": artifact.facts.pdb} |
	some i, artifact in input.artifacts
	artifact.facts.pdb
]

# Labels that are not known contradict nothing: the host has tied the budget to the service by them.
fits(budget, w) if count([key | some key, value in budget.pdb.labels; contradicts(w, key, value)]) == 0

contradicts(w, key, value) if w.workload.labels[key] != value
