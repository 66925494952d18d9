# METADATA
# title: Verification of a risk is late or does not reference the risk
# description: |
#   A risk that names the checklist item which verifies it relies on two things: that the item is done no
#   later than the risk is due, and that the item is about the risk, which it says with `risk/<id>` under
#   `verifies`. Where either fails, the risk looks covered and is not. An item that does not exist is
#   reported as a dangling reference.
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Review]
#   since: 0.1.0
#   gate: risks
#   help: Put the due dates in order, and add `risk/<id>` to the item's `verifies`.
package servelint.rules.decisions["risk-verification-linked"]

import data.servelint.lib.refs
import data.servelint.lib.risk

finding contains {"at": link.at, "message": message, "related": related} if {
	some link in links
	target := sprintf("risk/%s", [link.risk.id])
	not target in object.get(link.entry.item, "verifies", [])
	message := sprintf("risk `%s` relies on item `%s`, which does not list `%s` under `verifies`", [link.risk.id, link.entry.item.id, target])
	related := [{"at": array.concat(link.entry.at, ["verifies"]), "message": "the list of the item"}]
}

finding contains {"at": link.at, "message": message, "related": related} if {
	some link in links
	link.risk_due != null
	link.item_due > link.risk_due
	message := sprintf("risk `%s` is due on %s, before its verification `%s` on %s", [
		object.get(link.risk, "id", "?"),
		link.risk.dueDate,
		link.entry.item.id,
		link.entry.item.dueDate,
	])
	related := [{"at": array.concat(link.entry.at, ["dueDate"]), "message": "due here"}]
}

# Open risks with the item that verifies them; a due date is null where it is missing, and null is before any day.
links contains {
	"at": ["decisions", d, "spec", "residualRisks", i, "verification", "checklistItem"],
	"risk": entry,
	"risk_due": object.get(log, ["facts", "spec", "residualRisks", i, "dueDate"], null),
	"entry": found,
	"item_due": object.get(input.checklists[found.at[1]], ["facts", "spec", "items", found.at[4], "dueDate"], null),
} if {
	some d, log in input.decisions
	some i, entry in log.spec.residualRisks
	risk.open(entry)
	some found in refs.items
	found.item.id == entry.verification.checklistItem
}
