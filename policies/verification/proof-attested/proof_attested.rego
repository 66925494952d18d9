# METADATA
# title: A blocking load or canary item rests on a value that only its reference explains
# description: |
#   A number in plain JSON is whatever its reference says: nothing in the file tells the metric, the load, the model or the
#   time, so none of it can be compared. Such evidence is attested, never met. For an objective in production that is
#   for an approver to accept, not for the author: a blocking item of category `load` or `canary` that verifies an
#   objective, and whose every result is a selected value, escalates. A file of a load generator, an AnalysisRun or raw
#   samples state what they measured.
# related_resources:
#   - description: Site Reliability Engineering, Launch Coordination Checklist
#     ref: https://sre.google/sre-book/launch-checklist/
# custom:
#   severity: escalation
#   elsewhere: info
#   applies_to: [Review]
#   since: 0.2.0
#   gate: load
#   help: Give the file that the load generator or the analysis wrote, in its own format, so that what it measured can be compared.
package servelint.rules.verification["proof-attested"]

import data.servelint.lib.refs

finding contains {"at": array.concat(["checklists", entry.at[1]], results[0].at), "message": message} if {
	input.serving.spec.environment == "production"
	some entry in refs.items
	entry.item.category in {"load", "canary"}
	entry.item.gate == "blocking"
	entry.facts.standing.state == "attested"
	targets := [target | some target in entry.item.verifies; startswith(target, "slo/")]
	count(targets) > 0
	results := entry.facts.results
	count(results) > 0
	every result in results { result.format == "json" }
	message := sprintf("blocking item `%s` verifies `%s` by `%s` in `%s`, and nothing in that file tells what it measured", [
		entry.item.id,
		concat("`, `", targets),
		object.get(results[0], "select", "a value"),
		results[0].path,
	])
}
