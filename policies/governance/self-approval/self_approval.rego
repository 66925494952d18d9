# METADATA
# title: Somebody approves what is their own
# description: |
#   A waiver, an acceptance and a verdict are a second opinion, and an owner's opinion of his own work is
#   the first one again. So a checklist item is not waived by its owner, nor by the owner of a risk that it
#   verifies; a risk is not accepted by its owner; and the verdict is not by the owner of a blocking item or
#   of one of the documents. Names are compared as they read, without `@` and whatever the case; `ravi.p`,
#   `Ravi P.`, `ravi_p` and `ravi.p@example.com` are one person, addresses of two domains are two. A team that
#   is too small for that sets `selfApproval = true` in `[policy]` of `servelint.toml`. Other rules report a
#   blocking item without evidence that its owner waived, and a severe risk that its owner accepted.
# related_resources:
#   - description: NIST SP 800-53, separation of duties (AC-5)
#     ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   help: Let somebody decide who owns none of it.
package servelint.rules.governance["self-approval"]

import data.servelint.lib.names
import data.servelint.lib.refs
import data.servelint.lib.risk

finding contains {"at": array.concat(entry.at, ["waiver", "by"]), "message": message, "related": related} if {
	some entry in waived
	names.own(entry.list, entry.by, entry.list, entry.item.owner)
	not reported(entry.item)
	message := sprintf("item `%v` is waived by its own owner `%v`", [object.get(entry.item, "id", "?"), entry.by])
	related := [{"at": array.concat(entry.at, ["owner"]), "message": "the owner of the item"}]
}

finding contains {"at": array.concat(entry.at, ["waiver", "by"]), "message": message, "related": related} if {
	some entry in waived
	not names.own(entry.list, entry.by, entry.list, object.get(entry.item, "owner", ""))
	some other in verified_risks(entry.item)
	names.own(entry.list, entry.by, other.log, other.risk.owner)
	message := sprintf("item `%v` is waived by `%v`, the owner of the risk `%v` that it verifies", [
		object.get(entry.item, "id", "?"),
		entry.by,
		object.get(other.risk, "id", "?"),
	])
	related := [{"at": array.concat(other.at, ["owner"]), "message": "the owner of the risk"}]
}

finding contains {"at": array.concat(other.at, ["acceptance", "by"]), "message": message, "related": related} if {
	some other in risks
	by := other.risk.acceptance.by
	names.own(other.log, by, other.log, other.risk.owner)
	not severe(other.risk)
	message := sprintf("risk `%v` is accepted by its own owner `%v`", [object.get(other.risk, "id", "?"), by])
	related := [{"at": array.concat(other.at, ["owner"]), "message": "the owner of the risk"}]
}

finding contains {"at": ["checklists", c, "spec", "verdict", "by"], "message": message, "related": related} if {
	some c, list in input.checklists
	by := list.spec.verdict.by
	judged := [entry | some entry in refs.items; entry.item.gate == "blocking"; is_owner(list, by, entry)]
	count(judged) > 0
	message := sprintf("the verdict is by `%v`, who owns blocking items: `%s`", [
		by,
		concat("`, `", [sprintf("%v", [object.get(entry.item, "id", "?")]) | some entry in judged]),
	])
	related := [{"at": array.concat(judged[0].at, ["owner"]), "message": "the owner of the item"}]
}

finding contains {"at": ["checklists", c, "spec", "verdict", "by"], "message": message, "related": [{"at": at, "message": "the owner"}]} if {
	some c, list in input.checklists
	by := list.spec.verdict.by
	some [at, doc] in documents
	names.own(list, by, doc, doc.metadata.owner)
	message := sprintf("the verdict is by `%v`, the owner of a document that it is about", [by])
}

is_owner(list, by, entry) if {
	other := input.checklists[entry.at[1]]
	names.own(list, by, other, entry.item.owner)
}

waived := [object.union(entry, {"by": by, "list": list}) |
	some entry in refs.items
	by := entry.item.waiver.by
	list := input.checklists[entry.at[1]]
]

# `evidence-missing-or-stale` or `verdict-consistent` says that such a waiver is none.
reported(item) if {
	item.gate == "blocking"
	not refs.collected(item)
}

# `risk-escalation` says so where an approver has to accept it.
severe(item) if risk.escalates(item.severity)

severe(item) if {
	not item.severity
	risk.escalates(risk.derived(item.likelihood, item.impact))
}

risks := [{"at": ["decisions", d, "spec", "residualRisks", i], "risk": item, "log": log} |
	some d, log in input.decisions
	some i, item in log.spec.residualRisks
]

verified_risks(item) := [risks[n] | some n in union({object.get(verified, key, set()) | some key in keys})] if {
	keys := array.concat([sprintf("item/%v", [item.id])], object.get(item, "verifies", []))
}

# The numbers of the risks by what they are verified through: the id of an item, or an item's reference to the risk.
verified[key] contains n if {
	some n, other in risks
	key := sprintf("item/%v", [other.risk.verification.checklistItem])
}

verified[key] contains n if {
	some n, other in risks
	key := sprintf("risk/%v", [other.risk.id])
}

# One finding is enough, however many documents have the same owner.
documents := array.concat(
	[[["serving", "metadata", "owner"], input.serving] | input.serving],
	[[["checklists", c, "metadata", "owner"], list] | some c, list in input.checklists; not input.serving],
)
