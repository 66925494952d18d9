# METADATA
# title: Review date has passed
# description: |
#   `reviewBy` of a document and `revisitBy` of a decision limit how long they may be relied upon without
#   another review: traffic, hardware and models change, and a spec that nobody has read since is trusted
#   for what it said then. The date itself is still in time. Decisions that no longer apply are exempt.
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec, DecisionLog, VerificationChecklist]
#   since: 0.1.0
#   help: Read it again with its owner, correct what has changed, and set the next date.
package servelint.rules.structure["review-overdue"]

import data.servelint.lib.calendar
import data.servelint.lib.team

finding contains {"at": ["metadata", "reviewBy"], "message": message} if {
	overdue := team.day - input.facts.metadata.reviewBy
	overdue > 0
	message := sprintf("%s `%s` was to be reviewed by %s, %s ago", [
		input.kind,
		object.get(input.metadata, "name", "?"),
		input.metadata.reviewBy,
		calendar.days(overdue),
	])
}

finding contains {"at": ["spec", "decisions", i, "revisitBy"], "message": message} if {
	some i, decision in input.spec.decisions
	overdue := team.day - input.facts.spec.decisions[i].revisitBy
	overdue > 0
	object.get(decision, "status", "proposed") in {"accepted", "proposed"}
	message := sprintf("decision `%v` was to be revisited by %s, %s ago", [
		object.get(decision, "id", i + 1),
		decision.revisitBy,
		calendar.days(overdue),
	])
}
