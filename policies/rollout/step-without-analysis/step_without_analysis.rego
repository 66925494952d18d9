# METADATA
# title: Rollout step is not judged
# description: |
#   A step is there to learn something before more users follow. It needs time (`bake`) and somebody
#   or something that looks (`analysis`); without them the canary is a slow rollout of whatever is
#   wrong. Each step of a canary or linear rollout that sends between 1 and 99 % of traffic needs
#   both. The step to 100 needs neither, nor does a step of weight 0, which nobody sees.
# related_resources:
#   - description: SRE workbook, Canarying Releases
#     ref: https://sre.google/workbook/canarying-releases/
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Name the analyses that must hold during the step, and let it bake until they can decide.
package servelint.rules.rollout["step-without-analysis"]

import data.servelint.lib.rollout

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

unbaked(_, step) if not step.bake

unbaked(i, _) if input.facts.spec.rollout.steps[i].bake == 0
