# METADATA
# title: Evidence is missing, old, or older than it claims
# description: |
#   A blocking item without evidence was not verified. Evidence that is older than `evidenceMaxAge` of the checklist, or the team's
#   `evidenceMaxAge` (14 days by default), speaks of a system that has changed since: dependencies, traffic, neighbours. The date
#   inside the file counts before `collectedAt`; where the two are more than a day apart, one of them is wrong.
#   Rehearsals age by the team's `rehearsalMaxAge`, in the rule about them.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist]
#   since: 0.2.0
#   help: Measure again; or waive the item, with a name, a reason and an end.
package servelint.rules.verification["evidence-missing-or-stale"]

import data.servelint.lib.calendar
import data.servelint.lib.measured
import data.servelint.lib.refs
import data.servelint.lib.team

finding contains {"at": ["spec", "items", i, "evidence"], "message": message} if {
	some i, item in input.spec.items
	item.gate == "blocking"
	not refs.collected(item)
	not item.waiver
	not decided
	message := sprintf("blocking %s has no evidence", [measured.item_name(item, i)])
}

finding contains violation if {
	some file in measured.files
	row := file.row
	not row.item.category == "rollback"
	day := taken(row)
	age := team.day - day
	age * 86400 > oldest
	message := sprintf("`%s` is of %s ago; evidence may be %s old", [
		row.result.path,
		calendar.days(age),
		calendar.days(floor(oldest / 86400)),
	])
	violation := object.union({"at": row.at, "message": message, "related": file.related}, measured.mild(row.item))
}

finding contains violation if {
	some file in measured.files
	row := file.row
	claimed := collected(row)
	began := row.result.startedDay
	abs(claimed - began) > 1
	message := sprintf("`collectedAt` of `%s` is %s %s the day that stands in the file", [
		row.result.path,
		calendar.days(abs(claimed - began)),
		direction(claimed - began),
	])
	violation := object.union({"at": array.concat(row.at, ["collectedAt"]), "message": message}, measured.mild(row.item))
}

# `verdict-consistent` says the same of a verdict that goes ahead.
decided if input.spec.verdict.decision in {"go", "go-with-conditions"}

oldest := input.facts.spec.evidenceMaxAge if {
	is_number(input.facts.spec.evidenceMaxAge)
} else := team.policy.evidenceMaxAgeSeconds

taken(row) := row.result.startedDay if {
	is_number(row.result.startedDay)
} else := collected(row)

collected(row) := day if {
	day := object.get(input.facts, array.concat(row.at, ["collectedAt"]), null)
	is_number(day)
}

direction(days) := "after" if days > 0

direction(days) := "before" if days < 0
