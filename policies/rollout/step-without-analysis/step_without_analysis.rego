# METADATA
# title: Rollout step has no analysis or no bake time
# description: |
#   A step exists to find faults before more users are affected. It needs time (`bake`) and a check
#   (`analysis`); without them a canary only rolls a fault out slowly. Each step of a canary or linear
#   rollout that sends between 1 and 99 % of traffic needs both. The step to 100 needs neither, nor does a
#   step of weight 0, which no user sees. A Rollout of Argo is checked by a background analysis, from its
#   `startingStep` on, or by analyses and experiments among its steps, whatever the specification states; one
#   all of whose metrics are in `dryRun` stops nothing and does not count. A plugin's behaviour is unknown, so a weight at which one runs is not checked. A canary of Argo that waits
#   for a person (`pause: {}`) is judged by that person, as blue/green without automatic promotion is.
# related_resources:
#   - description: SRE workbook, Canarying Releases
#     ref: https://sre.google/workbook/canarying-releases/
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: error
#   elsewhere: warning
#   unclaimed: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   gate: canary
#   help: Name the analyses that must hold during the step, and let it bake until they can decide.
#   help_for:
#     Artifact: Let an analysis judge each weight, or wait for a person there, and pause long enough for a verdict.
package servelint.rules.rollout["step-without-analysis"]

import data.servelint.lib.manifest
import data.servelint.lib.rollout
import data.servelint.lib.traffic

finding contains {"at": ["spec", "rollout", "steps", i, "analysis"], "message": message} if {
	rollout.stepped
	some i, step in input.spec.rollout.steps
	step.weight > 0
	step.weight < 100
	count(object.get(step, "analysis", [])) == 0
	message := sprintf("%s sends %v %% of traffic to the new version and no analysis judges it", [
		rollout.step(i),
		step.weight,
	])
}

finding contains {"at": ["spec", "rollout", "steps", i, "bake"], "message": message} if {
	rollout.stepped
	some i, step in input.spec.rollout.steps
	step.weight > 0
	step.weight < 100
	unbaked(i, step)
	message := sprintf("%s sends %v %% of traffic to the new version and does not bake before the next", [
		rollout.step(i),
		step.weight,
	])
}

finding contains {"at": manifest.place(r.index, first.at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	shift := r.rollout
	not gated(shift)
	unjudged := [step |
		some s, step in r.rollout.steps
		step.weight > 0
		step.weight < 100
		not judged(r, s)
		not step.plugin
		not beside(r, step)
	]
	first := unjudged[0]
	weights := concat(", ", [sprintf("%v", [step.weight]) | some step in unjudged])
	message := sprintf("no analysis judges %s at %s %% of traffic", [manifest.called(r.facts), weights])
}

finding contains {"at": manifest.place(r.index, step.at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	some i, step in r.rollout.steps
	step.weight > 0
	step.weight < 100
	step.bakeSeconds == 0
	message := sprintf("%s of %s sends %v %% of traffic to the new version and does not pause before the next", [
		rollout.step(i),
		manifest.called(r.facts),
		step.weight,
	])
}

# Somebody looks at the new version while it has a part of the traffic.
gated(of) if {
	some step in of.steps
	step.indefinite
	step.weight > 0
	step.weight < 100
}

unbaked(_, step) if not step.bake

unbaked(i, _) if input.facts.spec.rollout.steps[i].bake == 0

# An analysis all of whose metrics are in `dryRun` cannot stop a rollout.
judged(r, s) if {
	some reference in r.rollout.stepAnalyses
	reference.step == s
	traffic.counts(reference, r.facts)
}

# A background analysis begins with its `startingStep`.
beside(r, step) if {
	not step.beforeBackground
	some reference in r.rollout.background.templates
	traffic.counts(reference, r.facts)
}

unchecked contains {"at": manifest.place(r.index, step.at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	some s, step in r.rollout.steps
	step.weight > 0
	step.weight < 100
	step.plugin
	not judged(r, s)
	not beside(r, step)
	message := sprintf("whether anything judges %s at %v %% of traffic: a plugin runs there", [manifest.called(r.facts), step.weight])
}
