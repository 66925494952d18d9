# METADATA
# title: Constraint is not considered, or no reason to reject an option
# description: |
#   A hard constraint that no decision in force names was weighed by nobody: its id belongs into the
#   drivers, the context, a rationale, the justification or a reason to reject, or a checklist item verifies
#   `constraint/<id>`. An option with `meetsConstraints: false` is spared measurements and ratings, so its
#   `rejectedBecause` names the hard constraint that it breaks: one that exists, and not a soft one.
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Review]
#   since: 0.2.0
#   gate: options
#   help: Name the constraint by its id where the decision weighs it, and in `rejectedBecause` of each option that breaks it.
package servelint.rules.decisions["constraint-considered"]

import data.servelint.lib.refs

finding contains {"at": ["serving", "spec", "constraints", i], "message": message} if {
	count(live) > 0
	some i, constraint in input.serving.spec.constraints
	constraint.hard == true
	id := constraint.id
	not id in considered
	message := sprintf("no decision in force considers the hard constraint `%s`", [id])
}

finding contains {"at": array.concat(row.at, ["rejectedBecause"]), "message": message} if {
	some row in ruled_out
	count(row.named) == 0
	count(ids) > 0
	message := sprintf("option `%s` does not meet the hard constraints, but `rejectedBecause` does not name the one that it breaks%s", [
		row.id,
		hard_ones,
	])
}

finding contains {"at": array.concat(row.at, ["rejectedBecause"]), "message": message, "related": related} if {
	some row in ruled_out
	count(row.named) > 0
	soft := [i | some i, constraint in input.serving.spec.constraints; constraint.id in row.named; not constraint.hard]
	count(soft) == count(row.named)
	message := sprintf("option `%s` is ruled out by `%s`, which is not a hard constraint", [
		row.id,
		input.serving.spec.constraints[soft[0]].id,
	])
	related := [{"at": ["serving", "spec", "constraints", i], "message": "not hard"} | some i in soft]
}

# `C9` beside `C1`: it has the form of the ids in use, and is none.
finding contains {
	"at": array.concat(row.at, ["rejectedBecause"]),
	"message": sprintf("option `%s` is rejected for `%s`, which is not a constraint%s", [row.id, word, refs.hint(word, ids)]),
} if {
	some row in options
	some word in row.words
	regex.match(`^[A-Za-z]+-?[0-9]+$`, word)
	not known(word)
	stem := trim_right(word, "0123456789")
	stem in {trim_right(id, "0123456789") | some id in ids; trim_right(id, "0123456789") != id}
}

# The few that it can be.
hard_ones := sprintf("; known: `%s`", [concat("`, `", hard)]) if {
	hard := sort([constraint.id | some constraint in input.serving.spec.constraints; constraint.hard == true])
	count(hard) in {1, 2, 3, 4}
} else := ""

known(word) if {
	some names in refs.known
	names[word]
}

known(word) if {
	some names in refs.known
	is_set(names)
	word in names
}

ids := {constraint.id | some constraint in input.serving.spec.constraints}

live := [[d, i, decision] |
	some d, log in input.decisions
	some i, decision in log.spec.decisions
	object.get(decision, "status", "proposed") in {"accepted", "proposed"}
]

options := [{
	"at": ["decisions", d, "spec", "decisions", i, "options", j],
	"id": object.get(option, "id", j + 1),
	"option": option,
	"words": words,
	"named": words & ids,
} |
	some [d, i, decision] in live
	some j, option in decision.options
	words := words_of(object.get(option, "rejectedBecause", ""))
]

ruled_out := [row | some row in options; row.option.meetsConstraints == false]

# The words of all that a decision in force states, and what items verify.
considered := {word |
	some [_, _, decision] in live
	walk(decision, [_, said])
	is_string(said)
	some word in words_of(said)
} | {trim_prefix(target, "constraint/") |
	some entry in refs.items
	some target in entry.item.verifies
	startswith(target, "constraint/")
}

words_of(said) := {trim_right(word, ".") | some word in regex.split(`[^A-Za-z0-9._-]+`, said)}
