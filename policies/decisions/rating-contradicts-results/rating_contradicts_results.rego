# METADATA
# title: Performance rating contradicts the measured results
# description: |
#   Where the results of two options are in files of load tests that servelint reads, their order is no
#   matter of opinion. An option that was faster by more than 10 % in the latency objectives that drive the
#   decision (in all latency objectives, where no driver names one), under at least as much load and with
#   requests at least as long, is not rated lower in performance than the other. Loads and lengths count as
#   the same within 10 %. Results that show no such order are not compared, nor is an option that fails more
#   often. Two ratings with a `claim` about the same metric and statistic are in the order of the values that
#   were measured for the claims, whatever the drivers are.
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

finding contains {"at": array.concat(pair.under.at, ["rating"]), "message": message, "related": related} if {
	some pair in measured_pairs
	message := sprintf("decision `%v` rates the performance of `%v` `%s` and that of `%v` `%s`, but `%v` has a %s of %s at %v requests/s (`%s`), and `%v` %s at %v requests/s (`%s`)", [
		pair.decision,
		pair.under.id,
		pair.under.rating,
		pair.over.id,
		pair.over.rating,
		pair.under.id,
		pair.best.what,
		pair.best.values[0],
		pair.best.loads[0],
		pair.best.paths[0],
		pair.over.id,
		pair.best.values[1],
		pair.best.loads[1],
		pair.best.paths[1],
	])
	related := [{"at": array.concat(pair.over.at, ["rating"]), "message": "rated higher"}]
}

finding contains {"at": array.concat(pair.under.at, ["rating"]), "message": message, "related": related} if {
	some pair in claimed_pairs
	not [pair.under.at, pair.over.at] in {[known.under.at, known.over.at] | some known in measured_pairs}
	message := sprintf("decision `%v` rates the performance of `%v` `%s` and that of `%v` `%s`, but for their claims `%v` measured a %s %s of %s, and `%v` %s", [
		pair.decision,
		pair.under.id,
		pair.under.rating,
		pair.over.id,
		pair.over.rating,
		pair.under.id,
		pair.under.claim.statistic,
		pair.under.claim.metric,
		measured.shown(pair.under.result),
		pair.over.id,
		measured.shown(pair.over.result),
	])
	related := [{"at": array.concat(pair.over.at, ["rating"]), "message": "rated higher"}]
}

# Ratings that contradict the results of their options.
measured_pairs := [pair |
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
	pair := {"decision": object.get(decision, "id", i + 1), "under": under, "over": over, "best": shown[0]}
]

# Ratings that contradict the values measured for their claims.
claimed_pairs := [pair |
	some d, log in input.decisions
	log.facts.claims
	some i, decision in log.spec.decisions
	object.get(decision, "status", "proposed") in {"accepted", "proposed"}
	rows := claims(d, log, i, decision)
	some under in rows
	some over in rows
	rank(under.rating) < rank(over.rating)
	under.claim.metric == over.claim.metric
	under.claim.statistic == over.claim.statistic
	under.result.unit == over.result.unit
	ahead(direction(under.claim.op), under.result.value, over.result.value)
	direction(under.claim.op) == direction(over.claim.op)
	under.path != over.path
	as_loaded(under.evidence, over.evidence)
	object.get(under.entry, "errorRatio", 0) <= object.get(over.entry, "errorRatio", 0) + 0.01
	pair := {"decision": object.get(decision, "id", i + 1), "under": under, "over": over}
]

# The options of a decision whose performance is rated by a claim with one result.
claims(d, log, i, decision) := [row |
	some claim in log.facts.claims
	array.slice(claim.at, 0, 4) == ["spec", "decisions", i, "options"]
	claim.at[6] == "performance"
	count(claim.results) == 1
	entry := claim.results[0]
	option := decision.options[claim.at[4]]
	row := {
		"at": array.concat(["decisions", d], array.slice(claim.at, 0, 7)),
		"id": object.get(option, "id", claim.at[4] + 1),
		"rating": option.tradeoffs.performance.rating,
		"claim": claim,
		"entry": entry,
		"path": entry.path,
		"evidence": entry.evidence,
		"result": entry.result,
	}
]

direction("lte") := "lower"

direction("lt") := "lower"

direction("gte") := "higher"

direction("gt") := "higher"

ahead("lower", value, other) if value < other * 0.9

ahead("higher", value, other) if value * 0.9 > other

# Where both files tell the load, the better one was reached under at least as much.
as_loaded(better, worse) if load(better) >= load(worse) * 0.9

as_loaded(better, worse) if {
	known := [rate | some evidence in [better, worse]; rate := load(evidence)]
	count(known) < 2
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
