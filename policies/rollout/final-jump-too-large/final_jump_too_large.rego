# METADATA
# title: Jump from the last step to full traffic is too large
# description: |
#   A canary proves the new version only up to its largest weight. If the last step has 20 % and promotion
#   then adds 80 % at once, the new version meets the load, cache misses and queueing of the whole fleet for
#   the first time without a canary. The limit for the last jump is the team's `maxFinalJumpPercent` (50 by
#   default); a jump equal to it passes. Flagger jumps from the last weight to 100: it copies the new
#   version to the primary pods, which serve the other traffic. Its `stepWeightPromotion` only moves traffic
#   from canary pods to primary pods, which run the new version by then. Canary and linear rollouts are
#   judged.
# related_resources:
#   - description: Flagger, deployment strategies
#     ref: https://docs.flagger.app/usage/deployment-strategies
# custom:
#   severity: warning
#   elsewhere: info
#   unclaimed: info
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Add a step between the last one and 100.
#   reworded:
#     - now: "last step before full traffic has a weight of {} %, so promotion adds {} % at once; servelint's default is {} % (`maxFinalJumpPercent`)"
#       then: "last step before full traffic carries {} %, so promotion adds {} % at once; the team allows {} %"
#     - now: "last step of {} before full traffic has a weight of {} %, so promotion adds {} % at once; servelint's default is {} % (`maxFinalJumpPercent`)"
#       then: "last step of {} before full traffic carries {} %, so promotion adds {} % at once; the team allows {} %"
#     - now: "last step before full traffic has a weight of {} %, so promotion adds {} % at once; the team allows {} %"
#       then: "last step before full traffic carries {} %, so promotion adds {} % at once; the team allows {} %"
#     - now: "last step of {} before full traffic has a weight of {} %, so promotion adds {} % at once; the team allows {} %"
#       then: "last step of {} before full traffic carries {} %, so promotion adds {} % at once; the team allows {} %"
package servelint.rules.rollout["final-jump-too-large"]

import data.servelint.lib.manifest
import data.servelint.lib.rollout
import data.servelint.lib.team
import data.servelint.lib.traffic

finding contains {"at": ["spec", "rollout", "steps", last, "weight"], "message": message} if {
	last := max([i | some i, w in rollout.weights; w < 100])
	weight := rollout.weights[last]
	100 - weight > team.policy.maxFinalJumpPercent
	message := sprintf("last step before full traffic has a weight of %v %%, so promotion adds %v %% at once; %s", [
		weight,
		100 - weight,
		team.allows("maxFinalJumpPercent", sprintf("%v %%", [team.policy.maxFinalJumpPercent])),
	])
}

# With a specification its steps are judged, and rollout-drift compares.
finding contains {"at": manifest.place(r.index, step.at), "message": message} if {
	not input.serving.spec.rollout.steps
	some r in traffic.rollouts
	r.facts.platform in {"argo-rollouts", "flagger"}
	partial := [entry | some entry in r.rollout.steps; entry.weight < 100]
	step := partial[count(partial) - 1]
	step.weight > 0
	100 - step.weight > team.policy.maxFinalJumpPercent
	message := sprintf("last step of %s before full traffic has a weight of %v %%, so promotion adds %v %% at once; %s", [
		manifest.called(r.facts),
		step.weight,
		100 - step.weight,
		team.allows("maxFinalJumpPercent", sprintf("%v %%", [team.policy.maxFinalJumpPercent])),
	])
}

# Steps that only wait or judge leave the traffic where it was.
finding contains {"at": manifest.place(r.index, r.rollout.at), "message": message, "help": "Add `setWeight` steps on the way to 100."} if {
	not input.serving.spec.rollout.steps
	team.policy.maxFinalJumpPercent < 100
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	partial := [entry.weight | some entry in r.rollout.steps; entry.weight < 100]
	count(partial) > 0
	max(partial) == 0
	message := sprintf("no step of %s sends traffic to the new version, so promotion adds 100 %% at once; %s", [
		manifest.called(r.facts),
		team.allows("maxFinalJumpPercent", sprintf("%v %%", [team.policy.maxFinalJumpPercent])),
	])
}
