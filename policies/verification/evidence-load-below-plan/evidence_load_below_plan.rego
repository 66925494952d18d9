# METADATA
# title: Test load is below the planned load
# description: |
#   A latency is valid only up to the load at which it was measured. The rate that was asked for and the
#   rate that was reached must both be at least 98 % of the item's `conditions.offeredRps`, and the test
#   must have lasted at least 98 % of `conditions.duration`: caches, queues and autoscalers need time to
#   show their worst. Values that the file does not state are listed under *not checked*.
# related_resources:
#   - description: Site Reliability Engineering, Testing for Reliability
#     ref: https://sre.google/sre-book/testing-reliability/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist]
#   since: 0.1.0
#   gate: load
#   help: Run the test again at the planned rate and for the planned time.
#   reworded:
#     - now: "{item} plans {planned} requests/s, but `{path}` reached {rate}"
#       then: "{item} is about {planned} requests/s, but in `{path}` {rate} were reached"
#     - now: "{item} plans {planned} requests/s, but `{path}` asked for only {rate}"
#       then: "{item} is about {planned} requests/s, but in `{path}` {rate} were asked for"
#     - now: "{} plans a test of {}, but the test in `{}` lasted {}"
#       then: "{} is about a test of {}, but that of `{}` lasted {}"
package servelint.rules.verification["evidence-load-below-plan"]

import data.servelint.lib.measured
import data.servelint.lib.text

finding contains violation if {
	some row in measured.rows
	planned := row.item.conditions.offeredRps
	some [rate, verb] in measured.rates(row.result.evidence)
	rate < planned * 0.98
	message := sprintf("%s plans %v requests/s, but `%s` %s %v", [
		row.name,
		planned,
		row.result.path,
		told(verb),
		measured.number(rate),
	])
	violation := object.union({"at": row.at, "message": message, "related": plan(row, "offeredRps")}, measured.mild(row.item))
}

finding contains violation if {
	some row in measured.rows
	planned := input.facts.spec.items[row.at[2]].conditions.duration
	lasted := row.result.evidence.durationSeconds
	lasted < planned * 0.98
	times := text.durations(planned, lasted)
	message := sprintf("%s plans a test of %s, but the test in `%s` lasted %s", [
		row.name,
		times[0],
		row.result.path,
		times[1],
	])
	violation := object.union({"at": row.at, "message": message, "related": plan(row, "duration")}, measured.mild(row.item))
}

told("reached") := "reached"

told("asked for") := "asked for only"

plan(row, key) := [{"at": array.concat(array.slice(row.at, 0, 3), ["conditions", key]), "message": "the plan"}]
