# METADATA
# title: Rollback rehearsal is missing or out of date
# description: |
#   An untested rollback tends to fail for reasons that nobody checked: a permission, an expired image, a
#   schema that went forward only, a control plane that is down together with the service. A drill finds
#   these in time. The rollback of a production service names its `rehearsal`: a `checklistItem` whose
#   evidence has a date, in the file or as `collectedAt`, or a plain `date`. It is at most `rehearsalMaxAge`
#   old (180 days by default) and not in the future, and the evidence of the item meets its target: a drill
#   that failed shows that the rollback does not work. Other environments need no rehearsal.
# related_resources:
#   - description: SRE book, Testing for Reliability
#     ref: https://sre.google/sre-book/testing-reliability/
# custom:
#   severity: warning
#   applies_to: [Review]
#   since: 0.1.0
#   gate: rollback
#   help: Rehearse the rollback, keep the result as evidence of a checklist item, and name that item in `rehearsal`.
#   reworded:
#     - now: "rollback was rehearsed on {}, {} days ago; the limit is {} days"
#       then: "rollback was rehearsed on {}, {} days ago; at most {} are allowed"
#     - now: "rollback was rehearsed on {}, {} days in the future"
#       then: "rollback was rehearsed on {}, {} days from now"
#     - now: "newest evidence of rollback drill `{}` was collected {} days ago; the limit is {} days"
#       then: "newest evidence of rollback drill `{}` was collected {} days ago; at most {} are allowed"
#     - now: "newest evidence of rollback drill `{}` was collected {} days in the future"
#       then: "newest evidence of rollback drill `{}` was collected {} days from now"
package servelint.rules.rollout["rollback-not-rehearsed"]

import data.servelint.lib.calendar
import data.servelint.lib.checks
import data.servelint.lib.team

finding contains {"at": ["serving", "spec", "rollback", "rehearsal"], "message": message} if {
	production
	not rehearsal.checklistItem
	not rehearsal.date
	message := sprintf("rollback of `%s` has no rehearsal: neither a checklist item nor a date", [input.service])
}

finding contains {"at": ["serving", "spec", "rollback", "rehearsal", "date"], "message": message} if {
	production
	day := input.serving.facts.spec.rollback.rehearsal.date
	not recent(day)
	message := sprintf("rollback was rehearsed on %s, %s", [rehearsal.date, misfit(day)])
}

finding contains {
	"at": ["serving", "spec", "rollback", "rehearsal", "checklistItem"],
	"message": message,
	"related": [{"at": ["checklists", c, "spec", "items", k], "message": "the drill"}],
} if {
	some [c, k] in drills
	newest := max(days(c, k))
	not recent(newest)
	message := sprintf("newest evidence of rollback drill `%s` was collected %s", [rehearsal.checklistItem, misfit(newest)])
}

finding contains {
	"at": ["serving", "spec", "rollback", "rehearsal", "checklistItem"],
	"message": message,
	"related": [{"at": ["checklists", c, "spec", "items", k], "message": "the drill"}],
} if {
	some [c, k] in drills
	count(days(c, k)) == 0
	not unreadable_dates(c, k)
	message := sprintf("rollback drill `%s` has no evidence with a date, neither in the file nor as `collectedAt`", [rehearsal.checklistItem])
}

finding contains {
	"at": ["serving", "spec", "rollback", "rehearsal", "checklistItem"],
	"message": message,
	"related": [{"at": ["checklists", c, "spec", "items", k, "evidence"], "message": "the drill's evidence"}],
} if {
	some [c, k] in drills
	item := input.checklists[c].spec.items[k]
	outcome := checks.outcome(item, input.checklists[c].facts.items[k])
	problem := failure(outcome)
	message := sprintf("rollback drill `%s` %s", [rehearsal.checklistItem, problem])
}

failure("missed") := "missed its target"

failure("unproven") := "has no evidence that shows its result"

# The date in a file counts before what was written about it.
days(c, k) := [day |
	some n, evidence in input.checklists[c].spec.items[k].evidence
	day := taken(c, k, n)
]

taken(c, k, n) := input.checklists[c].facts.items[k].results[n].startedDay if {
	is_number(input.checklists[c].facts.items[k].results[n].startedDay)
} else := input.checklists[c].facts.spec.items[k].evidence[n].collectedAt

# A date that does not parse is the schema's matter.
unreadable_dates(c, k) if {
	some evidence in input.checklists[c].spec.items[k].evidence
	evidence.collectedAt
}

production if {
	input.serving.spec.environment == "production"
	input.serving.spec.rollback
}

rehearsal := input.serving.spec.rollback.rehearsal

# The items that the rehearsal names, as [checklist, item]. One that does not exist is reported as a dangling reference.
drills contains [c, k] if {
	production
	some c, checklist in input.checklists
	some k, item in checklist.spec.items
	item.id == rehearsal.checklistItem
}

# A verdict over the same inputs, which the base has already, stays what it was on its day.
until(day) := input.serving.facts.agesTo if {
	input.serving.facts.agesTo >= day
} else := team.day

recent(day) if {
	day <= team.day
	age := until(day) - day
	age * 86400 <= team.policy.rehearsalMaxAgeSeconds
}

misfit(day) := sprintf("%s in the future", [calendar.days(day - team.day)]) if {
	day > team.day
} else := sprintf("%s ago; the limit is %s", [
	calendar.days(until(day) - day),
	calendar.days(floor(team.policy.rehearsalMaxAgeSeconds / 86400)),
])
