# METADATA
# title: Behaviour of an analysis without data is not defined
# description: |
#   A query that returns nothing is not a good result. It happens when a label is misspelt, when the canary
#   has no traffic or when the metrics are late, and tools treat it differently: as an error, as
#   inconclusive, or as not failed. A rollout that goes on without data is not checked at all. So a rollout
#   with analyses says in `onNoData` whether to `pause` or to `abort`. In a template of Argo, a condition
#   that reads `result[0]` of an empty answer is an Error, and NaN falls to one side or the other by the way
#   it is compared; a condition that asks `len(result)` or `isNaN` first decides it. Where only a
#   `failureCondition` is written, NaN fails no comparison: a canary without traffic passes unless the
#   condition asks `isNaN`. A query that ends in `or vector(1)`, or in `or on() vector(0)` for a ratio of errors,
#   yields a number without any data, and so a canary that serves nothing passes. A count of errors may end in
#   `or vector(0)`, because their series begins with the first error; a ratio may only have it in its numerator.
# related_resources:
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   gate: canary
#   help: Add `onNoData` with `pause` or `abort`, and make the queries of the analyses act that way.
#   help_for:
#     Artifact: Test `len(result)` and `isNaN` in the condition, and let them fail or end inconclusive.
#   reworded:
#     - now: "rollout does not define what happens when its analyses ({}) get no data"
#       then: "rollout does not say what happens when its analyses ({}) get no data"
#     - now: "metric `{}` does not define the outcome of an empty result or NaN: its condition has no `len(result)` and no `isNaN`"
#       then: "metric `{}` does not say what an empty answer or NaN means: its condition has no `len(result)` and no `isNaN`"
#     - now: "metric `{}` passes when its result is NaN, as for a canary without traffic: it has only a `failureCondition`, without `isNaN`"
#       then: "metric `{}` passes where its answer is NaN, as for a canary without traffic: only `failureCondition` is written, and it has no `isNaN`"
package servelint.rules.rollout["analysis-no-data"]

import data.servelint.lib.manifest
import data.servelint.lib.queries

finding contains {"at": ["spec", "rollout", "onNoData"], "message": message} if {
	analyses := count(input.spec.rollout.analysis)
	analyses > 0
	not input.spec.rollout.onNoData
	message := sprintf("rollout does not define what happens when its analyses (%d) get no data", [analyses])
}

finding contains {"at": manifest.place(i, condition.at), "message": message} if {
	some i, artifact in input.artifacts
	some metric in artifact.facts.analyses
	metric.provider == "prometheus"
	not metric.guarded
	condition := [metric[key] | some key in ["success", "failure"]; metric[key]][0]
	contains(condition.value, "result")
	message := sprintf("metric `%s` does not define the outcome of an empty result or NaN: its condition has no `len(result)` and no `isNaN`", [
		metric.name,
	])
}

finding contains {"at": manifest.place(i, metric.failure.at), "message": message} if {
	some i, artifact in input.artifacts
	some metric in artifact.facts.analyses
	metric.provider == "prometheus"
	metric.guarded
	not metric.success
	contains(metric.failure.value, "result")
	not decides(metric.failure.value)
	message := sprintf("metric `%s` passes when its result is NaN, as for a canary without traffic: it has only a `failureCondition`, without `isNaN`", [
		metric.name,
	])
}

decides(condition) if contains(condition, "isNaN")

decides(condition) if contains(condition, "default(")

# A number that stands in for data, and passes.
finding contains object.union({"at": entry.at, "message": message, "help": help}, part(yielded)) if {
	some entry in queries.judged
	yielded := entry.query.withoutData
	bounds := entry.metric.bounds
	count(bounds) > 0
	value := yielded.value
	every bound in bounds { not queries.fails(bound, value) }
	means_success(bounds, yielded)
	help := "Let the query yield nothing without data: fill the gaps of a numerator alone, and leave the ratio as it is."
	message := sprintf("metric `%s` passes without any data, because its query then yields %v", [entry.metric.name, value])
}

part(yielded) := {"within": yielded.within} if yielded.within

part(yielded) := {} if not yielded.within

# A limit from below is one of success, which no data do not prove; one from above may count what has not happened yet.
means_success(bounds, _) if {
	some bound in bounds
	bound.fails in {"lt", "lte"}
}

means_success(_, yielded) if yielded.whole
