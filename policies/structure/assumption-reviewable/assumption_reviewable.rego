# METADATA
# title: Assumption cannot be reviewed
# description: |
#   An assumption is useful only if a reviewer can find out that it is wrong. So each one needs an owner who
#   monitors it, `ifWrong` to say what happens then, and either a `basis` (a result, a checklist item or a
#   decision that supports it) or a `validateBy` date until which it will be checked. In production a date
#   alone is a warning: until then, only a `basis` or an item that lists `assumption/<id>` under `verifies`
#   shows that the assumption is true. A decision is no basis of an assumption that is one of its own
#   drivers. A specification without assumptions must state why there are none, since a forgotten list and
#   an empty one look the same.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec, Review]
#   since: 0.1.0
#   help: Give the assumption `owner`, `ifWrong`, and a `basis` or a `validateBy` date; for an empty list give `noAssumptions` with the reason.
#   reworded:
#     - now: "assumption `{}` does not state what happens if it is wrong (`ifWrong`)"
#       then: "assumption `{}` does not say what follows if it is wrong (`ifWrong`)"
#     - now: "no assumptions are listed and `noAssumptions` gives no reason"
#       then: "no assumptions are listed and `noAssumptions` does not say why"
package servelint.rules.structure["assumption-reviewable"]

import data.servelint.lib.fields

finding contains {"at": ["spec", "assumptions", i, "owner"], "message": message} if {
	some i, assumption in input.spec.assumptions
	not fields.filled(assumption, "owner")
	message := sprintf("assumption `%v` has no owner, so nobody will notice when it turns out wrong", [object.get(assumption, "id", i + 1)])
}

finding contains {"at": ["spec", "assumptions", i, "ifWrong"], "message": message} if {
	some i, assumption in input.spec.assumptions
	not fields.filled(assumption, "ifWrong")
	message := sprintf("assumption `%v` does not state what happens if it is wrong (`ifWrong`)", [object.get(assumption, "id", i + 1)])
}

finding contains {"at": ["spec", "assumptions", i, "validateBy"], "message": message} if {
	some i, assumption in input.spec.assumptions
	not assumption.validateBy
	not supported(assumption)
	message := sprintf("assumption `%v` has neither a `basis` nor a `validateBy` date, so it can never be checked", [object.get(assumption, "id", i + 1)])
}

finding contains {"at": ["spec", "noAssumptions"], "message": "no assumptions are listed and `noAssumptions` gives no reason"} if {
	input.spec.assumptions == []
	not fields.filled(input.spec, "noAssumptions")
}

finding contains {
	"at": ["serving", "spec", "assumptions", i, "basis"],
	"message": message,
	"severity": "warning",
	"help": "Give the assumption a `basis`, or add a checklist item that measures it and lists it under `verifies`.",
} if {
	input.serving.spec.environment == "production"
	some i, assumption in input.serving.spec.assumptions
	not supported(assumption)
	day := assumption.validateBy
	id := assumption.id
	target := sprintf("assumption/%s", [id])
	not target in verified
	message := sprintf("assumption `%s` has no `basis`, and no checklist item verifies it: until %s nothing shows that it is true", [id, day])
}

finding contains {
	"at": ["serving", "spec", "assumptions", i, "basis", "decision"],
	"message": message,
	"related": [{"at": ["decisions", d, "spec", "decisions", k, "drivers", n], "message": "the decision rests on the assumption"}],
	"help": "Name a result or a checklist item that supports the assumption.",
} if {
	some i, assumption in input.serving.spec.assumptions
	named := assumption.basis.decision
	some d, log in input.decisions
	some k, decision in log.spec.decisions
	decision.id == named
	some n, driver in decision.drivers
	driver in {assumption.id, sprintf("assumption/%s", [assumption.id])}
	message := sprintf("assumption `%s` rests on decision `%s`, which rests on the assumption itself", [assumption.id, named])
}

verified := {target |
	some list in input.checklists
	some item in list.spec.items
	some target in item.verifies
}

supported(assumption) if {
	some kind in ["evidence", "checklistItem", "decision"]
	assumption.basis[kind]
}
