# METADATA
# title: Comparison points the wrong way
# description: |
#   A latency and an error ratio are good when they are low; throughput, goodput and availability are good when they are
#   high. An objective or a check that is met when a latency is high (`gte`) is met by every outage, and an analysis that
#   fails when a latency is low (`lt`) returns the good version and keeps the bad one. Names are those that tools give
#   (`ttft`, `e2el`, `success_rate`); any other metric is not judged.
# related_resources:
#   - description: OpenSLO, objectives (`op`)
#     ref: https://github.com/OpenSLO/OpenSLO#slo
#   - description: Argo Rollouts, success and failure conditions
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: error
#   applies_to: [ServingSpec, VerificationChecklist]
#   since: 0.2.0
#   help: Turn the comparison around.
package servelint.rules.slo["objective-direction"]

# An objective is met where its comparison holds.
finding contains {"at": ["spec", "slos", i, "op"], "message": message} if {
	some i, slo in input.spec.slos
	type := slo.indicator.type
	wrong := {"low": {"gt", "gte"}, "high": {"lt", "lte"}}[good(type)]
	slo.op in wrong
	message := sprintf("objective `%v` is met when `%s` is %s, but %s is good", [
		object.get(slo, "name", i + 1),
		type,
		opposite(good(type)),
		sprintf("a %s one", [good(type)]),
	])
}

# So is a check.
finding contains {"at": ["spec", "items", i, "op"], "message": message} if {
	some i, item in input.spec.items
	metric := input.facts.items[i].metric
	wrong := {"low": {"gt", "gte"}, "high": {"lt", "lte"}}[good(metric)]
	item.op in wrong
	message := sprintf("item `%v` is met when `%s` is %s, but %s is good", [
		object.get(item, "id", i + 1),
		item.metric.name,
		opposite(good(metric)),
		sprintf("a %s one", [good(metric)]),
	])
}

# An analysis fails where it does. That of an availability may count either side.
finding contains {"at": ["spec", "rollout", "analysis", i, "op"], "message": message, "related": related} if {
	some i, analysis in input.spec.rollout.analysis
	some s, slo in input.spec.slos
	slo.name == analysis.slo
	type := slo.indicator.type
	type != "availability"
	wrong := {"low": {"lt", "lte"}, "high": {"gt", "gte"}}[good(type)]
	analysis.op in wrong
	message := sprintf("analysis `%v` fails when `%s` is %s, which is good", [object.get(analysis, "name", i + 1), type, good(type)])
	related := [{"at": ["spec", "slos", s, "indicator", "type"], "message": "the objective"}]
}

good(metric) := "low" if {
	metric in {
		"request_latency",
		"time_to_first_token",
		"time_per_output_token",
		"inter_token_latency",
		"error_ratio",
	}
} else := "high" if {
	metric in {"availability", "throughput", "goodput"}
}

opposite("low") := "high"

opposite("high") := "low"
