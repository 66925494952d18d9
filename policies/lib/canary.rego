# METADATA
# description: The runs of a canary that a review rests on, and which metric of a run is which analysis of the plan.
package servelint.lib.canary

import data.servelint.lib.measured

# METADATA
# description: The analyses of the plan.
analyses := object.get(input, ["serving", "spec", "rollout", "analysis"], [])

# METADATA
# description: Each AnalysisRun and each status of Flagger behind a canary item once, at its first use.
runs := [row |
	some n, row in canaries
	count([m | some m, other in canaries; m < n; other.result.path == row.result.path]) == 0
]

canaries := [row |
	some row in measured.review_rows
	row.item.category == "canary"
	row.result.evidence.format in {"argo-analysisrun", "flagger-canary"}
]

# METADATA
# description: True for a metric and the index of the analysis that it certainly is.
means(metric, a) if lower(metric.name) == lower(analyses[a].name)

means(metric, a) if {
	not is_named(metric)
	about(metric) == subject(a)
	count([other | some other, _ in analyses; subject(other) == subject(a)]) == 1
}

# METADATA
# description: The same, also where the file does not tell what a metric asks.
may_mean(metric, a) if means(metric, a)

may_mean(metric, a) if {
	not is_named(metric)
	about(metric) == subject(a)
}

may_mean(metric, _) if {
	not is_named(metric)
	not metric.query
	not about(metric)
}

may_mean(metric, a) if {
	name := analyses[a].metric
	contains(sprintf("%s %s", [metric.name, object.get(metric, "query", "")]), name)
}

is_named(metric) if {
	some analysis in analyses
	lower(metric.name) == lower(analysis.name)
}

about(metric) := "errors" if {
	regex.match(`error|5\.\.|5xx|success|availab`, lower(sprintf("%s %s", [metric.name, object.get(metric, "query", "")])))
} else := "latency" if {
	regex.match(`latency|duration|ttft|first_token|tpot|p9[0-9]`, lower(sprintf("%s %s", [metric.name, object.get(metric, "query", "")])))
}

# METADATA
# description: What an analysis limits by its SLO, `errors` or `latency`; undefined for anything else.
subject(a) := kind if {
	some slo in input.serving.spec.slos
	slo.name == analyses[a].slo
	kind := {
		"availability": "errors",
		"request_latency": "latency",
		"time_to_first_token": "latency",
		"time_per_output_token": "latency",
		"inter_token_latency": "latency",
	}[slo.indicator.type]
}

# METADATA
# description: The numbers of revisions that the query of a metric selects by labels, as they are written.
revisions(metric) := {value |
	some label in ["revision", "version", "model_version"]
	some value in metric.labels[label]
	regex.match(`^(v|r|rev-?|revision-?)?[0-9]+$`, lower(value))
}

# METADATA
# description: True where one of these revisions is the one that is rolled out.
select_the_revision(revisions) if {
	some value in revisions
	regex.replace(lower(value), `^[a-z-]+`, "") == sprintf("%v", [input.serving.metadata.revision])
}
