# METADATA
# title: Decision has no evidence
# description: |
#   An outcome without a linked result is an opinion, and performance is the dimension where opinions are
#   most often wrong. The outcome of a decision needs at least one piece of evidence, and every performance
#   rating at least one measured file: a benchmark result, not a document about it (`.md`, `.rst`, `.adoc`,
#   `.docx`, `.pdf`). An option that a hard constraint rules out needs no measurement. Rejected, deprecated
#   and superseded decisions are exempt. Remote evidence is never fetched: an outcome, or a performance
#   rating, that rests on nothing else is attested by whoever wrote it, which in production is a warning.
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

finding contains {
	"at": ["spec", "decisions", i, "outcome", "evidence"],
	"message": message,
	"severity": "warning",
	"help": "Keep a copy of the result in the repository and link it beside the address.",
} if {
	some i, decision in input.spec.decisions
	stands(decision)
	chosen := decision.outcome.chosen
	remote(decision.outcome)
	message := sprintf("the choice of `%s` in decision `%v` rests on `%s` alone, which is not fetched: nothing here shows what it says", [
		chosen,
		object.get(decision, "id", i + 1),
		refs.path(decision.outcome.evidence[0]),
	])
}

finding contains {
	"at": ["spec", "decisions", i, "options", j, "tradeoffs", "performance", "evidence"],
	"message": message,
	"severity": "warning",
	"help": "Keep a copy of the result in the repository and link it beside the address.",
} if {
	some i, decision in input.spec.decisions
	stands(decision)
	some j, option in decision.options
	not ruled_out(option)
	judged := option.tradeoffs.performance
	remote(judged)
	message := sprintf("the performance rating of option `%v` of decision `%v` rests on `%s` alone, which is not fetched: nothing here shows what it says", [
		object.get(option, "id", j + 1),
		object.get(decision, "id", i + 1),
		refs.path(judged.evidence[0]),
	])
}

# True where all of the evidence is elsewhere.
remote(judged) if {
	refs.collected(judged)
	every evidence in judged.evidence { contains(refs.path(evidence), "://") }
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
