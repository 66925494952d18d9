# METADATA
# title: Decision has no evidence
# description: |
#   An outcome without a linked result is an opinion, and performance is the dimension where opinions are
#   most often wrong. The outcome of a decision needs at least one piece of evidence, and every performance
#   rating at least one measured file: a benchmark result, not a document about it (`.md`, `.rst`, `.adoc`,
#   `.docx`, `.pdf`). An option that a hard constraint rules out needs no measurement. Rejected, deprecated
#   and superseded decisions are exempt.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [DecisionLog]
#   since: 0.1.0
#   gate: evidence
#   help: Link the result files that the decision relies on, relative to the repository.
package servelint.rules.decisions["decision-evidence"]

import data.servelint.lib.refs

finding contains {"at": ["spec", "decisions", i, "outcome", "evidence"], "message": message} if {
	some i, decision in input.spec.decisions
	stands(decision)
	chosen := decision.outcome.chosen
	not refs.collected(decision.outcome)
	message := sprintf("decision `%v` chooses `%s` without any evidence", [object.get(decision, "id", i + 1), chosen])
}

finding contains {"at": ["spec", "decisions", i, "options", j, "tradeoffs", "performance", "evidence"], "message": message} if {
	some i, decision in input.spec.decisions
	stands(decision)
	some j, option in decision.options
	not ruled_out(option)
	judged := option.tradeoffs.performance
	rating := judged.rating
	not measured(judged)
	message := sprintf("performance of option `%v` of decision `%v` is rated `%s` without a measured result%s", [
		object.get(option, "id", j + 1),
		object.get(decision, "id", i + 1),
		rating,
		instead(judged),
	])
}

stands(decision) if object.get(decision, "status", "proposed") in {"accepted", "proposed"}

ruled_out(option) if option.meetsConstraints == false

measured(judged) if {
	some evidence in judged.evidence
	not prose(refs.path(evidence))
}

prose(path) if {
	parts := split(lower(path), "#")
	strings.any_suffix_match(parts[0], [".md", ".rst", ".adoc", ".docx", ".pdf"])
}

instead(judged) := sprintf("; `%s` is a document", [refs.path(judged.evidence[0])])

instead(judged) := "" if not refs.collected(judged)
