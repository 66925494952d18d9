# METADATA
# title: Step ends before its analysis can fail
# description: |
#   An analysis fails at its failed measurement number `failureLimit` + 1. The first measurement comes after
#   `initialDelay`, the next ones an `interval` apart, so nothing can fail sooner than initialDelay +
#   failureLimit x interval. A step that does not bake for longer moves on before a broken version can be
#   stopped, and the analysis looks as if it had passed. A bake time equal to the detection time is too
#   short as well, because both end at the same moment. In manifests of Argo, the background analysis is
#   compared with each pause; `initialDelay` counts from the start of the rollout, so only failureLimit x
#   interval has to fit. Flagger stays at a weight while its checks fail, so its steps cannot be too short.
# related_resources:
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: error
#   unclaimed: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Bake longer, or measure more often, start sooner or tolerate fewer failures.
#   help_for:
#     Artifact: Pause longer, or measure more often, start sooner or tolerate fewer failures.
#   reworded:
#     - now: "{} bakes for {}, but analysis `{}` needs more than {} to fail"
#       then: "{} bakes for {}, but analysis `{}` cannot fail before {} have passed"
#     - now: "{} stays at {} % for {}, but metric `{}` needs more than {} to fail"
#       then: "{} stays at {} % for {}, but metric `{}` cannot fail before {} have passed"
package servelint.rules.rollout["bake-shorter-than-detection"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.rollout
import data.servelint.lib.text
import data.servelint.lib.traffic

# Once for each analysis, at the first step that is too short for it: the remedy is mostly the analysis.
finding contains {
	"at": ["spec", "rollout", "steps", check.step, "bake"],
	"message": message,
	"related": array.concat(
		[{"at": ["spec", "rollout", "analysis", check.analysis], "message": "initialDelay + failureLimit x interval"}],
		[{"at": ["spec", "rollout", "steps", later.step, "bake"], "message": "too short as well"} |
			some later in too_short
			later.analysis == check.analysis
			later.step > check.step
		],
	),
} if {
	some check in too_short
	check.step == min([other.step | some other in too_short; other.analysis == check.analysis])
	times := text.durations(check.bakeSeconds, input.facts.rollout.analysis[check.analysis].detectionSeconds)
	message := sprintf("%s bakes for %s, but analysis `%s` needs more than %s to fail", [
		rollout.step(check.step),
		times[0],
		input.spec.rollout.analysis[check.analysis].name,
		times[1],
	])
}

finding contains {
	"at": manifest.place(r.index, short[0].at),
	"message": message,
	"related": [{"at": manifest.place(judge.index, judge.metric.at), "message": "failureLimit x interval"}],
} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	some judge in traffic.background(r)
	detection := judge.metric.failureLimit.value * judge.metric.intervalSeconds.value
	short := [step |
		some step in r.rollout.steps
		step.weight > 0
		step.weight < 100
		step.bakeSeconds > 0
		step.bakeSeconds <= detection
	]
	times := text.durations(short[0].bakeSeconds, detection)
	message := sprintf("%s stays at %v %% for %s, but metric `%s` needs more than %s to fail", [
		manifest.called(r.facts),
		short[0].weight,
		times[0],
		judge.metric.name,
		times[1],
	])
}

too_short := [check |
	some check in input.facts.rollout.checks
	detection := input.facts.rollout.analysis[check.analysis].detectionSeconds
	is_number(check.bakeSeconds)
	not compare.above(check.bakeSeconds, detection)
]
