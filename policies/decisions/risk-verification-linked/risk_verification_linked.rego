# METADATA
# title: Verification of a risk is late, shows nothing, or does not reference the risk
# description: |
#   A risk that names the checklist item which verifies it relies on several things: that the item is done no
#   later than the risk is due, that the item is about the risk, which it says with `risk/<id>` under
#   `verifies`, and that it shows something. A mitigation is not verified by an item that is waived, unless
#   somebody accepted the risk, and a risk is closed or mitigated only once its item is met. Nor does an item
#   verify a risk of another kind: a cost item shows nothing of a security risk. Where one of these fails, the risk looks covered and is not. Risks whose severity the team escalates are left to
#   `risk-escalation`. An item that does not exist is reported as a dangling reference.
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Review]
#   since: 0.1.0
#   gate: risks
#   help: Put the due dates in order, add `risk/<id>` to the item's `verifies`, and measure the item before the risk is closed.
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

finding contains {"at": link.at, "message": message, "related": related} if {
	some link in links
	link.risk.response == "mitigate"
	not link.risk.acceptance
	severity := object.get(link.risk, "severity", "")
	not risk.escalates(severity)
	waived(link.entry)
	message := sprintf("risk `%s` is to be mitigated, but its verification `%s` is waived: nothing shows that the mitigation works", [
		object.get(link.risk, "id", "?"),
		link.entry.item.id,
	])
	related := [{"at": array.concat(link.entry.at, ["waiver"]), "message": "waived here"}]
}

finding contains {"at": array.concat(array.slice(link.at, 0, 5), ["status"]), "message": message, "related": related} if {
	some link in named
	not risk.open(link.risk)
	severity := object.get(link.risk, "severity", "")
	not risk.escalates(severity)
	why := unproven(link.entry)
	message := sprintf("risk `%s` is %s, but its verification `%s` %s", [
		object.get(link.risk, "id", "?"),
		link.risk.status,
		link.entry.item.id,
		why,
	])
	related := [{"at": link.entry.at, "message": "the item"}]
}

finding contains {"at": link.at, "message": message, "related": related} if {
	some link in links
	measures := measuring(lower(link.risk.category))
	category := link.entry.item.category
	not category in measures
	message := sprintf("risk `%s` concerns `%s`, but its verification `%s` is about `%s`", [
		object.get(link.risk, "id", "?"),
		link.risk.category,
		link.entry.item.id,
		category,
	])
	related := [{"at": array.concat(link.entry.at, ["category"]), "message": "the category of the item"}]
}

# The categories of items that can measure a risk of that category; undefined for words that may be anything.
measuring(category) := {"security"} if {
	category in {"security", "privacy", "supply-chain", "compliance"}
} else := {"cost"} if {
	category == "cost"
} else := {"quality", "canary", "shadow"} if {
	category in {"quality", "accuracy"}
} else := {"load", "canary", "shadow", "failure"} if {
	category in {"performance", "latency", "capacity"}
} else := {"load", "canary", "shadow", "failure", "rollback", "operability"} if {
	category in {"availability", "reliability"}
}

waived(entry) if {
	entry.item.waiver
	not refs.collected(entry.item)
}

unproven(entry) := "is waived" if {
	waived(entry)
} else := "misses its target" if {
	entry.facts.standing.state == "missed"
} else := "shows no result" if {
	entry.facts.standing.state == "unjudged"
}

# Those that are open.
links contains link if {
	some link in named
	risk.open(link.risk)
}

# Risks with the item that verifies them; a due date is null where it is missing, and null is before any day.
named contains {
	"at": ["decisions", d, "spec", "residualRisks", i, "verification", "checklistItem"],
	"risk": entry,
	"risk_due": object.get(log, ["facts", "spec", "residualRisks", i, "dueDate"], null),
	"entry": found,
	"item_due": object.get(input.checklists[found.at[1]], ["facts", "spec", "items", found.at[4], "dueDate"], null),
} if {
	some d, log in input.decisions
	some i, entry in log.spec.residualRisks
	some found in refs.items
	found.item.id == entry.verification.checklistItem
}
