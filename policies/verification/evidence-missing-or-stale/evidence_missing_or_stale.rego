# METADATA
# title: Evidence is missing, old, or older than it claims
# description: |
#   A blocking item without evidence was not verified, unless somebody other than its owner waived it, with
#   a reason, until a date that has not passed. Evidence that is older than `evidenceMaxAge` of the
#   checklist, or the team's `evidenceMaxAge` (14 days by default), describes a system that has changed
#   since: dependencies, traffic, neighbours. Results of category `rollback` age by the team's
#   `rehearsalMaxAge` (180 days). The date inside the file counts before `collectedAt`; where the two are
#   more than a day apart (and the test was no longer), one of them is wrong, and where there is neither,
#   the age is unknown. The age counts to the date of a verdict that the base has already, if its `inputs`
#   are still those at hand; otherwise to today.
# related_resources:
#   - description: Site Reliability Engineering, Launch Coordination Checklist
#     ref: https://sre.google/sre-book/launch-checklist/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist, ServingSpec]
#   since: 0.2.0
#   help: Measure again and say when with `collectedAt`; or have the item waived, with a name, a reason and an end.
#   reworded:
#     - now: "`{}` is {} old; the limit is {}"
#       then: "`{}` is of {} ago; evidence may be {} old"
#     - now: "`{}` was measured {} in the future"
#       then: "`{}` was measured {} from now"
#     - now: "`collectedAt` of `{}` is {} the date in the file"
#       then: "`collectedAt` of `{}` is {} the day that stands in the file"
#     - now: "`{}` has no measurement date: the file has none{}, and there is no `collectedAt`"
#       then: "nothing tells when `{}` was measured: the file has no date{}, and there is no `collectedAt`"
package servelint.rules.verification["evidence-missing-or-stale"]

import data.servelint.lib.calendar
import data.servelint.lib.measured
import data.servelint.lib.names
import data.servelint.lib.refs
import data.servelint.lib.team

finding contains {"at": ["spec", "items", i, "evidence"], "message": message} if {
	some i, item in input.spec.items
	item.gate == "blocking"
	not refs.collected(item)
	not waived(i, item)
	not decided
	message := sprintf("blocking %s has no evidence", [measured.item_name(item, i)])
}

finding contains violation if {
	some file in measured.files
	row := file.row
	age := until(file) - min(days(file))
	oldest := min([max_age(measured.rows[use].item) | some use in file.uses])
	age * 86400 > oldest
	message := sprintf("`%s` is %s old; the limit is %s", [
		row.result.path,
		calendar.days(age),
		calendar.days(floor(oldest / 86400)),
	])
	violation := object.union({"at": row.at, "message": message, "related": file.related}, measured.mild(row.item))
}

# A day of grace: a time without an offset may be tomorrow's here.
finding contains violation if {
	some file in measured.files
	row := file.row
	ahead := max(days(file)) - team.day
	ahead > 1
	message := sprintf("`%s` was measured %s in the future", [row.result.path, calendar.days(ahead)])
	violation := object.union({"at": row.at, "message": message, "related": file.related}, measured.mild(row.item))
}

finding contains violation if {
	some row in measured.rows
	claimed := measured.collected(input.facts, row.at)
	began := row.result.startedDay
	apart := abs(claimed - began)
	apart > 1 + lasted(row, claimed - began)
	message := sprintf("`collectedAt` of `%s` is %s %s the date in the file", [
		row.result.path,
		calendar.days(apart),
		direction(claimed - began),
	])
	violation := object.union({"at": array.concat(row.at, ["collectedAt"]), "message": message}, measured.mild(row.item))
}

finding contains violation if {
	some row in measured.rows
	row.item != {}
	row.result.status in {"read", "remote"}
	not dated(row)
	message := sprintf("`%s` has no measurement date: the file has none%s, and there is no `collectedAt`", [
		row.result.path,
		unseen(row.result.status),
	])
	violation := object.union({"at": row.at, "message": message}, measured.mild(row.item))
}

# A verdict over the same inputs, which the base has already, stays what it was on its day.
until(file) := input.facts.agesTo if {
	input.facts.agesTo >= max(days(file))
} else := team.day

unseen("read") := ""

unseen("remote") := " that can be seen from here"

# `verdict-consistent` says the same of a verdict that goes ahead.
decided if input.spec.verdict.decision in {"go", "go-with-conditions"}

waived(i, item) if {
	names.somebody(input, item.waiver.by)
	names.says(input, item.waiver.reason)
	not own(item)
	not expired(i)
}

own(item) if names.own(input, item.waiver.by, input, item.owner)

expired(i) if input.facts.spec.items[i].waiver.expires < team.day

max_age(item) := team.policy.rehearsalMaxAgeSeconds if {
	item.category == "rollback"
} else := input.facts.spec.evidenceMaxAge if {
	is_number(input.facts.spec.evidenceMaxAge)
} else := team.policy.evidenceMaxAgeSeconds

taken(row) := measured.taken(input.facts, row.at, row.result)

days(file) := [taken(measured.rows[use]) | some use in file.uses; dated(measured.rows[use])]

dated(row) if is_number(taken(row))

# Collected at its end, a test of several days began as many days before.
lasted(row, after) := ceil(row.result.evidence.durationSeconds / 86400) if {
	after > 0
	is_number(row.result.evidence.durationSeconds)
} else := 0

direction(days) := "after" if days > 0

direction(days) := "before" if days < 0
