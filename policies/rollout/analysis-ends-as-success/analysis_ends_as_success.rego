# METADATA
# title: Background analysis ends before it can fail
# description: |
#   When all steps of a rollout are done, Argo ends the background analysis, and an analysis that is ended
#   counts as Successful, also if it measured nothing. A metric fails at its failed measurement number
#   `failureLimit` + 1, so it needs initialDelay + failureLimit x interval. Where that is no less than the
#   sum of the pauses, a broken revision is promoted before its analysis can fail. The maintainers call this
#   the intended behaviour. Only pauses from the analysis's `startingStep` on count. The rule applies only
#   where the steps hold nothing but weights and pauses, because only then the times are known.
# related_resources:
#   - description: Argo Rollouts, background analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#background-analysis
#   - description: Argo Rollouts, issue 1329
#     ref: https://github.com/argoproj/argo-rollouts/issues/1329
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   gate: canary
#   help: Measure more often, start sooner, tolerate fewer failures, or pause longer.
#   reworded:
#     - now: "metric `{}` needs at least {} to fail, but the rollout ends the analysis as Successful after {}"
#       then: "metric `{}` cannot fail before {} have passed, but the rollout is over {} after the analysis began and ends it as Successful"
package servelint.rules.rollout["analysis-ends-as-success"]

import data.servelint.lib.manifest
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {
	"at": manifest.place(judge.index, judge.metric.at),
	"message": message,
	"related": [{"at": manifest.place(r.index, r.rollout.background.at), "message": sprintf("pauses during the analysis: %s", [text.duration(total)])}],
} if {
	some r in traffic.rollouts
	r.facts.kind != "Experiment"
	total := r.rollout.background.seconds
	some judge in traffic.background(r)
	detection := traffic.detection(judge.metric)
	detection >= total
	times := text.durations(detection, total)
	message := sprintf("metric `%s` needs at least %s to fail, but the rollout ends the analysis as Successful after %s", [
		judge.metric.name,
		times[0],
		times[1],
	])
}

# From the start of the analysis to the end of the steps. A later start is a step's number among all steps, which has no time.

# An Experiment ends its analyses with its duration.
finding contains {
	"at": manifest.place(judge.index, judge.metric.at),
	"message": sprintf("metric `%s` needs at least %s to fail, but %s ends the analysis as Successful after %s", [
		judge.metric.name,
		times[0],
		manifest.called(r.facts),
		times[1],
	]),
	"related": [{"at": manifest.place(r.index, ["spec", "duration"]), "message": "how long it runs"}],
	"help": "Measure more often, start sooner, tolerate fewer failures, run it longer, or set `requiredForCompletion` on the analysis.",
} if {
	some r in traffic.rollouts
	r.facts.kind == "Experiment"
	total := r.rollout.background.seconds
	some judge in traffic.background(r)
	detection := traffic.detection(judge.metric)
	detection >= total
	times := text.durations(detection, total)
}
