# METADATA
# title: Query window of an analysis is longer than its step
# description: |
#   A query over the last 30 minutes at a step that is 10 minutes old answers mostly for the step before: it
#   mixes two weights of traffic, and a fault that shows only at the new weight is thinned out. The window
#   of the query should not be longer than the time at one weight. Flagger checks all metrics once an
#   interval, which is its time at one weight. Many rollouts accept this, so it is reported as information.
# related_resources:
#   - description: Prometheus, functions, rate
#     ref: https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
#   - description: Argo Rollouts, canary strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
# custom:
#   severity: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   gate: canary
#   help: Shorten the window of the query, or stay at each weight for at least as long.
package servelint.rules.rollout["analysis-window-contaminated"]

import data.servelint.lib.manifest
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {
	"at": manifest.place(judge.index, judge.metric.windowSeconds.at),
	"message": message,
	"related": [{"at": manifest.place(r.index, shortest.at), "message": sprintf("%s at this weight", [text.duration(shortest.bakeSeconds)])}],
} if {
	some r in traffic.rollouts
	shortest := brief(r.rollout)
	some judge in traffic.background(r)
	window := judge.metric.windowSeconds.value
	window > shortest.bakeSeconds
	times := text.durations(window, shortest.bakeSeconds)
	message := sprintf("metric `%s` looks back %s, but the rollout stays at %v %% for %s", [
		judge.metric.name,
		times[0],
		shortest.weight,
		times[1],
	])
}

brief(rollout) := steps[0] if {
	known := [step | some step in rollout.steps; step.weight > 0; step.bakeSeconds > 0]
	least := min([step.bakeSeconds | some step in known])
	steps := [step | some step in known; step.bakeSeconds == least]
}
