# METADATA
# title: Canary was not measured as planned
# description: |
#   `Successful` means that an analysis met its own conditions; whether these were the plan's is another question. The
#   AnalysisRuns of the checklist's canary items are compared with the analyses at the steps of the rollout: each
#   analysis has its metric in a run, which fails no later than the plan does, and which made enough measurements to
#   fail. A run is of this service: something in its name, labels, arguments or queries names the service or one of its
#   manifests, and a query that selects a numbered revision selects the one that is rolled out. A metric belongs to the
#   analysis of its name, else to the only one that is about the same thing. Limits are compared where the unit of the
#   query is certain.
# related_resources:
#   - description: The Site Reliability Workbook, Canarying Releases
#     ref: https://sre.google/workbook/canarying-releases/
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: canary
#   help: Run the canary with the analyses of the plan, and give the AnalysisRun of that rollout.
package servelint.rules.verification["canary-not-as-planned"]

import data.servelint.lib.canary
import data.servelint.lib.measured
import data.servelint.lib.rollout
import data.servelint.lib.text

finding contains violation if {
	some name, step in rollout.first_steps(input.serving.spec.rollout)
	analysis := canary.analyses[a]
	analysis.name == name
	first := canary.runs[0]
	metrics := [metric | some run in canary.runs; some metric in run.result.evidence.metrics]
	count([metric | some metric in metrics; canary.may_mean(metric, a)]) == 0
	message := sprintf("%s rests on `%s`, which has no metric for analysis `%s` of step %d", [
		first.name,
		first.result.path,
		name,
		step + 1,
	])
	violation := object.union({"at": first.at, "message": message, "related": [place(a, "name", "the analysis")]}, measured.mild(first.item))
}

finding contains violation if {
	some pair in pairs
	pair.value > pair.limit + (abs(pair.limit) * 0.000001)
	message := sprintf("metric `%s` in `%s` fails %s %s, but analysis `%s` fails %s %s", [
		pair.metric.name,
		pair.run.result.path,
		pair.side,
		shown(pair, pair.value),
		canary.analyses[pair.analysis].name,
		pair.side,
		shown(pair, pair.limit),
	])
	violation := object.union(
		{
			"at": pair.run.at,
			"message": message,
			"related": [place(pair.analysis, "threshold", "the plan")],
		},
		measured.mild(pair.run.item),
	)
}

finding contains violation if {
	some run in canary.runs
	some metric in run.result.evidence.metrics
	some a, analysis in canary.analyses
	canary.means(metric, a)
	metric.count <= analysis.failureLimit
	message := sprintf("metric `%s` in `%s` made %s, but analysis `%s` fails only after %v", [
		metric.name,
		run.result.path,
		text.counted(metric.count, "measurement"),
		analysis.name,
		analysis.failureLimit + 1,
	])
	violation := object.union(
		{
			"at": run.at,
			"message": message,
			"related": [place(a, "failureLimit", "the plan")],
		},
		measured.mild(run.item),
	)
}

# A measurement that erred is tried again sooner.
finding contains violation if {
	some run in canary.runs
	evidence := run.result.evidence
	count([caution | some caution in evidence.cautions; caution.kind == "failed-measurements"]) == 0
	some metric in evidence.metrics
	least := (metric.count - 1) * metric.intervalSeconds
	lasted := evidence.durationSeconds
	least > lasted + metric.intervalSeconds
	message := sprintf("metric `%s` in `%s` made %s, one each %s, but the run lasted %s", [
		metric.name,
		run.result.path,
		text.counted(metric.count, "measurement"),
		text.duration(metric.intervalSeconds),
		text.duration(lasted),
	])
	violation := object.union({"at": run.at, "message": message}, measured.mild(run.item))
}

finding contains violation if {
	some run in canary.runs
	selected := {value | some metric in run.result.evidence.metrics; some value in canary.revisions(metric)}
	count(selected) > 0
	revision := input.serving.metadata.revision
	not canary.select_the_revision(selected)
	message := sprintf("the queries in `%s` select revision `%s`, but revision %v is rolled out", [
		run.result.path,
		concat("`, `", sort(selected)),
		revision,
	])
	violation := object.union(
		{
			"at": run.at,
			"message": message,
			"related": [{"at": ["serving", "metadata", "revision"], "message": "the revision"}],
		},
		measured.mild(run.item),
	)
}

finding contains {
	"at": run.at,
	"message": message,
	"severity": "warning",
	"help": "Give the AnalysisRun of this service, with the labels, arguments or queries that name it.",
} if {
	some run in canary.runs
	run.result.evidence.format == "argo-analysisrun"
	own := own_texts(run.result.evidence)
	count(own) > 0
	count([word | some word in own; is_ours(word)]) == 0
	message := sprintf("nothing in `%s` names service `%s`: it has `%s`", [
		run.result.path,
		input.service,
		concat("`, `", array.slice(own, 0, 4)),
	])
}

place(a, key, words) := {"at": ["serving", "spec", "rollout", "analysis", a, key], "message": words}

# Limits of a run beside those of the plan, in one measure and turned so that the greater one is the looser.
pairs contains {"run": run, "metric": metric, "analysis": a, "kind": "latency", "side": "above", "value": value, "limit": limit} if {
	[run, metric, a] := judged[_]
	canary.subject(a) == "latency"
	metric.fails in {"gt", "gte"}
	value := metric.bound / per_second(metric)
	limit := input.serving.facts.spec.rollout.analysis[a].threshold
	is_number(limit)
}

pairs contains {"run": run, "metric": metric, "analysis": a, "kind": "errors", "side": "above", "value": value, "limit": limit} if {
	[run, metric, a] := judged[_]
	canary.subject(a) == "errors"
	value := rollout.failing_errors(metric.fails, metric.bound)
	limit := rollout.error_ratio(canary.analyses[a])
}

pairs contains {"run": run, "metric": metric, "analysis": a, "kind": "other", "side": side, "value": sign * metric.bound, "limit": sign * limit} if {
	[run, metric, a] := judged[_]
	not canary.subject(a)
	limit := canary.analyses[a].threshold
	is_number(limit)
	[side, sign] := direction(metric.fails)
	direction(canary.analyses[a].op) == [side, sign]
}

judged := [[run, metric, a] |
	some run in canary.runs
	some metric in run.result.evidence.metrics
	is_number(metric.bound)
	some a, _ in canary.analyses
	canary.means(metric, a)
]

direction(op) := ["above", 1] if op in {"gt", "gte"}

direction(op) := ["below", -1] if op in {"lt", "lte"}

per_second(metric) := 1000 if {
	rollout.in_milliseconds(metric.query)
} else := 1 if {
	contains(metric.query, "_seconds")
} else := 1000 if {
	# Built into Flagger, in milliseconds.
	metric.name == "request-duration"
}

shown(pair, value) := text.duration(value) if pair.kind == "latency"

shown(pair, value) := sprintf("%s errors", [text.percent(value)]) if pair.kind == "errors"

shown(pair, value) := sprintf("%v", [abs(value)]) if pair.kind == "other"

# Who a run is about, in its own words.
own_texts(evidence) := [word |
	subject_ := evidence.subject
	some word in array.concat(
		[object.get(subject_, key, "") | some key in ["name", "rollout"]],
		array.concat(
			[value | some value in object.get(subject_, "labels", {})],
			array.concat(
				[value | some value in object.get(subject_, "arguments", {})],
				[value | some metric in evidence.metrics; some values in metric.labels; some value in values],
			),
		),
	)
	count(word) > 2
]

is_ours(word) if {
	some name in ours
	contains(lower(word), name)
}

is_ours(word) if {
	some name in ours
	contains(name, lower(word))
}

ours := {lower(name) |
	some name in array.concat([input.service], [artifact.facts.name | some artifact in object.get(input, "artifacts", [])])
	is_string(name)
}
