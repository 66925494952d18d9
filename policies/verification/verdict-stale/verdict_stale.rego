# METADATA
# title: Verdict was given over other inputs
# description: |
#   `verdict.inputs` is the digest of what the verdict was given over: every ServingSpec, DecisionLog and
#   VerificationChecklist of the service without the verdicts themselves, and the bytes of every evidence file
#   and declared artifact that they name. A verdict over other inputs is a verdict about something else, so the
#   same people need to decide again. The digest covers values, not their layout: comments, formatting and the
#   names of documents' files may change. Without `inputs` nothing is compared, but the age of evidence then
#   always counts to today.
#
#   A verdict to go that is dated more than a day before the newest evidence of a blocking item, or of the
#   throughput of a replica, cannot have been given over it, whether or not it records a digest. The day
#   allows for time zones.
# custom:
#   severity: escalation
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   help: Review what changed, decide again, and record the digest of the inputs.
package servelint.rules.verification["verdict-stale"]

import data.servelint.lib.calendar
import data.servelint.lib.measured

finding contains violation if {
	some c, list in input.checklists
	recorded := list.spec.verdict.inputs
	now := input.facts.inputs
	recorded != now
	violation := {
		"at": ["checklists", c, "spec", "verdict", "inputs"],
		"message": sprintf("the verdict by `%v` of %v was given over other inputs", [
			object.get(list.spec.verdict, "by", "?"),
			object.get(list.spec.verdict, "date", "?"),
		]),
		"help": sprintf("Review what changed and decide again: `by`, `date`, and `inputs: %s`.", [now]),
	}
}

finding contains {
	"at": ["checklists", c, "spec", "verdict", "date"],
	"message": message,
	"related": [{"at": at, "message": "the newest evidence"}],
	"help": "Let the same people look at this evidence and decide again, with the day on which they do.",
} if {
	some c, list in input.checklists
	list.spec.verdict.decision in {"go", "go-with-conditions"}
	newest := max(dated)
	[day, at, path] := newest
	before := day - list.facts.spec.verdict.date
	before > 1
	message := sprintf("the verdict by `%v` of %v is %s older than `%v`, on which it rests", [
		object.get(list.spec.verdict, "by", "?"),
		list.spec.verdict.date,
		calendar.days(before),
		path,
	])
}

# Rows of the day on which a result of what blocks was measured, its place and its path.
dated := {[day, row.at, row.result.path] |
	some row in measured.review_rows
	object.get(row.item, "gate", "blocking") != "advisory"
	day := taken(row)
}

taken(row) := measured.taken(object.get(input, array.concat(document(row.at), ["facts"]), {}), within(row.at), row.result)

document(at) := array.slice(at, 0, 1) if {
	at[0] == "serving"
} else := array.slice(at, 0, 2)

within(at) := array.slice(at, count(document(at)), count(at))
