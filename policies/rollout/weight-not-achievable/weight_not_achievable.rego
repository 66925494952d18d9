# METADATA
# title: Canary weight cannot be realised with this many replicas
# description: |
#   Without `trafficRouting` Argo splits traffic by the number of pods: 5 % of 4 replicas is one pod, and
#   one pod of four gets 25 % of the traffic. The step exposes another share of users than intended. The
#   weight is compared at the fewest replicas that the manifests allow; a share that differs from the weight
#   by more than a quarter of it is reported.
# related_resources:
#   - description: Argo Rollouts, canary strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Add `trafficRouting`, or choose weights that whole pods can reach.
#   reworded:
#     - now: "weight of {} % becomes {} of {} replicas, which is {} % of the traffic, because no traffic routing is configured"
#       then: "weight of {} % becomes {} of {} replicas, which is {} % of the traffic: nothing routes it"
package servelint.rules.rollout["weight-not-achievable"]

import data.servelint.lib.manifest
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {"at": manifest.place(r.index, step.at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	r.rollout.strategy.value == "canary"
	not r.rollout.trafficRouting
	replicas := size(r)
	replicas > 0
	some step in r.rollout.steps
	step.weight > 0
	pods := max([1, round((replicas * step.weight) / 100)])
	share := (100 * pods) / replicas
	abs(share - step.weight) > step.weight / 4
	message := sprintf("weight of %v %% becomes %v of %v replicas, which is %v %% of the traffic, because no traffic routing is configured", [
		step.weight,
		pods,
		replicas,
		text.number(share),
	])
}

size(r) := least if {
	some w in manifest.workloads
	w.index == r.index
	least := manifest.fewest(w).value
}
