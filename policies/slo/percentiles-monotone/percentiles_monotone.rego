# METADATA
# title: Lower percentile is allowed more time than a higher one
# description: |
#   For one indicator measured at one place, p50 is at most p95 and p95 at most p99, by definition. Where
#   the limits run the other way, the looser limit on the lower percentile can never be the one that is
#   missed: one of the two numbers is wrong, or the two SLOs were swapped.
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Raise the limit of the higher percentile, or lower that of the lower one.
package servelint.rules.slo["percentiles-monotone"]

import data.servelint.lib.compare

finding contains {
	"at": ["spec", "slos", low, "value"],
	"message": message,
	"related": [{"at": ["spec", "slos", high, "value"], "message": "the higher percentile has this limit"}],
} if {
	some low, looser in input.spec.slos
	type := looser.indicator.type
	looser.value
	some high, stricter in input.spec.slos
	type == stricter.indicator.type
	looser.target < stricter.target
	limited(looser)
	looser.indicator.measuredAt == stricter.indicator.measuredAt
	limited(stricter)
	input.facts.slos[low].valueSeconds > input.facts.slos[high].valueSeconds
	compare.above(input.facts.slos[low].valueSeconds, input.facts.slos[high].valueSeconds)
	message := sprintf("SLO `%s` allows `%s` at %s, more than the `%s` of `%s` at %s, so it can never be missed first", [
		looser.name,
		looser.value,
		input.facts.slos[low].percentile,
		stricter.value,
		stricter.name,
		input.facts.slos[high].percentile,
	])
}

# A percentile with an upper limit: neither a mean nor a lower limit.
limited(objective) if {
	objective.op in {"lte", "lt"}
	not objective.indicator.statistic == "mean"
}
