# METADATA
# title: Objective stands in two places with two values
# description: |
#   The objective that was reviewed is the specification's; the one that pages people is in OpenSLO, Sloth or Pyrra. Where they
#   differ, one is forgotten: alerts fire too late, or the budget that a rollout may spend is another than thought. Compared are
#   the target (a ratio in OpenSLO, percent in Sloth and Pyrra), the window, and the limit of a latency where a query names its bucket.
#   An objective is matched by its name, which may follow the service's, else where there is just one about the same thing.
#   Alerts of Prometheus are compared by the budget that stands in their expression.
# related_resources:
#   - description: OpenSLO specification
#     ref: https://github.com/OpenSLO/OpenSLO
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Keep one of them as the source and make the other follow.
package servelint.rules.slo["slo-drift"]

import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {"at": manifest.place(pair.index, pair.found.target.at), "message": message, "related": said(pair, "target")} if {
	some pair in pairs
	wanted := input.serving.spec.slos[pair.slo].target
	differ(pair.found.target.value, wanted)
	message := sprintf("%s wants %s, but SLO `%s` of the specification wants %s", [
		pair.called,
		text.percent(pair.found.target.value),
		input.serving.spec.slos[pair.slo].name,
		text.percent(wanted),
	])
}

finding contains {"at": manifest.place(pair.index, pair.found.windowSeconds.at), "message": message, "related": said(pair, "window")} if {
	some pair in pairs
	wanted := input.serving.facts.slos[pair.slo].windowSeconds
	differ(pair.found.windowSeconds.value, wanted)
	message := sprintf("%s counts over %s, but SLO `%s` of the specification over %s", [
		pair.called,
		text.duration(pair.found.windowSeconds.value),
		input.serving.spec.slos[pair.slo].name,
		text.duration(wanted),
	])
}

finding contains {"at": manifest.place(pair.index, pair.found.thresholdSeconds.at), "message": message, "related": said(pair, "value")} if {
	some pair in pairs
	wanted := input.serving.facts.slos[pair.slo].valueSeconds
	differ(pair.found.thresholdSeconds.value, wanted)
	message := sprintf("%s counts what is within %s as good, but SLO `%s` of the specification allows %s", [
		pair.called,
		text.duration(pair.found.thresholdSeconds.value),
		input.serving.spec.slos[pair.slo].name,
		text.duration(wanted),
	])
}

finding contains {"at": manifest.place(i, alert.budgetRatio.at), "message": message, "related": related} if {
	count(budgets) > 0
	some i, artifact in input.artifacts
	some alert in artifact.facts.alerts
	found := alert.budgetRatio.value
	count([budget | some budget in budgets; not differ(found, budget)]) == 0
	message := sprintf("alert `%s` rests on a budget of %s, but the objectives of the specification leave %s", [
		alert.name,
		text.percent(found),
		concat(", ", sort([text.percent(budget) | some budget in budgets])),
	])
	related := [{"at": ["serving", "spec", "slos"], "message": "the objectives"}]
}

budgets contains 1 - slo.target if {
	some slo in input.serving.spec.slos
	slo.target < 1
}

pairs contains {"index": i, "found": found, "slo": s, "called": called(artifact, found)} if {
	some i, artifact in input.artifacts
	some found in artifact.facts.slos
	some s, _ in input.serving.spec.slos
	meant(found, s)
}

meant(found, s) if is_named(found, s)

meant(found, s) if {
	not matched(found)
	found.indicator == about(s)
	count([other | some other, _ in input.serving.spec.slos; about(other) == found.indicator]) == 1
	count([other | some artifact in input.artifacts; some other in artifact.facts.slos; other.indicator == found.indicator]) == 1
}

matched(found) if {
	some s, _ in input.serving.spec.slos
	is_named(found, s)
}

is_named(found, s) if {
	some name in [found.name, found.title]
	same(name, input.serving.spec.slos[s].name)
}

same(name, wanted) if lower(name) == lower(wanted)

same(name, wanted) if lower(name) == lower(sprintf("%s-%s", [input.service, wanted]))

about(s) := "availability" if input.serving.spec.slos[s].indicator.type == "availability"

about(s) := "latency" if input.serving.spec.slos[s].indicator.type == "request_latency"

called(artifact, found) := sprintf("objective `%s` of %s", [found.name, artifact.facts.platform])

said(pair, key) := [{"at": ["serving", "spec", "slos", pair.slo, key], "message": "what the specification says"}]

differ(a, b) if abs(a - b) > 0.000000001 + (abs(b) * 0.000000001)
