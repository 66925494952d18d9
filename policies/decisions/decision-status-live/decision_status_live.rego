# METADATA
# title: Decision is not in force
# description: |
#   A specification may rest only on decisions in force: accepted and not superseded. A log must also be
#   consistent: a decision that another one supersedes is no longer `accepted`, one that is `superseded`
#   names its successor, and no two supersede each other. An accepted decision also needs a Confirmation,
#   the MADR section on how to verify its implementation; here that is a checklist item.
# related_resources:
#   - description: MADR, status and confirmation
#     ref: https://adr.github.io/madr/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Review]
#   since: 0.1.0
#   help: Refer to the decision that is in force, correct the status, and list under `confirmation` the items that check it.
#   reworded:
#     - now: "decision `{}` is superseded but names no successor"
#       then: "decision `{}` is superseded, but nothing says by which"
package servelint.rules.decisions["decision-status-live"]

import data.servelint.lib.refs

finding contains {"at": ["serving", "spec", "assumptions", i, "basis", "decision"], "message": message, "related": related} if {
	some i, assumption in input.serving.spec.assumptions
	named := assumption.basis.decision
	some entry in decisions
	entry.decision.id == named
	not accepted(entry.decision)
	message := sprintf("assumption `%v` rests on decision `%s`, which is %s", [
		object.get(assumption, "id", i + 1),
		entry.decision.id,
		entry.decision.status,
	])
	related := [{"at": array.concat(entry.at, ["status"]), "message": "its status"}]
}

finding contains {"at": array.concat(entry.at, ["verifies", k]), "message": message, "related": related} if {
	some entry in refs.items
	some k, target in entry.item.verifies
	startswith(target, "decision/")
	some other in decisions
	other.decision.id == trim_prefix(target, "decision/")
	not accepted(other.decision)
	message := sprintf("item `%v` verifies decision `%s`, which is %s", [
		object.get(entry.item, "id", "?"),
		other.decision.id,
		other.decision.status,
	])
	related := [{"at": array.concat(other.at, ["status"]), "message": "its status"}]
}

finding contains {"at": array.concat(entry.at, ["status"]), "message": message, "related": related} if {
	some entry in decisions
	accepted(entry.decision)
	message := sprintf("decision `%s` is accepted although it is superseded by `%v`", [entry.decision.id, entry.decision.supersededBy])
	related := [{"at": array.concat(entry.at, ["supersededBy"]), "message": "superseded here"}]
}

finding contains {"at": array.concat(entry.at, ["status"]), "message": message, "related": related} if {
	some entry in decisions
	accepted(entry.decision)
	not entry.decision.supersededBy
	some other in decisions
	accepted(other.decision)
	other.decision.supersedes == entry.decision.id
	message := sprintf("decision `%s` is accepted although `%v` supersedes it", [entry.decision.id, other.decision.id])
	related := [{"at": array.concat(other.at, ["supersedes"]), "message": "superseded here"}]
}

finding contains {"at": array.concat(entry.at, ["supersededBy"]), "message": message} if {
	some entry in decisions
	entry.decision.status == "superseded"
	id := entry.decision.id
	not entry.decision.supersededBy
	not id in {other.decision.supersedes | some other in decisions}
	message := sprintf("decision `%s` is superseded but names no successor", [id])
}

finding contains {"at": array.concat(entry.at, ["supersedes"]), "message": message, "related": related} if {
	some entry in decisions
	some other in decisions
	entry.decision.supersedes == other.decision.id
	other.decision.supersedes == entry.decision.id
	message := sprintf("decision `%s` supersedes `%s`, which supersedes it in turn", [entry.decision.id, other.decision.id])
	related := [{"at": array.concat(other.at, ["supersedes"]), "message": "and back"}]
}

finding contains {"at": array.concat(entry.at, ["confirmation"]), "message": message} if {
	some entry in decisions
	accepted(entry.decision)
	not confirmed(entry.decision)
	message := sprintf("accepted decision `%s` names no checklist item that confirms it", [entry.decision.id])
}

decisions := [{"at": ["decisions", d, "spec", "decisions", i], "decision": decision} |
	some d, log in input.decisions
	some i, decision in log.spec.decisions
]

accepted(decision) if decision.status == "accepted"

confirmed(decision) if count(decision.confirmation) > 0
