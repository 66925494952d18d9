# METADATA
# title: Item measures something else than it verifies
# description: |
#   An item counts for the objectives under its `verifies`, so it must measure them. A throughput says nothing about
#   the time to the first token, a duration nothing about the ratio of successful requests, and a number of requests
#   nothing about how long a rollback takes. An item of category `canary` needs what was measured on the canary: the
#   file of a load generator shows a service under test, without users and without the version beside it. A value that
#   is selected from plain JSON must be of the unit that the item gives it; names such as `failed_requests` or
#   `p95_ms` tell what a field holds. Metrics under names of their own are compared by their unit only, and a phase
#   may verify any objective. The result of an evaluation, the report of a scanner and a bill of materials are no
#   measurement of a service at work: they verify an objective of type `quality` at most, and no load or canary.
# related_resources:
#   - description: Site Reliability Engineering, Service Level Objectives (choosing indicators)
#     ref: https://sre.google/sre-book/service-level-objectives/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: evidence
#   help: Measure what the objective limits, or list under `verifies` only what the item measures.
package servelint.rules.verification["item-measures-something-else"]

import data.servelint.lib.measured
import data.servelint.lib.refs

finding contains violation if {
	some entry in refs.items
	some v, target in entry.item.verifies
	s := objectives[target]
	slo := input.serving.spec.slos[s]
	is_unrelated(entry, slo.indicator.type)
	message := sprintf("%s verifies SLO `%s`, which limits `%s`, but measures `%s` in `%s`", [
		measured.item_name(entry.item, entry.at[4]),
		slo.name,
		slo.indicator.type,
		entry.item.metric.name,
		entry.item.metric.unit,
	])
	related := [{"at": ["serving", "spec", "slos", s, "indicator", "type"], "message": "the objective"}]
	violation := object.union({"at": array.concat(entry.at, ["verifies", v]), "message": message, "related": related}, measured.mild(entry.item))
}

finding contains violation if {
	some entry in refs.items
	some v, target in entry.item.verifies
	target == "rollback/rto"
	dimension := entry.facts.dimension
	not dimension in {"time", "enum", "none"}
	message := sprintf("%s verifies the time of a rollback, but measures `%s` in `%s`", [
		measured.item_name(entry.item, entry.at[4]),
		entry.item.metric.name,
		entry.item.metric.unit,
	])
	violation := object.union({"at": array.concat(entry.at, ["verifies", v]), "message": message}, measured.mild(entry.item))
}

finding contains violation if {
	some row in measured.review_rows
	row.item.category == "canary"
	results := input.checklists[row.at[1]].facts.items[row.at[4]].results
	every result in results { is_load(result.evidence) }
	message := sprintf("%s is about a canary, but `%s` is a load test with %s", [row.name, row.result.path, row.result.evidence.tool])
	violation := object.union(
		{
			"at": row.at,
			"message": message,
			"help": "Give what was measured on the canary beside the running version: the AnalysisRun, the status of the Canary, or a query over its traffic.",
		},
		measured.mild(row.item),
	)
}

finding contains violation if {
	some row in measured.review_rows
	row.item.category in {"load", "canary"}
	words := at_rest[row.result.evidence.kind]
	message := sprintf("%s is about a %s, but `%s` is %s", [row.name, row.item.category, row.result.path, words])
	violation := object.union({"at": row.at, "message": message}, measured.mild(row.item))
}

finding contains violation if {
	some entry in refs.items
	category := entry.item.category
	not category in {"load", "canary"}
	some v, target in entry.item.verifies
	s := objectives[target]
	slo := input.serving.spec.slos[s]
	not slo.indicator.type == "quality"
	some result in entry.facts.results
	words := at_rest[result.evidence.kind]
	message := sprintf("%s verifies SLO `%s`, which limits `%s`, but `%s` is %s", [
		measured.item_name(entry.item, entry.at[4]),
		slo.name,
		slo.indicator.type,
		result.path,
		words,
	])
	related := [{"at": ["serving", "spec", "slos", s, "indicator", "type"], "message": "the objective"}]
	violation := object.union({"at": array.concat(entry.at, ["verifies", v]), "message": message, "related": related}, measured.mild(entry.item))
}

finding contains violation if {
	some row in measured.review_rows
	row.result.format == "json"
	field := lower(last(row.result.select))
	holds := held(field)
	unit := row.item.metric.unit
	differs(holds, unit, input.checklists[row.at[1]].facts.items[row.at[4]].dimension)
	message := sprintf("%s takes `%s` as `%s` in `%s`, but by its name the field holds %s", [
		row.name,
		row.result.select,
		row.item.metric.name,
		unit,
		holds.words,
	])
	violation := object.union(
		{
			"at": array.concat(row.at, ["select"]),
			"message": message,
			"help": "Select the field that holds the metric, and give the unit that the field has.",
		},
		measured.mild(row.item),
	)
}

objectives := {sprintf("slo/%s", [slo.name]): s | some s, slo in input.serving.spec.slos}

# By name, where both are known.
is_unrelated(entry, type) if {
	family(entry.facts.metric) != family(type)
}

# Else by what the unit measures.
is_unrelated(entry, type) if {
	name := entry.facts.metric
	not family(name)
	entry.facts.dimension in foreign[family(type)]
}

# What certainly is no measure of it. A ratio may be that of the requests within a limit.
foreign := {
	"availability": {"time", "bytes"},
	"request_latency": {"bytes", "count", "rate"},
	"time_to_first_token": {"bytes", "count", "rate"},
	"time_per_output_token": {"bytes", "count", "rate"},
	"inter_token_latency": {"bytes", "count", "rate"},
	"throughput": {"bytes", "time"},
}

family(name) := name if {
	name in {"request_latency", "time_to_first_token", "time_per_output_token", "inter_token_latency", "availability"}
} else := "availability" if {
	name == "error_ratio"
} else := "throughput" if {
	name in {"throughput", "goodput"}
} else := "throughput" if {
	endswith(name, "_throughput")
}

is_load(evidence) if evidence.kind == "load"

# What shows nothing of a service at work.
at_rest := {
	"quality": "the result of an evaluation",
	"security": "the report of a scanner",
	"supply": "a bill of materials",
}

last(pointer) := parts[count(parts) - 1] if parts := split(pointer, "/")

# What a field of that name holds; undefined for names that promise nothing.
held(field) := holds if {
	some holds in [
		{"ends": ["_ms", "_millis", "_milliseconds"], "dimension": "time", "units": {"ms", "milliseconds", "ms/token"}, "words": "milliseconds"},
		{"ends": ["_seconds", "_secs"], "dimension": "time", "units": {"s", "sec", "seconds", "s/token"}, "words": "seconds"},
		{"ends": ["_minutes", "_mins"], "dimension": "time", "units": {"m", "min", "minutes"}, "words": "minutes"},
		{"ends": ["_ratio"], "dimension": "ratio", "units": {"ratio"}, "words": "a ratio"},
		{"ends": ["_percent", "_pct"], "dimension": "ratio", "units": {"percent", "%"}, "words": "percent"},
		{"ends": ["_bytes"], "dimension": "bytes", "units": {"bytes", "B"}, "words": "bytes"},
		{"ends": ["_requests", "_count", "_tokens", "_prompts", "_samples", "_replicas"], "dimension": "count", "units": set(), "words": "a number"},
	]
	strings.any_suffix_match(sprintf("_%s", [field]), holds.ends)
}

differs(holds, _, dimension) if {
	dimension != "none"
	dimension != holds.dimension
}

# The same dimension in another unit, where each unit is one that is known.
differs(holds, unit, dimension) if {
	dimension == holds.dimension
	count(holds.units) > 0
	some other in [{"ms", "ms/token"}, {"s", "s/token"}, {"ratio"}, {"percent", "%"}]
	unit in other
	count(other & holds.units) == 0
}
