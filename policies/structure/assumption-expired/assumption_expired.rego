# METADATA
# title: Assumption is past its validation date
# description: |
#   `validateBy` is the promise that an assumption will be checked before it is relied upon any longer. Once
#   that day has passed, the assumption needs something that supports it: an evidence file that exists, a
#   checklist item (the one in `basis`, or one that verifies it) whose evidence was read and meets its
#   target, or an accepted decision. Without any of these the numbers that depend on it are guesses. The
#   date itself is still in time. Remote evidence is not fetched and is accepted as stated.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.1.0
#   help: Validate the assumption and link the result, or agree on a new `validateBy` date and give the reason in the same change.
#   reworded:
#     - now: "assumption `{}` was to be validated by {}, {} ago, and the evidence of item `{}` shows no result for it"
#       then: "assumption `{}` was to be validated by {}, {} ago, and the evidence of item `{}` shows nothing of it"
#     - now: "assumption `{}` was to be validated by {}, {} ago, and its evidence `{}` does not exist"
#       then: "assumption `{}` was to be validated by {}, {} ago, and its evidence `{}` is not there"
package servelint.rules.structure["assumption-expired"]

import data.servelint.lib.calendar
import data.servelint.lib.checks
import data.servelint.lib.refs
import data.servelint.lib.team

finding contains {"at": ["serving", "spec", "assumptions", i, "validateBy"], "message": message} if {
	some i, assumption in input.serving.spec.assumptions
	overdue := team.day - input.serving.facts.spec.assumptions[i].validateBy
	overdue > 0
	not validated(assumption)
	message := sprintf("assumption `%v` was to be validated by %s, %s ago, and %s", [
		object.get(assumption, "id", i + 1),
		assumption.validateBy,
		calendar.days(overdue),
		lacking(assumption),
	])
}

validated(assumption) if input.facts.files[refs.path(assumption.basis.evidence)].status in {"present", "remote"}

validated(assumption) if {
	some entry in refs.items
	entry.item.id == assumption.basis.checklistItem
	proven(entry)
}

validated(assumption) if {
	some entry in refs.items
	sprintf("assumption/%s", [assumption.id]) in entry.item.verifies
	proven(entry)
}

validated(assumption) if {
	some log in input.decisions
	some decision in log.spec.decisions
	decision.id == assumption.basis.decision
	decision.status == "accepted"
}

# Without the host nobody has read the evidence, and that it is there must do.
proven(entry) if {
	refs.collected(entry.item)
	object.get(entry.facts, "results", []) == []
}

proven(entry) if checks.outcome(entry.item, entry.facts) in {"passed", "open"}

lacking(assumption) := sprintf("item `%s` misses its target", [assumption.basis.checklistItem]) if {
	basis(assumption) == "missed"
} else := sprintf("the evidence of item `%s` shows no result for it", [assumption.basis.checklistItem]) if {
	basis(assumption) == "unproven"
} else := sprintf("item `%s` has no evidence", [assumption.basis.checklistItem]) if {
	assumption.basis.checklistItem in refs.known.item
} else := sprintf("its item `%s` does not exist", [assumption.basis.checklistItem]) if {
	assumption.basis.checklistItem
} else := sprintf("its evidence `%s` does not exist", [refs.path(assumption.basis.evidence)]) if {
	assumption.basis.evidence
} else := sprintf("decision `%s` is not accepted", [assumption.basis.decision]) if {
	assumption.basis.decision
} else := "nothing supports it"

# An id that stands twice is another rule's matter; the first that misses is named.
basis(assumption) := outcomes[0] if {
	outcomes := sort([outcome |
		some entry in refs.items
		entry.item.id == assumption.basis.checklistItem
		outcome := checks.outcome(entry.item, entry.facts)
	])
}
