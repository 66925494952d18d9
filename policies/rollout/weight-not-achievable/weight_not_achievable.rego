# METADATA
# title: Canary weight cannot be realised with this many replicas
# description: |
#   Without `trafficRouting` Argo splits traffic by the number of pods. It takes the whole pods that come
#   nearest to the weight, of the wanted replicas or of one more where `maxSurge` (25 %, rounded up, where it
#   is not written) allows a pod beyond them, and leaves at least one pod of either version: 5 % of 4
#   replicas is one pod of five, which gets 20 % of the traffic. Without surge some weights give the new
#   version no pod at all. Counts are stated at the fewest replicas that the manifests allow, once all pods
#   are available; a share that differs from the weight by more than a quarter of it is reported. With
#   `canaryService` and `stableService` the controller keeps each of the two Services on one version, so their
#   callers see no weight at all; that is a note, because another Service may select both, and a warning where each way of
#   the routes among the manifests leads to the stable Service alone. Source:
#   `utils/replicaset/canary.go` and `rollout/service.go` of Argo Rollouts.
# related_resources:
#   - description: Argo Rollouts, canary strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
#   - description: Argo Rollouts, how pods are counted
#     ref: https://github.com/argoproj/argo-rollouts/blob/master/utils/replicaset/canary.go
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Add `trafficRouting`, or choose weights that whole pods can reach.
#   reworded:
#     - now: "weight of {} % becomes {} of {} pods, which is {} % of the traffic, because no traffic routing is configured"
#       then: "weight of {} % becomes {} of {} replicas, which is {} % of the traffic: nothing routes it"
package servelint.rules.rollout["weight-not-achievable"]

import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.pods
import data.servelint.lib.routes
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {"at": manifest.place(r.index, step.at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	r.rollout.strategy.value == "canary"
	not r.rollout.trafficRouting
	replicas := size(r)
	replicas > 0
	surge := pods.limits(setting(r, "maxSurge"), setting(r, "maxUnavailable"), replicas).surge
	some step in r.rollout.steps
	step.weight > 0
	step.weight < 100
	counts := pods.canary(replicas, step.weight, surge)
	share := (100 * counts.canary) / counts.total
	abs(share - step.weight) > step.weight / 4
	message := sprintf("weight of %v %% becomes %v of %s, which is %v %% of the traffic, because no traffic routing is configured", [
		step.weight,
		counts.canary,
		text.counted(counts.total, "pod"),
		text.number(share),
	])
}

finding contains {
	"at": manifest.place(r.index, ["spec", "strategy", "canary", "canaryService"]),
	"message": sprintf("Services `%s` and `%s` reach one version each and no `trafficRouting` divides requests between them, so the weights move pods but not the traffic of their callers", [
		canary.canaryService,
		canary.stableService,
	]),
	"severity": "info",
} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	not r.rollout.trafficRouting
	canary := input.artifacts[r.index].spec.strategy.canary
	is_string(canary.canaryService)
	is_string(canary.stableService)
	count([1 | some step in r.rollout.steps; step.weight > 0; step.weight < 100]) > 0
}

# A limit of the update, as it is written or as Argo has it where nothing is.
setting(r, key) := r.facts.workload[key].value

setting(r, key) := usual if {
	not r.facts.workload[key]
	usual := platform.default_value("argo-rollouts", "any", key)
}

size(r) := least if {
	some w in manifest.workloads
	w.index == r.index
	least := manifest.fewest(w).value
}

# Whoever comes by a route that leads to the stable Service alone never reaches the new version.
finding contains {
	"at": manifest.place(entry.index, entry.way.at),
	"message": sprintf("%s sends requests to Service `%s` alone, which Argo keeps on the old version, so the canary of %s gets none of them", [
		manifest.called(entry.facts),
		stable,
		manifest.called(r.facts),
	]),
	"related": [{"at": manifest.place(r.index, ["spec", "strategy", "canary", "stableService"]), "message": "the Service of the old version"}],
	"help": "Add `trafficRouting` for this route, or send requests to a Service that selects both versions.",
} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	r.rollout.strategy.value == "canary"
	not r.rollout.trafficRouting
	count([step | some step in r.rollout.steps; step.weight > 0; step.weight < 100]) > 0
	stable := input.artifacts[r.index].spec.strategy.canary.stableService
	some entry in routes.ways
	count([1 |
		some other in routes.ways
		some backend in other.way.backends
		backend.name != stable
	]) == 0
}
