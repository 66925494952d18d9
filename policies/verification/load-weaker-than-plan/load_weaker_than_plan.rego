# METADATA
# title: Load test is weaker than the plan
# description: |
#   A latency is shown for the load at which it was measured, so a blocking load item that verifies an objective must
#   test what the specification plans. Per replica, that is the peak divided by the replicas that carry it: the most
#   replicas, less those whose loss is tolerated. Prompts and answers must be at least as long as the median of the
#   traffic, less 10 %. Where replicas are added under load, the ones that run carry more until a new one is ready, so
#   the test must last two cold starts. What the item states in `conditions` counts, and what its file states
#   where the item states nothing; a file below the stated conditions is another finding. A weaker item is fine
#   beside another blocking load item that verifies the same objective at the plan.
# related_resources:
#   - description: Site Reliability Engineering, Testing for Reliability
#     ref: https://sre.google/sre-book/testing-reliability/
#   - description: Site Reliability Engineering, Addressing Cascading Failures (test until it breaks, at the planned load)
#     ref: https://sre.google/sre-book/addressing-cascading-failures/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: load
#   help: Run the load test at the load, with the token lengths and for as long as the specification plans.
package servelint.rules.verification["load-weaker-than-plan"]

import data.servelint.lib.measured
import data.servelint.lib.refs
import data.servelint.lib.text

finding contains {"at": test.at, "message": message, "related": related} if {
	some test in tested
	test.what == "rate"
	not rate_fits(test)
	alone(test)
	message := sprintf("%s tests %v requests/s on %s, but at the peak of %v requests/s each of the %s that are left carries %v", [
		test.name,
		measured.number(test.value),
		text.counted(test.replicas, "replica"),
		input.serving.spec.traffic.peakRps,
		text.counted(carrying, "replica"),
		text.number(share),
	])
	related := [
		{"at": ["serving", "spec", "traffic", "peakRps"], "message": "the peak"},
		{"at": ["serving", "spec", "capacity", "replicas"], "message": "the replicas"},
	]
}

finding contains {"at": test.at, "message": message, "related": related} if {
	some test in tested
	words := {"inputTokens": "prompts", "outputTokens": "answers"}[test.what]
	planned := input.serving.spec.traffic[test.what].p50
	test.value < planned * 0.9
	alone(test)
	message := sprintf("%s tests %s of %v tokens, but half of the %s have more than %v", [
		test.name,
		words,
		measured.number(test.value),
		words,
		planned,
	])
	related := [{"at": ["serving", "spec", "traffic", test.what, "p50"], "message": "the traffic"}]
}

finding contains {"at": test.at, "message": message, "related": related} if {
	some test in tested
	test.what == "duration"
	test.value < shortest
	alone(test)
	message := sprintf("%s tests for %s, but a replica needs %s to start; the test must last at least %s", [
		test.name,
		text.duration(test.value),
		text.duration(cold_start),
		text.duration(shortest),
	])
	related := [{"at": ["serving", "spec", "capacity", "coldStart"], "message": "the cold start"}]
}

# What the blocking load items for an objective test: as they state it, else as their files do.
tested := array.concat(stated, found)

stated := [test |
	some entry in claims
	some [what, key] in [["rate", "offeredRps"], ["inputTokens", "inputTokens"], ["outputTokens", "outputTokens"]]
	value := entry.item.conditions[key]
	is_number(value)
	test := part(entry, what, value, array.concat(entry.at, ["conditions", key]), object.get(entry.item, ["conditions", "replicas"], 1))
]

stated_durations := [test |
	some entry in claims
	value := input.checklists[entry.at[1]].facts.spec.items[entry.at[4]].conditions.duration
	is_number(value)
	test := part(entry, "duration", value, array.concat(entry.at, ["conditions", "duration"]), 1)
]

found := array.concat(stated_durations, [test |
	some entry in claims
	some result in entry.facts.results
	some [what, key, value] in told(result.evidence)
	not states(entry.item, key)
	replicas := object.get(result.evidence.subject, "replicas", object.get(entry.item, ["conditions", "replicas"], 1))
	test := part(entry, what, value, array.concat(["checklists", entry.at[1]], result.at), replicas)
])

part(entry, what, value, at, replicas) := {
	"name": measured.item_name(entry.item, entry.at[4]),
	"targets": {target | some target in entry.item.verifies; startswith(target, "slo/")},
	"what": what,
	"value": value,
	"at": at,
	"replicas": replicas,
}

states(item, key) if item.conditions[key]

told(evidence) := array.concat(
	[["rate", "offeredRps", rate] | some [rate, _] in measured.rates(evidence)],
	[[what, key, value] |
		some [what, key, value] in [
			["inputTokens", "inputTokens", object.get(evidence.subject, "inputTokens", null)],
			["outputTokens", "outputTokens", object.get(evidence.subject, "outputTokens", null)],
			["duration", "duration", object.get(evidence, "durationSeconds", null)],
		]
		is_number(value)
	],
)

claims := [entry |
	some entry in refs.items
	entry.item.category == "load"
	entry.item.gate == "blocking"
	some target in entry.item.verifies
	startswith(target, "slo/")
]

# No other test of the kind is at the plan for one of its objectives.
alone(test) if {
	some target in test.targets
	what := test.what
	not covered(what, target)
}

covered(what, target) if {
	some test in tested
	test.what == what
	target in test.targets
	fits(test)
}

fits(test) if {
	test.what == "rate"
	rate_fits(test)
}

fits(test) if test.value >= input.serving.spec.traffic[test.what].p50 * 0.9

fits(test) if {
	test.what == "duration"
	test.value >= shortest
}

# The whole fleet at peak is the plan as well, however many replicas it has.
rate_fits(test) if test.value >= input.serving.spec.traffic.peakRps * 0.98

rate_fits(test) if test.value / test.replicas >= share * 0.98

# Undefined where the plan does not tell what a replica carries: then nothing is too little.
rate_fits(_) if not share

share := input.serving.spec.traffic.peakRps / carrying

carrying := left if {
	left := input.serving.spec.capacity.replicas.max - object.get(input.serving, ["facts", "capacity", "lostReplicas"], 0)
	left > 0
}

cold_start := seconds if {
	replicas := input.serving.spec.capacity.replicas
	replicas.min < replicas.max
	seconds := input.serving.facts.spec.capacity.coldStart
}

shortest := cold_start * 2
