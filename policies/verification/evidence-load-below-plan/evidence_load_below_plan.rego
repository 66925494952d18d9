# METADATA
# title: Load of the test is below the planned load
# description: |
#   A latency holds at the load at which it was measured and says nothing about more. The rate that was asked for and the rate
#   that was reached must both be at least 98 % of the item's `conditions.offeredRps`, and the test must have lasted at least 98 %
#   of `conditions.duration`: caches, queues and autoscalers need time to show their worst. What the file does not tell is said
#   under *not checked*.
# related_resources:
#   - description: Site Reliability Engineering, Testing for Reliability
#     ref: https://sre.google/sre-book/testing-reliability/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist]
#   since: 0.1.0
#   help: Run the test again at the planned rate and for the planned time, or state the conditions that were really met.
package servelint.rules.verification["evidence-load-below-plan"]

import data.servelint.lib.measured
import data.servelint.lib.text

finding contains violation if {
	some row in measured.rows
	planned := row.item.conditions.offeredRps
	some [rate, verb] in rates(row.result.evidence)
	rate < planned * 0.98
	message := sprintf("%s is about %v requests/s, but in `%s` %v were %s", [
		row.name,
		planned,
		row.result.path,
		measured.number(rate),
		verb,
	])
	violation := object.union({"at": row.at, "message": message, "related": plan(row, "offeredRps")}, measured.mild(row.item))
}

finding contains violation if {
	some row in measured.rows
	planned := input.facts.spec.items[row.at[2]].conditions.duration
	lasted := row.result.evidence.durationSeconds
	lasted < planned * 0.98
	message := sprintf("%s is about a test of %s, but that of `%s` lasted %s", [
		row.name,
		text.duration(planned),
		row.result.path,
		text.duration(lasted),
	])
	violation := object.union({"at": row.at, "message": message, "related": plan(row, "duration")}, measured.mild(row.item))
}

# What was asked for is said only where it alone is too low: less cannot be reached than is asked for.
rates(evidence) := [[evidence.offeredRps, "asked for"]] if {
	is_number(evidence.offeredRps)
	object.get(evidence, "achievedRps", evidence.offeredRps) >= evidence.offeredRps * 0.98
} else := [[evidence.achievedRps, "reached"]] if {
	is_number(evidence.achievedRps)
} else := []

plan(row, key) := [{"at": array.concat(array.slice(row.at, 0, 3), ["conditions", key]), "message": "the plan"}]
