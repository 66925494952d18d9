# METADATA
# title: A blocking load or canary item rests on a result that nothing binds to what goes live
# description: |
#   A result proves something about what it was measured on. A number in plain JSON is whatever its reference says, and the
#   files of many load generators state a time and a rate, but neither a model nor a server. Such evidence is attested,
#   never met. For an objective in production that is for an approver to accept, not for the author: a blocking item of
#   category `load` or `canary` that verifies an objective escalates if none of its results names its subject (a model, an
#   image, the service of an analysis) or is bound to one by a statement beside it. A person's statement binds a file of a
#   known format; what a selected value of plain JSON is, only a recorded command shows.
# related_resources:
#   - description: Site Reliability Engineering, Launch Coordination Checklist
#     ref: https://sre.google/sre-book/launch-checklist/
#   - description: in-toto attestation framework, predicate "Test Result"
#     ref: https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md
# custom:
#   severity: escalation
#   elsewhere: info
#   applies_to: [Review]
#   since: 0.2.0
#   gate: load
#   help: Run the load test with `servelint evidence record`, or state with `servelint evidence bind` what an existing result was measured on. In place of a value in JSON, give the file that the load generator or the analysis wrote.
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
	every result in results { not is_shown(result) }
	message := sprintf("blocking item `%s` verifies `%s` by %s", [
		entry.item.id,
		concat("`, `", targets),
		why(results[0]),
	])
}

is_shown(result) if {
	result.namesSubject
	not is_value(result)
}

is_shown(result) if {
	result.binding.status == "bound"
	not is_value(result)
}

is_shown(result) if {
	result.binding.status == "bound"
	result.binding.kind == "recorded"
}

# One value of plain JSON, whether or not the reference states that it is one.
is_value(result) if result.format == "json"

is_value(result) if result.evidence.format == "json"

why(result) := sprintf("`%s` in `%s`, and nothing in that file tells what it measured", [
	object.get(result, "select", "a value"),
	result.path,
]) if {
	is_value(result)
} else := sprintf(
	"`%s`, which neither states what it measured nor is bound to it; `servelint evidence bind %s --spec FILE` binds it",
	[result.path, result.path],
)
