# METADATA
# title: Step ends before its analysis can fail
# description: |
#   An analysis fails at its failed measurement number `failureLimit` + 1. The first measurement comes
#   after `initialDelay`, the next ones an `interval` apart, so nothing can fail sooner than
#   initialDelay + failureLimit x interval. A step that does not bake for longer moves on
#   before a broken version can be stopped, and the analysis looks as if it had passed. A bake time
#   equal to the detection time is too short as well, for both end at the same moment.
# related_resources:
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Bake for longer, or measure more often, start sooner or tolerate fewer failures.
package servelint.rules.rollout["bake-shorter-than-detection"]

import data.servelint.lib.compare
import data.servelint.lib.rollout
import data.servelint.lib.text

finding contains {
	"at": ["spec", "rollout", "steps", check.step, "bake"],
	"message": message,
	"related": [{
		"at": ["spec", "rollout", "analysis", check.analysis],
		"message": "initialDelay + failureLimit x interval",
	}],
} if {
	some check in input.facts.rollout.checks
	bake := check.bakeSeconds
	detection := input.facts.rollout.analysis[check.analysis].detectionSeconds
	bake <= detection * 2
	not compare.above(bake, detection)
	message := sprintf("%s bakes for %s, but analysis `%s` cannot fail before %s have passed", [
		rollout.step(check.step),
		text.duration(bake),
		input.spec.rollout.analysis[check.analysis].name,
		text.duration(detection),
	])
}
