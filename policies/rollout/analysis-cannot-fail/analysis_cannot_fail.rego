# METADATA
# title: Analysis cannot fail
# description: |
#   An analysis that cannot fail lets every revision pass. Argo counts a metric as failed when more than
#   `failureLimit` measurements failed, so a limit as high as `count`, or a negative one, is never exceeded;
#   a metric without `interval` and `count` is measured once. A metric without `successCondition` and
#   `failureCondition` counts every measurement that arrives as successful, and so does a condition that is
#   a constant. A metric in `dryRun`, of a template or of what a Rollout refers to, does not count: where all
#   of a template's are, the template decides nothing, and where the specification names the metric as an
#   analysis, nothing stops the rollout as it says. Where all are, and with `skipAnalysis`, it is a
#   warning where no specification claims the manifest. Argo finds each `metricName` of `dryRun` anywhere in the
#   name, as a regular expression. A load test with thresholds switched off succeeds whatever it measured. A limit outside of what
#   the query can yield, such as 5 for a share of errors between 0 and 1, is never crossed. In Flagger,
#   `skipAnalysis` promotes at once, and an analysis without metrics and without webhooks measures nothing.
# related_resources:
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   gate: canary
#   help: Give the metric a condition and a `failureLimit` below its `count`, and take it out of `dryRun`.
#   reworded:
#     - now: "metric `{}` tolerates {} failed measurements of {}, so it cannot fail"
#       then: "metric `{}` tolerates {} failed measurements and makes {}, so it cannot fail"
#     - now: "the load test runs with `--no-thresholds`, so it succeeds whatever it measured"
#       then: "the load test runs with `--no-thresholds`, so it ends well whatever it met"
package servelint.rules.rollout["analysis-cannot-fail"]

import data.servelint.lib.manifest
import data.servelint.lib.queries
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {"at": manifest.place(i, metric.failureLimit.at), "message": message} if {
	some i, artifact in input.artifacts
	some metric in artifact.facts.analyses
	metric.failureLimit.value >= metric.count.value
	message := sprintf("metric `%s` tolerates %s of %v, so it cannot fail", [
		metric.name,
		text.counted(metric.failureLimit.value, "failed measurement"),
		metric.count.value,
	])
}

finding contains {"at": manifest.place(i, metric.failureLimit.at), "message": message} if {
	some i, artifact in input.artifacts
	some metric in artifact.facts.analyses
	metric.failureLimit.value < 0
	message := sprintf("metric `%s` has a `failureLimit` of %v, which switches the limit off", [
		metric.name,
		metric.failureLimit.value,
	])
}

finding contains {"at": manifest.place(i, metric.failureLimit.at), "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.kind in {"AnalysisTemplate", "ClusterAnalysisTemplate"}
	some m, metric in artifact.facts.analyses
	metric.failureLimit.value >= 1
	written := artifact.spec.metrics[m]
	not written.interval
	not written.count
	message := sprintf("metric `%s` has no `interval` and is measured once, but tolerates %s, so it cannot fail", [
		metric.name,
		text.counted(metric.failureLimit.value, "failed measurement"),
	])
}

finding contains {"at": manifest.place(i, constant.at), "message": message} if {
	some i, artifact in input.artifacts
	some metric in artifact.facts.analyses
	constant := never_fails(metric)
	message := sprintf("condition of metric `%s` is always `%s`, so it cannot fail", [metric.name, trim_space(constant.value)])
}

finding contains {"at": at, "message": message, "related": [{"at": entry.at, "message": "the query"}]} if {
	some entry in queries.judged
	bounds := entry.metric.bounds
	count(bounds) > 0
	every bound in bounds { queries.never_fails(bound, entry.query) }

	# With both conditions, a result that meets neither is inconclusive.
	not both(entry.metric)

	# Whether there is any series at all is worth asking.
	not is_presence(entry.query)
	first := bounds[0]
	at := manifest.place(entry.index, first.at)
	message := sprintf("metric `%s` cannot fail: it fails %s, and its query yields %s", [
		entry.metric.name,
		concat(" or ", [queries.limit(bound) | some bound in bounds]),
		queries.span(entry.query),
	])
}

both(metric) if {
	metric.success
	metric.failure
}

is_presence(query) if {
	query.low == 1
	query.empty
}

finding contains {"at": manifest.place(i, metric.at), "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.kind in {"AnalysisTemplate", "ClusterAnalysisTemplate"}
	some metric in artifact.facts.analyses
	is_query(metric)
	not metric.success
	not metric.failure
	message := sprintf("metric `%s` has neither `successCondition` nor `failureCondition`, so every measurement that arrives counts as successful", [
		metric.name,
	])
}

finding contains {"at": manifest.place(i, ["spec", "dryRun"]), "message": message, "severity": by_choice, "help": "Take out of `dryRun` what is meant to judge."} if {
	some i, artifact in input.artifacts
	metrics := artifact.facts.analyses
	count(metrics) > 0
	count([metric | some metric in metrics; not metric.dryRun]) == 0
	message := sprintf("all metrics (%d) of %s are in `dryRun`, so none of them counts", [count(metrics), manifest.called(artifact.facts)])
}

# What a Rollout takes in dry run adds to what its templates do.
finding contains {"at": manifest.place(r.index, reference.dryRun.at), "message": message} if {
	some r in traffic.rollouts
	some reference in traffic.references(r)
	reference.dryRun
	not traffic.counts(reference, r.facts)
	metrics := [metric | some template in traffic.templates(reference, r.facts); some metric in template.analyses]
	message := sprintf("all metrics (%d) of template `%s` are in `dryRun` of %s, so none of them counts", [
		count(metrics),
		object.get(reference, "name", "?"),
		manifest.called(r.facts),
	])
}

# What the specification relies on has to be able to stop the rollout. Where nothing can, that is said already.
finding contains {
	"at": dry_place(r, judge),
	"message": message,
	"related": [{"at": ["serving", "spec", "rollout", "analysis", a, "name"], "message": "the analysis in the specification"}],
} if {
	some r in traffic.rollouts
	some a, analysis in object.get(input, ["serving", "spec", "rollout", "analysis"], [])
	judges := traffic.judges(r)
	count([other | some other in judges; not other.metric.dryRun]) > 0
	measuring := [judge | some judge in judges; lower(judge.metric.name) == lower(analysis.name)]
	count([judge | some judge in measuring; not judge.metric.dryRun]) == 0
	some judge in measuring
	message := sprintf("metric `%s` is in `dryRun`, so analysis `%s` of the specification cannot stop %s", [
		judge.metric.name,
		analysis.name,
		manifest.called(r.facts),
	])
}

dry_place(r, judge) := manifest.place(r.index, judge.metric.dryAt) if {
	judge.metric.dryAt
} else := manifest.place(judge.index, ["spec", "dryRun"])

finding contains {"at": manifest.place(i, array.concat(["spec", "metrics", m, "provider"], path)), "message": message} if {
	some i, artifact in input.artifacts
	some m, metric in artifact.spec.metrics
	walk(metric.provider, [path, value])
	is_string(value)
	contains(value, "--no-thresholds")
	message := "the load test runs with `--no-thresholds`, so it succeeds whatever it measured"
}

finding contains {"at": manifest.place(i, skip.at), "message": message, "severity": by_choice, "help": "Remove `skipAnalysis`, or set it to `false`."} if {
	some i, artifact in input.artifacts
	skip := artifact.facts.rollout.skipAnalysis
	skip.value == true
	message := sprintf("%s skips its analysis, so every revision is promoted at once", [manifest.called(artifact.facts)])
}

finding contains {"at": manifest.place(i, array.concat(artifact.facts.rollout.at, ["metrics"])), "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "Canary"
	not artifact.facts.rollout.skipAnalysis.value == true
	count(object.get(artifact.facts, "analyses", [])) == 0
	count(webhooks(artifact)) == 0
	message := sprintf("the analysis of %s has no metrics and no webhooks, so nothing can stop it", [manifest.called(artifact.facts)])
}

# Where nobody named production, what a person switched off is what that person wanted.
by_choice := "warning" if input.facts.unclaimed

by_choice := "error" if not input.facts.unclaimed

webhooks(artifact) := object.get(artifact, array.concat(artifact.facts.rollout.at, ["webhooks"]), [])

# A job judges itself by its exit code, and needs no condition.
never_fails(metric) := metric.success if {
	trim_space(metric.success.value) == "true"
	not metric.failure
}

never_fails(metric) := metric.failure if trim_space(metric.failure.value) == "false"

is_query(metric) if {
	provider := metric.provider

	# A plugin may judge by itself.
	not provider in {"job", "kayenta", "plugin"}
}
