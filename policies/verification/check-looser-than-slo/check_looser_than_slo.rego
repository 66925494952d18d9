# METADATA
# title: Check is looser than the objective that it verifies
# description: |
#   An item that says it verifies `slo/<name>` must not pass where the SLO fails. A check can be looser in
#   four ways: a threshold beyond the SLO's value (often through a unit: 0.8 s, 800 ms), a weaker statistic
#   (p95 or the mean for an SLO at p99), an error or success ratio beyond the SLO's target, and an operator
#   that points the wrong way. The same applies to `rollback/rto`. Values are compared after conversion to
#   one unit; equal is not looser.
# related_resources:
#   - description: Site Reliability Engineering, Service Level Objectives
#     ref: https://sre.google/sre-book/service-level-objectives/
# custom:
#   severity: error
#   applies_to: [Review]
#   since: 0.1.0
#   help: Make the check at least as strict as the objective.
#   reworded:
#     - now: "item `{}` passes when slower than {}, but SLO `{}` allows at most {}"
#       then: "item `{}` passes when slower than {}, but SLO `{}` wants at most {}"
#     - now: "item `{}` checks the {}, but SLO `{}` limits the {}"
#       then: "item `{}` checks the {}, but SLO `{}` is about the {}"
#     - now: "item `{}` passes at {}, but SLO `{}` requires {}"
#       then: "item `{}` passes at {}, but SLO `{}` wants {}"
package servelint.rules.verification["check-looser-than-slo"]

import data.servelint.lib.refs
import data.servelint.lib.text

finding contains {"at": array.concat(check.entry.at, ["threshold"]), "message": message, "related": related} if {
	some check in latency_checks
	check.entry.item.op in {"lte", "lt"}
	check.seconds > check.limit
	times := text.durations(check.seconds, check.limit)
	message := sprintf("item `%s` passes up to %s, but SLO `%s` allows %s", [
		check.entry.item.id,
		times[0],
		check.slo.name,
		times[1],
	])
	related := [{"at": ["serving", "spec", "slos", check.index, "value"], "message": "the objective"}]
}

finding contains {"at": array.concat(check.entry.at, ["op"]), "message": message, "related": related} if {
	some check in latency_checks
	check.entry.item.op in {"gte", "gt"}
	times := text.durations(check.seconds, check.limit)
	message := sprintf("item `%s` passes when slower than %s, but SLO `%s` allows at most %s", [
		check.entry.item.id,
		times[0],
		check.slo.name,
		times[1],
	])
	related := [{"at": ["serving", "spec", "slos", check.index, "value"], "message": "the objective"}]
}

finding contains {"at": array.concat(check.entry.at, ["metric", "statistic"]), "message": message, "related": related} if {
	some check in latency_checks
	statistic := check.entry.item.metric.statistic
	percentile := input.serving.facts.slos[check.index].percentile
	strength(statistic) < strength(percentile)
	message := sprintf("item `%s` checks the %s, but SLO `%s` limits the %s", [
		check.entry.item.id,
		statistic,
		check.slo.name,
		percentile,
	])
	related := [{"at": ["serving", "spec", "slos", check.index, "target"], "message": "the target sets the percentile"}]
}

# 1 - 0.9 is a little under 0.1 in binary, hence the tolerance.
finding contains {"at": array.concat(entry.at, ["threshold"]), "message": message, "related": related} if {
	some [entry, i, slo] in verified
	ratio := entry.facts.thresholdRatio
	slo.indicator.type == "availability"
	floor_ratio := success(entry.item.op, ratio)
	slo.target < 1
	slo.target - floor_ratio > 0.000000001
	message := sprintf("item `%s` passes at %s success, but SLO `%s` requires %s", [
		entry.item.id,
		text.percent(floor_ratio),
		slo.name,
		text.percent(slo.target),
	])
	related := [{"at": ["serving", "spec", "slos", i, "target"], "message": "the objective"}]
}

# Throughput, goodput and quality: compared only where the item measures what the SLO names, in plain numbers.
finding contains {"at": array.concat(entry.at, ["threshold"]), "message": message, "related": related} if {
	some [entry, i, slo] in verified
	is_number(entry.item.threshold)
	slo.indicator.type in {"throughput", "goodput", "quality"}
	slo.indicator.type == entry.item.metric.name
	is_number(slo.value)
	looser(entry.item.op, entry.item.threshold, slo.value)
	message := sprintf("item `%s` passes at %v, but SLO `%s` requires %v", [entry.item.id, entry.item.threshold, slo.name, slo.value])
	related := [{"at": ["serving", "spec", "slos", i, "value"], "message": "the objective"}]
}

finding contains {"at": array.concat(entry.at, ["threshold"]), "message": message, "related": related} if {
	some entry in refs.items
	"rollback/rto" in entry.item.verifies
	entry.item.op in {"lte", "lt"}
	entry.facts.thresholdSeconds > input.serving.facts.spec.rollback.rto
	message := sprintf("item `%s` passes a rollback of %s, but the spec promises %s", [
		entry.item.id,
		text.duration(entry.facts.thresholdSeconds),
		input.serving.spec.rollback.rto,
	])
	related := [{"at": ["serving", "spec", "rollback", "rto"], "message": "the promise"}]
}

# Items with a time as threshold beside each latency SLO that they verify and whose metric they may measure.
latency_checks contains {"entry": entry, "seconds": seconds, "index": i, "slo": slo, "limit": limit} if {
	some [entry, i, slo] in verified
	seconds := entry.facts.thresholdSeconds
	limit := input.serving.facts.slos[i].valueSeconds
	comparable(entry.item.metric.name, slo.indicator.type)
}

# Items beside each SLO that they verify.
verified := [[entry, i, slo] |
	by_target := {sprintf("slo/%s", [slo.name]): i | some i, slo in input.serving.spec.slos}
	some entry in refs.items
	some target in entry.item.verifies
	i := by_target[target]
	slo := input.serving.spec.slos[i]
]

comparable(name, type) if name == type

comparable(name, _) if not name in latencies

latencies := {"request_latency", "time_to_first_token", "time_per_output_token", "inter_token_latency"}

# A maximum is stronger than every percentile: it has no strength, which is less than none.
strength("mean") := 0

strength(percentile) := to_number(trim_prefix(percentile, "p")) if {
	startswith(percentile, "p")
	percentile != "phase"
}

success(op, ratio) := ratio if op in {"gte", "gt"}

success(op, ratio) := 1 - ratio if op in {"lte", "lt"}

looser(op, threshold, value) if {
	op in {"gte", "gt"}
	threshold < value
}

looser(op, threshold, value) if {
	op in {"lte", "lt"}
	threshold > value
}
