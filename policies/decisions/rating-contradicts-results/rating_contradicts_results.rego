# METADATA
# title: Performance rating contradicts the measured results
# description: |
#   Where the results of two options are in files of load tests that servelint reads, their order is no
#   matter of opinion. An option that was faster by more than 10 % in the latency objectives that drive the
#   decision (in all latency objectives, where no driver names one), under at least as much load and with
#   requests at least as long, is not rated lower in performance than the other. Loads and lengths count as
#   the same within 10 %. Results that show no such order are not compared, nor is an option that fails more
#   often.
# related_resources:
#   - description: MADR, pros and cons of the options
#     ref: https://adr.github.io/madr/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: evidence
#   help: Rate the options in the order of their results, and decide again if that changes which is best.
package servelint.rules.decisions["rating-contradicts-results"]

import data.servelint.lib.measured
import data.servelint.lib.text

finding contains {"at": array.concat(under.at, ["rating"]), "message": message, "related": related} if {
	some d, log in input.decisions
	some i, decision in log.spec.decisions
	object.get(decision, "status", "proposed") in {"accepted", "proposed"}
	rows := rated(d, log, i, decision)
	deciding := objectives(decision)
	some under in rows
	some over in rows
	rank(under.rating) < rank(over.rating)
	shown := [shows | some faster in under.results; some slower in over.results; shows := beats(faster, slower, deciding)]
	count(shown) > 0
	count(shown) == count(under.results) * count(over.results)
	best := shown[0]
	message := sprintf("decision `%v` rates the performance of `%v` `%s` and that of `%v` `%s`, but `%v` has a %s of %s at %v requests/s (`%s`), and `%v` %s at %v requests/s (`%s`)", [
		object.get(decision, "id", i + 1),
		under.id,
		under.rating,
		over.id,
		over.rating,
		under.id,
		best.what,
		best.values[0],
		best.loads[0],
		best.paths[0],
		over.id,
		best.values[1],
		best.loads[1],
		best.paths[1],
	])
	related := [{"at": array.concat(over.at, ["rating"]), "message": "rated higher"}]
}

rank("worse") := 0

rank("neutral") := 1

rank("better") := 2

# The options of a decision whose performance is rated and was measured.
rated(d, log, i, decision) := [{
	"at": ["decisions", d, "spec", "decisions", i, "options", j, "tradeoffs", "performance"],
	"id": object.get(option, "id", j + 1),
	"rating": option.tradeoffs.performance.rating,
	"results": results,
} |
	some j, option in decision.options
	place := ["spec", "decisions", i, "options", j, "tradeoffs", "performance", "evidence"]
	results := [result |
		some result in log.facts.results
		array.slice(result.at, 0, 8) == place
		result.evidence
	]
	count(results) > 0
]

# The latency objectives that decide: those that a driver names, or all.
objectives(decision) := driving if {
	driving := [row | some row in latencies; some driver in decision.drivers; driver in {row.name, sprintf("slo/%s", [row.name])}]
	count(driving) > 0
} else := latencies

latencies := [{"name": slo.name, "metric": slo.indicator.type, "statistic": percentile} |
	some i, slo in input.serving.spec.slos
	percentile := input.serving.facts.slos[i].percentile
]

# What shows that one result is better than another; undefined where nothing does.
beats(faster, slower, deciding) := {
	"what": sprintf("%s %s", [first.statistic, first.metric]),
	"values": text.durations(first.values[0], first.values[1]),
	"loads": [shown | some rate in loads; shown := round(rate * 100) / 100],
	"paths": [faster.path, slower.path],
} if {
	faster.path != slower.path
	loads := [load(faster.evidence), load(slower.evidence)]
	loads[0] >= loads[1] * 0.9
	as_long(faster, slower)
	object.get(faster, "errorRatio", 0) <= object.get(slower, "errorRatio", 0) + 0.01
	compared := [pair | some objective in deciding; pair := both(faster.evidence, slower.evidence, objective)]
	count(compared) > 0
	every pair in compared { pair.values[0] < pair.values[1] * 0.9 }
	first := compared[0]
}

both(one, other, objective) := object.union(objective, {"values": [value(one, objective), value(other, objective)]})

value(evidence, objective) := found[0] if {
	found := [measurement.value |
		some measurement in evidence.measurements
		measurement.metric == objective.metric
		measurement.statistic == objective.statistic
		measurement.unit == "s"
		is_number(measurement.value)
	]
	count(found) > 0
}

load(evidence) := rates[0][0] if {
	rates := measured.rates(evidence)
	count(rates) > 0
}

# Requests of unknown length count as alike.
as_long(faster, slower) if {
	every key in ["inputTokens", "outputTokens"] {
		other := object.get(slower.evidence, ["subject", key], 0)
		object.get(faster.evidence, ["subject", key], other) >= other * 0.9
	}
}
