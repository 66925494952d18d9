# METADATA
# title: Rollout weights do not rise to 100
# description: |
#   The steps of a canary or linear rollout give the new version more traffic each time and end with all of
#   it. A step that repeats or lowers a weight adds no information and is mostly a typing error; a last step
#   below 100 leaves the service on two versions unattended. Platforms that promote to 100 on their own make
#   the last step invisible, so the specification still lists it. Blue/green, rolling and shadow rollouts
#   have no weights and are not checked. In manifests, the last step to 100 that the platform makes by
#   itself need not be written.
# related_resources:
#   - description: Argo Rollouts, canary strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
# custom:
#   severity: error
#   unclaimed: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: List the steps with rising weights and end with one of weight 100.
#   help_for:
#     Artifact: Give each step a larger weight than the one before.
package servelint.rules.rollout["weights-increasing"]

import data.servelint.lib.manifest
import data.servelint.lib.rollout
import data.servelint.lib.traffic

finding contains {
	"at": ["spec", "rollout", "steps", i, "weight"],
	"message": message,
	"related": [{"at": ["spec", "rollout", "steps", i - 1, "weight"], "message": "the step before"}],
} if {
	rollout.stepped
	some i, step in input.spec.rollout.steps
	before := input.spec.rollout.steps[i - 1].weight
	step.weight <= before
	message := sprintf("%s sends %v %% of traffic, not more than the %v %% of %s", [
		rollout.step(i),
		step.weight,
		before,
		rollout.step(i - 1),
	])
}

finding contains {"at": ["spec", "rollout", "steps", last, "weight"], "message": message} if {
	rollout.stepped
	last := count(input.spec.rollout.steps) - 1
	weight := input.spec.rollout.steps[last].weight
	weight != 100
	message := sprintf("the last step sends %v %% of traffic; the rollout never reaches 100 %%", [weight])
}

finding contains {"at": ["spec", "rollout", "steps"], "message": message} if {
	rollout.stepped
	count(object.get(input.spec.rollout, "steps", [])) == 0
	message := sprintf("`%s` rollout has no steps, so all traffic moves at once", [input.spec.rollout.strategy])
}

finding contains {
	"at": manifest.place(r.index, step.at),
	"message": message,
	"related": [{"at": manifest.place(r.index, r.rollout.steps[i - 1].at), "message": "the step before"}],
} if {
	some r in traffic.rollouts
	some i, step in r.rollout.steps
	before := r.rollout.steps[i - 1].weight
	step.weight <= before
	message := sprintf("%s of %s sends %v %% of traffic, not more than the %v %% before", [
		rollout.step(i),
		manifest.called(r.facts),
		step.weight,
		before,
	])
}

# With steps in a specification, rollout-drift says so.
finding contains {
	"at": manifest.place(r.index, r.rollout.at),
	"severity": "warning",
	"help": "Add steps: `setWeight` with rising weights, each with a pause or an analysis.",
	"message": message,
} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	r.rollout.strategy.value == "canary"
	count(object.get(r.rollout, "steps", [])) == 0
	not r.rollout.unreadStep
	not input.serving.spec.rollout.steps
	message := sprintf("the canary of %s has no steps, so it replaces pods like any update", [manifest.called(r.facts)])
}

unchecked contains {"at": manifest.place(r.index, r.rollout.unreadStep), "message": message} if {
	some r in traffic.rollouts
	r.rollout.unreadStep
	message := sprintf("the steps of %s: one of them is of no type that Argo Rollouts knows, or sets no number as its weight", [manifest.called(r.facts)])
}
