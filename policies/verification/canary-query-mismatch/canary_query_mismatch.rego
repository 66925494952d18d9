# METADATA
# title: Query of a canary measures something else
# description: |
#   A canary that passed shows only what its queries measured. The queries of the AnalysisRuns behind canary items are
#   read as PromQL and compared with the plan: a query that reads no series, or always yields one number, measures
#   nothing; the mean or a lower quantile is no p95; errors that leave out 500, 502, 503 and 504 are not the failures
#   of a server; a revision label that names other revisions only, or nothing that tells revisions apart, is not the
#   canary; a window shorter than the planned one judges fewer requests than were planned; and where a manifest states
#   the queries of the objective, a query that reads none of their metrics measures another thing. So do metrics
#   that the server writes of itself, for an objective at the gateway or the client. What the text of a query does not tell is not judged.
# related_resources:
#   - description: Prometheus, histograms and summaries (quantiles cannot be averaged)
#     ref: https://prometheus.io/docs/practices/histograms/
#   - description: Argo Rollouts, Prometheus metrics
#     ref: https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: canary
#   help: Let the query read the metric of the objective, at its statistic, over the planned window and for the canary alone, and run the canary again.
package servelint.rules.verification["canary-query-mismatch"]

import data.servelint.lib.canary
import data.servelint.lib.measured
import data.servelint.lib.objectives
import data.servelint.lib.text

finding contains violation if {
	some use in uses
	words := nothing(use.metric.measure)
	message := sprintf("the query of metric `%s` in `%s` %s, so it measures nothing", [use.metric.name, use.run.result.path, words])
	violation := object.union({"at": use.run.at, "message": message}, measured.mild(use.run.item))
}

finding contains violation if {
	some use in uses
	canary.subject(use.analysis) == "latency"
	wanted := quantile_of(use.analysis)
	words := weaker(use.metric.measure, wanted)
	message := sprintf("the query of metric `%s` in `%s` asks for %s, but analysis `%s` rests on the %v of SLO `%s`", [
		use.metric.name,
		use.run.result.path,
		words,
		analysis(use).name,
		percentile(wanted),
		analysis(use).slo,
	])
	violation := object.union(
		{
			"at": use.run.at,
			"message": message,
			"related": [{"at": ["serving", "spec", "rollout", "analysis", use.analysis, "slo"], "message": "the objective"}],
		},
		measured.mild(use.run.item),
	)
}

finding contains violation if {
	some use in uses
	canary.subject(use.analysis) == "errors"
	use.metric.fails in {"gt", "gte"}
	count(use.metric.measure.uncounted) == 4
	message := sprintf("the query of metric `%s` in `%s` counts failures without the statuses 500, 502, 503 and 504", [
		use.metric.name,
		use.run.result.path,
	])
	violation := object.union({"at": use.run.at, "message": message}, measured.mild(use.run.item))
}

finding contains violation if {
	some use in uses
	selected := {lower(value) | some value in canary.revisions(use.metric)}
	count(selected) > 0
	revision := input.serving.metadata.revision
	not canary.select_the_revision(selected)
	some_other_is_right(use)
	message := sprintf("the query of metric `%s` in `%s` selects revision `%s`, but revision %v is rolled out", [
		use.metric.name,
		use.run.result.path,
		concat("`, `", sort(selected)),
		revision,
	])
	violation := object.union(
		{
			"at": use.run.at,
			"message": message,
			"related": [{"at": ["serving", "metadata", "revision"], "message": "the revision"}],
		},
		measured.mild(use.run.item),
	)
}

finding contains {"at": use.run.at, "message": message, "severity": "warning"} if {
	some use in uses
	use.metric.selects == "whole"
	measure := use.metric.measure
	not nothing(measure)
	message := sprintf("the query of metric `%s` in `%s` measures every revision: nothing in it selects the canary", [
		use.metric.name,
		use.run.result.path,
	])
}

finding contains {
	"at": use.run.at,
	"message": message,
	"severity": "warning",
	"related": [{"at": ["serving", "spec", "rollout", "analysis", use.analysis, "window"], "message": "the plan"}],
} if {
	some use in uses
	planned := input.serving.facts.spec.rollout.analysis[use.analysis].window
	is_number(planned)
	looked := use.metric.measure.windowSeconds
	looked < planned * 0.98
	message := sprintf("the query of metric `%s` in `%s` looks back %s, but analysis `%s` judges %s", [
		use.metric.name,
		use.run.result.path,
		text.duration(looked),
		analysis(use).name,
		text.duration(planned),
	])
}

finding contains {"at": use.run.at, "message": message, "severity": "warning", "related": [{"at": at, "message": "the query of the objective"}]} if {
	some use in uses
	measure := use.metric.measure
	not nothing(measure)
	not measure.unnamed
	[series, at] := indicator(analysis(use).slo)
	count(series & {name | some name in use.metric.measure.series}) == 0
	message := sprintf("the query of metric `%s` in `%s` reads `%s`, but SLO `%s` is measured by `%s`", [
		use.metric.name,
		use.run.result.path,
		concat("`, `", use.metric.measure.series),
		analysis(use).slo,
		concat("`, `", sort(series)),
	])
}

finding contains {
	"at": use.run.at,
	"message": message,
	"severity": "warning",
	"related": [{"at": ["serving", "spec", "slos", s, "indicator", "measuredAt"], "message": "the place of the objective"}],
} if {
	some use in uses
	some s, slo in input.serving.spec.slos
	slo.name == analysis(use).slo
	slo.indicator.measuredAt in {"client", "gateway"}
	series := use.metric.measure.series
	count(series) > 0
	not use.metric.measure.unnamed
	every one in series { of_server(one) }
	message := sprintf("the query of metric `%s` in `%s` reads `%s`, which the server measures, but SLO `%s` is measured at the `%s`", [
		use.metric.name,
		use.run.result.path,
		concat("`, `", series),
		slo.name,
		slo.indicator.measuredAt,
	])
}

# Metrics that model servers write of themselves.
of_server(name) if strings.any_prefix_match(name, ["vllm:", "sglang:", "tgi_", "nv_inference_", "ray_serve_", "trtllm_", "llamacpp:"])

# Each metric of a run that certainly is an analysis of the plan, with what its query measures.
uses := [{"run": run, "metric": metric, "analysis": a} |
	some run in canary.runs
	some metric in run.result.evidence.metrics
	metric.measure
	some a, _ in canary.analyses
	canary.means(metric, a)
]

analysis(use) := canary.analyses[use.analysis]

nothing(measure) := "reads no series" if {
	count(measure.series) == 0
	not measure.unnamed
} else := sprintf("always yields %v", [measure.always]) if {
	is_number(measure.always)
}

# The share of requests that the objective of an analysis wants within its limit.
quantile_of(a) := slo.target if {
	some slo in input.serving.spec.slos
	slo.name == canary.analyses[a].slo
	is_number(slo.target)
	slo.target < 1
}

weaker(measure, _) := "a mean" if {
	measure.mean
	not measure.quantile
}

weaker(measure, wanted) := sprintf("the %s", [percentile(measure.quantile)]) if measure.quantile < wanted - 0.000001

percentile(quantile) := sprintf("p%v", [round(quantile * 100000) / 1000])

# Where no metric of the runs selects the revision, that is said of the run as a whole.
some_other_is_right(use) if {
	some run in canary.runs
	run.result.path == use.run.result.path
	some metric in run.result.evidence.metrics
	canary.select_the_revision(canary.revisions(metric))
}

# The metrics that the manifests state for an objective, and the place of the first query.
indicator(name) := [series, places[0]] if {
	places := [at | some [_, at] in measures(name)]
	count(places) > 0
	series := {one | some [measure, _] in measures(name); some one in measure.series}
	count(series) > 0
	count([measure | some [measure, _] in measures(name); measure.unnamed]) == 0
}

measures(name) := [[query.measure, array.concat(["artifacts", i], query.at)] |
	some i, artifact in input.artifacts
	some query in artifact.facts.queries
	query.purpose in {"good", "errors", "total", "ratio"}
	query.measure
	is_of(artifact, query, name)
]

is_of(_, query, name) if name in objectives.names(query)

is_of(artifact, _, name) if {
	slos := artifact.facts.slos
	count(slos) == 1
	slos[0].name == name
}
