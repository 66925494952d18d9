# METADATA
# title: First canary step is too large
# description: |
#   A broken version is first noticed at the first step with traffic. Its weight is the share of users
#   affected until then, so it should be as small as the sample size of the analyses allows. The limit is
#   the team's `maxFirstStepPercent` (10 by default); a weight equal to it passes. Steps of weight 0, which
#   only start replicas, are skipped. Canary and linear rollouts are judged.
# related_resources:
#   - description: SRE workbook, Canarying Releases
#     ref: https://sre.google/workbook/canarying-releases/
# custom:
#   severity: warning
#   elsewhere: info
#   unclaimed: info
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Start with a smaller step, and give it the bake time that its analyses need.
#   help_for:
#     Artifact: Start with a smaller step, and pause long enough for its analyses to decide.
#   reworded:
#     - now: "first step sends {} % of traffic to an unproven version; servelint's default is {} % (`maxFirstStepPercent`)"
#       then: "first step sends {} % of traffic to an unproven version; the team allows {} %"
#     - now: "first step of {} sends {} % of traffic to an unproven version; servelint's default is {} % (`maxFirstStepPercent`)"
#       then: "first step of {} sends {} % of traffic to an unproven version; the team allows {} %"
package servelint.rules.rollout["first-step-too-large"]

import data.servelint.lib.manifest
import data.servelint.lib.rollout
import data.servelint.lib.team
import data.servelint.lib.traffic

finding contains {"at": ["spec", "rollout", "steps", first, "weight"], "message": message} if {
	first := min([i | some i, w in rollout.weights; w > 0])
	weight := rollout.weights[first]
	weight > team.policy.maxFirstStepPercent
	message := sprintf("first step sends %v %% of traffic to an unproven version; %s", [
		weight,
		team.allows("maxFirstStepPercent", sprintf("%v %%", [team.policy.maxFirstStepPercent])),
	])
}

# With a specification its steps are judged, and rollout-drift compares.
finding contains {"at": manifest.place(r.index, step.at), "message": message} if {
	not input.serving.spec.rollout.steps
	some r in traffic.rollouts
	r.facts.platform in {"argo-rollouts", "flagger"}
	step := [entry | some entry in r.rollout.steps; entry.weight > 0][0]
	step.weight < 100
	step.weight > team.policy.maxFirstStepPercent
	message := sprintf("first step of %s sends %v %% of traffic to an unproven version; %s", [
		manifest.called(r.facts),
		step.weight,
		team.allows("maxFirstStepPercent", sprintf("%v %%", [team.policy.maxFirstStepPercent])),
	])
}
