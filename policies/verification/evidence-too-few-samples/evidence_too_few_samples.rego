# METADATA
# title: Result has too few samples
# description: |
#   A percentile of a few requests is not reliable: of 60 requests, at most one decides the p99. That a
#   percentile lies below a limit is supported at a confidence c by n requests with none above it where `p^n
#   <= 1 - c`, so a p99 needs 299 of them at 95 % and 459 at 99 %, a p95 59 and 90: the early stopping of
#   MLPerf. Requests that failed are in no percentile of most tools and do not count. The item's own
#   `minSamples`, and `minMeasurements` of an analysis run, apply as well.
# related_resources:
#   - description: MLPerf inference rules, early stopping
#     ref: https://github.com/mlcommons/inference_policies/blob/master/inference_rules.adoc
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist, ServingSpec]
#   since: 0.1.0
#   help: Measure longer or at a higher rate, until the samples support the percentile.
#   reworded:
#     - now: "{} claims {} from 1 sample in `{}`; {} are needed at {} confidence"
#       then: "{} claims {} from 1 samples in `{}`; {} are needed at {} confidence"
#     - now: "{} requires at least 1 sample, but `{}` has {}"
#       then: "{} requires at least 1 samples, but `{}` has {}"
#     - now: "{} requires at least {} samples, but `{}` has {}"
#       then: "{} wants at least {} samples, and `{}` has {}"
#     - now: "{} requires at least {} measurements of each metric, but one in `{}` has {}"
#       then: "{} wants at least {} measurements of each metric, and one in `{}` has {}"
package servelint.rules.verification["evidence-too-few-samples"]

import data.servelint.lib.measured
import data.servelint.lib.team
import data.servelint.lib.text

finding contains violation if {
	some row in measured.rows
	result := row.result.result
	result.samples < result.samplesNeeded
	message := sprintf("%s claims %s from %s in `%s`; %d are needed at %s confidence", [
		row.name,
		measured.shown(result),
		text.counted(result.samples, "sample"),
		row.result.path,
		result.samplesNeeded,
		text.percent(team.policy.confidence),
	])
	violation := object.union({"at": row.at, "message": message}, measured.mild(row.item))
}

finding contains violation if {
	some row in measured.rows
	samples := row.result.result.samples
	samples < row.item.minSamples
	not samples < object.get(row.result.result, "samplesNeeded", 0)
	message := sprintf("%s requires at least %s, but `%s` has %v", [row.name, text.counted(row.item.minSamples, "sample"), row.result.path, samples])
	violation := object.union({"at": row.at, "message": message, "related": wish(row, "minSamples")}, measured.mild(row.item))
}

finding contains violation if {
	some row in measured.rows
	fewest := row.result.fewestMeasurements
	fewest < row.item.minMeasurements
	message := sprintf("%s requires at least %s of each metric, but one in `%s` has %v", [
		row.name,
		text.counted(row.item.minMeasurements, "measurement"),
		row.result.path,
		fewest,
	])
	violation := object.union({"at": row.at, "message": message, "related": wish(row, "minMeasurements")}, measured.mild(row.item))
}

# What an item demands must be enough for what it claims, or a shorter run passes next time.
finding contains {"at": array.concat(array.slice(row.at, 0, 3), ["minSamples"]), "message": message, "severity": "warning"} if {
	some row in measured.rows
	demanded := row.item.minSamples
	needed := row.result.result.samplesNeeded
	demanded < needed
	message := sprintf("%s demands %s, but %d are needed for the %s at %s confidence", [
		row.name,
		text.counted(demanded, "sample"),
		needed,
		row.item.metric.statistic,
		text.percent(team.policy.confidence),
	])
}

wish(row, key) := [{"at": array.concat(array.slice(row.at, 0, 3), [key]), "message": "the item's own minimum"}]
