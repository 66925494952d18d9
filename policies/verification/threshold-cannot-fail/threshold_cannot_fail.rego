# METADATA
# title: Threshold holds for every possible value
# description: |
#   A check that nothing can fail shows nothing. Times, ratios, rates, sizes and numbers are never below 0, and a ratio is
#   never above 1, so `gte 0`, or `lte 100` percent, always holds; an analysis that fails `lt 0` never fails. A blocking
#   load item that is met by a single request, such as `gte 1` of a number of answers, shows that the service runs,
#   and nothing about its load. Analyses are compared by the name of their metric (`_ratio`, `_rate`, `_seconds` and the
#   like) and by the indicator of their objective; what may be negative by its name, such as a difference or a score, is
#   left alone.
# related_resources:
#   - description: Site Reliability Engineering, Testing for Reliability
#     ref: https://sre.google/sre-book/testing-reliability/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist, ServingSpec]
#   since: 0.2.0
#   help: Set the threshold at the value from which the release must stop.
package servelint.rules.verification["threshold-cannot-fail"]

import data.servelint.lib.measured

finding contains violation if {
	some i, item in input.spec.items
	why := always_holds(item.op, item.threshold, input.facts.items[i])
	message := sprintf("%s cannot fail: `%s %v` holds for every value, because %s", [
		measured.item_name(item, i),
		item.op,
		item.threshold,
		why,
	])
	violation := object.union({"at": ["spec", "items", i, "threshold"], "message": message}, measured.mild(item))
}

finding contains {
	"at": ["spec", "items", i, "threshold"],
	"message": message,
	"severity": "warning",
	"help": "Measure a ratio, a rate or a latency over the requests of the test, or the number that the plan asks for.",
} if {
	some i, item in input.spec.items
	item.category == "load"
	item.gate == "blocking"
	input.facts.items[i].dimension == "count"
	is_first(item.op, item.threshold)
	not is_of_scale(item.metric.name)
	message := sprintf("%s is met by the first of `%s`, so it shows nothing about load", [measured.item_name(item, i), item.metric.name])
}

finding contains {"at": ["spec", "rollout", "analysis", i, "threshold"], "message": message} if {
	some i, analysis in input.spec.rollout.analysis
	why := never_fails(analysis, i)
	message := sprintf("analysis `%v` cannot fail: it fails at `%s %v`, and %s", [
		object.get(analysis, "name", i + 1),
		analysis.op,
		analysis.threshold,
		why,
	])
}

always_holds("gte", threshold, facts) := below(facts.dimension) if threshold <= 0

always_holds("gt", threshold, facts) := below(facts.dimension) if threshold < 0

always_holds("lte", _, facts) := "a ratio is never above 1" if facts.thresholdRatio >= 1

always_holds("lt", _, facts) := "a ratio is never above 1" if facts.thresholdRatio > 1

below(dimension) := {
	"time": "a time is never below 0",
	"ratio": "a ratio is never below 0",
	"rate": "a rate is never below 0",
	"count": "a number of things is never below 0",
	"bytes": "a size is never below 0",
}[dimension]

is_first("gte", threshold) if {
	threshold > 0
	threshold <= 1
}

is_first("gt", threshold) if {
	threshold >= 0
	threshold < 1
}

is_of_scale(name) if {
	some word in ["replica", "pod", "node", "scale", "zone", "region", "gpu"]
	contains(lower(name), word)
}

never_fails(analysis, _) := why if {
	analysis.op in {"lt", "lte"}
	is_number(analysis.threshold)
	beneath(analysis.op, analysis.threshold)
	why := measures(object.get(analysis, "metric", ""))
}

never_fails(analysis, _) := "a ratio is never above 1" if {
	analysis.op in {"gt", "gte"}
	is_number(analysis.threshold)
	endswith(lower(analysis.metric), "_ratio")
	above(analysis.op, analysis.threshold)
}

# The threshold of a latency is a duration.
never_fails(analysis, i) := "a time is never below 0" if {
	analysis.op in {"lt", "lte"}
	beneath(analysis.op, input.facts.spec.rollout.analysis[i].threshold)
	threshold := analysis.threshold
	not is_number(threshold)
}

# `lte 0` fails at exactly 0, which a broken metric shows.
beneath("lt", threshold) if threshold <= 0

beneath("lte", threshold) if threshold < 0

above("gt", threshold) if threshold >= 1

above("gte", threshold) if threshold > 1

measures(metric) := "a rate is never below 0" if {
	endswith(lower(metric), "_rate")
} else := "a ratio is never below 0" if {
	strings.any_suffix_match(lower(metric), ["_ratio", "_percent"])
} else := "a time is never below 0" if {
	strings.any_suffix_match(lower(metric), ["_seconds", "_ms", "latency", "duration"])
} else := "a number of things is never below 0" if {
	strings.any_suffix_match(lower(metric), ["_count", "_total", "_bytes"])
}
