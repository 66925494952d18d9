# METADATA
# title: Checklist item is not measurable
# description: |
#   "Latency is fine" cannot be verified; "p95 of time_to_first_token is at most 800 ms" can. Every item
#   needs a metric with name, statistic and unit, an operator and a threshold, and they must fit together: a
#   latency is a time, an `availability` or `..._ratio` a ratio or percent, a throughput a rate, and a phase
#   such as `Successful` is compared with `eq`. A unit that does not fit is how 800 ms becomes 800 s.
# related_resources:
#   - description: Site Reliability Engineering, Service Level Objectives
#     ref: https://sre.google/sre-book/service-level-objectives/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist]
#   since: 0.1.0
#   help: State metric (name, statistic, unit), `op` and `threshold` so that two people with the same result reach the same answer.
package servelint.rules.verification["item-measurable"]

finding contains {"at": ["spec", "items", i, key], "message": sprintf("item `%v` has no %s", [object.get(item, "id", i + 1), part])} if {
	some i in incomplete
	item := input.spec.items[i]
	some key, part in {"metric": "metric", "op": "operator (`op`)", "threshold": "threshold"}
	not given(item, key)
}

finding contains {"at": ["spec", "items", i, "metric", key], "message": message} if {
	some i in incomplete
	item := input.spec.items[i]
	item.metric
	some key in ["name", "statistic", "unit"]
	not given(item.metric, key)
	message := sprintf("the metric of item `%v` has no %s", [object.get(item, "id", i + 1), key])
}

finding contains {"at": ["spec", "items", i, "metric", "unit"], "message": message} if {
	some i, item in input.spec.items
	unit := item.metric.unit
	actual := input.facts.items[i].dimension
	wanted := expected(item.metric.name)
	actual != wanted
	not per_token(unit)
	message := sprintf("item `%v` measures `%s` in `%s`; it needs %s", [
		object.get(item, "id", i + 1),
		item.metric.name,
		unit,
		explained(wanted),
	])
}

finding contains {"at": ["spec", "items", i, "metric", "statistic"], "message": message} if {
	some i, item in input.spec.items
	statistic := item.metric.statistic
	why := unfit(statistic, input.facts.items[i].dimension)
	message := sprintf("item `%v` takes the statistic `%s` of a metric in `%s`; %s", [
		object.get(item, "id", i + 1),
		statistic,
		item.metric.unit,
		why,
	])
}

finding contains {"at": ["spec", "items", i, "op"], "message": message} if {
	some i, item in input.spec.items
	input.facts.items[i].dimension == "enum"
	op := item.op
	op != "eq"
	message := sprintf("item `%v` compares `%v` with `%s`; names have no order, use `eq`", [
		object.get(item, "id", i + 1),
		item.threshold,
		op,
	])
}

finding contains {"at": ["spec", "items", i, "threshold"], "message": message} if {
	some i, item in input.spec.items
	actual := input.facts.items[i].dimension
	mismatched(actual, item.threshold)
	message := sprintf("threshold `%v` of item `%v` does not fit the unit `%s`, which takes %s", [
		item.threshold,
		object.get(item, "id", i + 1),
		item.metric.unit,
		taken(actual),
	])
}

# A quoted number is text and would be compared with nothing.
finding contains {"at": ["spec", "items", i, "reported"], "message": message} if {
	some i, item in input.spec.items
	is_string(item.reported)
	is_number(item.threshold)
	message := sprintf("item `%v` reports the text `%s`, which cannot be compared with the threshold %v", [
		object.get(item, "id", i + 1),
		item.reported,
		item.threshold,
	])
}

# The items that do not say all of it. One look at each item spares most of them six.
incomplete := [i |
	some i, item in input.spec.items
	not complete(item)
]

complete(item) if {
	metric := item.metric
	stated := {metric, item.op, item.threshold, metric.name, metric.statistic, metric.unit}
	count(stated & {"", null}) == 0
}

# A threshold may be 0, which counts as given.
given(record, key) if {
	value := object.get(record, key, "")
	not value in {"", null}
}

# What a metric of that name is; undefined for names that promise nothing.
expected(name) := "time" if {
	strings.any_suffix_match(name, ["latency", "duration", "time_to_first_token", "time_per_output_token", "_seconds"])
} else := "ratio" if {
	name == "availability"
} else := "rate" if {
	name in {"throughput", "goodput"}
} else := "ratio" if {
	endswith(name, "_ratio")
} else := "bytes" if {
	endswith(name, "_bytes")
}

explained("time") := "a unit of time, such as `ms` or `s`"

explained("ratio") := "`ratio` or `percent`"

explained("rate") := "a rate, such as `queries/s` or `tokens/s`"

explained("bytes") := "a size, such as `bytes` or `GiB`"

# Why a statistic cannot be taken of values of that dimension.
unfit("phase", dimension) := "a phase has the unit `enum`" if dimension != "enum"

unfit("ratio", dimension) := "a ratio has the unit `ratio` or `percent`" if dimension != "ratio"

unfit("mean", "enum") := "names have no mean"

unfit("max", "enum") := "names have no order"

unfit(statistic, "enum") := "names have no percentiles" if startswith(statistic, "p9")

unfit("p50", "enum") := "names have no percentiles"

per_token(unit) if endswith(unit, "/token")

mismatched("enum", threshold) if is_number(threshold)

mismatched(dimension, threshold) if {
	dimension != "enum"
	is_string(threshold)
}

taken("enum") := "a name"

taken(dimension) := "a number" if dimension != "enum"
