# METADATA
# title: Verdict contradicts the checklist
# description: |
#   `go` and `go-with-conditions` are claims about the items above them. They hold only if every blocking
#   item has evidence whose recomputed result meets its target, or is waived: by a named person other than
#   the item's owner, with a reason, until a date that has not passed. `go-with-conditions` must list its
#   conditions, and an action among them must still be open and not overdue; a plain `go` has none. Nobody has
#   decided yet what is dated in the future; a day is allowed for time zones. Where
#   people decided `no-go`, the release stops, regardless of everything else.
# related_resources:
#   - description: Site Reliability Engineering, Launch Coordination Checklist
#     ref: https://sre.google/sre-book/launch-checklist/
# custom:
#   severity: error
#   applies_to: [Review]
#   since: 0.1.0
#   help: Collect the evidence, or change the verdict to `no-go`. An item that cannot be measured yet may be waived by a person other than its owner; no waiver helps a missed one.
#   reworded:
#     - now: "verdict is `{}`, but blocking item `{}` has no evidence file that shows its result"
#       then: "verdict is `{}`, but blocking item `{}` has evidence, but no file that shows its result"
package servelint.rules.verification["verdict-consistent"]

import data.servelint.lib.calendar
import data.servelint.lib.checks
import data.servelint.lib.measured
import data.servelint.lib.names
import data.servelint.lib.refs
import data.servelint.lib.team

finding contains {
	"at": ["checklists", c, "spec", "verdict", "decision"],
	"message": message,
	"help": "Resolve the open findings, then let the same people decide again.",
} if {
	some c, list in input.checklists
	list.spec.verdict.decision == "no-go"
	message := sprintf("`%s` decided `no-go`: the release stops", [object.get(list.spec.verdict, "by", "somebody")])
}

finding contains object.union(object.union(lost(entry), advice(entry)), {"at": ["checklists", c, "spec", "verdict", "decision"], "message": message, "related": related}) if {
	some c, decision in favourable
	some entry in refs.items
	entry.item.gate == "blocking"
	entry.at[1] == c
	suspect(entry)
	problem := unmet(entry)
	message := sprintf("verdict is `%s`, but blocking item `%s` %s", [decision, object.get(entry.item, "id", "?"), problem])
	related := [{"at": entry.at, "message": "the item"}]
}

finding contains {"at": ["checklists", c, "spec", "verdict", "conditions"], "message": "verdict is `go-with-conditions`, but no condition is listed"} if {
	some c, decision in favourable
	decision == "go-with-conditions"
	count(object.get(input.checklists[c].spec.verdict, "conditions", [])) == 0
}

finding contains {"at": ["checklists", c, "spec", "verdict", "conditions"], "message": message} if {
	some c, decision in favourable
	decision == "go"
	conditions := input.checklists[c].spec.verdict.conditions
	count(conditions) > 0
	message := sprintf("verdict is `go`, but it has conditions (`%s`): that is `go-with-conditions`", [concat("`, `", conditions)])
}

finding contains {"at": ["checklists", c, "spec", "verdict", "conditions", k], "message": message, "related": related} if {
	some [c, k, action, at, _] in conditions_on_actions
	action.status in {"done", "closed", "completed", "cancelled"}
	message := sprintf("condition `%s` of the verdict is `%s` already; conditions are open actions", [action.id, action.status])
	related := [{"at": array.concat(at, ["status"]), "message": "the action's status"}]
}

finding contains {"at": ["checklists", c, "spec", "verdict", "conditions", k], "message": message, "related": related} if {
	some [c, k, action, at, due] in conditions_on_actions
	due != null
	overdue := team.day - due
	overdue > 0
	object.get(action, "status", "open") in {"open", "in-progress"}
	message := sprintf("condition `%s` of the verdict was due on %s, %s ago, and is not done", [action.id, action.dueDate, calendar.days(overdue)])
	related := [{"at": array.concat(at, ["dueDate"]), "message": "the action's due date"}]
}

# A day of grace: it may be tomorrow already where somebody decided.
finding contains {
	"at": ["checklists", c, "spec", "verdict", "date"],
	"message": message,
	"help": "Write the day on which the decision was made; a decision that is still to come is none.",
} if {
	some c, decision in favourable
	list := input.checklists[c]
	ahead := list.facts.spec.verdict.date - team.day
	ahead > 1
	message := sprintf("verdict is `%s`, but its date, %s, is %s in the future", [decision, list.spec.verdict.date, calendar.days(ahead)])
}

# Verdicts that let the release go, by checklist.
favourable[c] := decision if {
	some c, list in input.checklists
	decision := list.spec.verdict.decision
	decision in {"go", "go-with-conditions"}
}

# Items that may be in the way of a verdict. Those with evidence and a result within the target are not.
suspect(entry) if checks.misses(entry.item)

suspect(entry) if {
	item := entry.item
	not refs.collected(item)
}

suspect(entry) if checks.outcome(entry.item, entry.facts) in {"missed", "unproven"}

# Evidence that nobody can open is the cause, and `evidence-resolvable` names its places. This only follows.
lost(entry) := {"follows": sprintf("file %s", [split(paths[0], "#")[0]])} if {
	not checks.misses(entry.item)
	checks.outcome(entry.item, entry.facts) == "unproven"
	paths := [path |
		some evidence in entry.item.evidence
		path := refs.path(evidence)
		input.facts.files[path].status in {"missing", "outside", "directory", "unreadable", "too-large"}
	]
	count(paths) > 0
} else := {}

# No waiver makes a missed item pass.
advice(entry) := {"help": "Make the service meet the target and measure again, or change the verdict to `no-go`."} if {
	missed(entry)
} else := {}

missed(entry) if checks.misses(entry.item)

missed(entry) if checks.outcome(entry.item, entry.facts) == "missed"

unmet(entry) := sprintf("reports %s and misses its target of %s", [
	checks.value(entry.item, entry.item.reported),
	checks.value(entry.item, entry.item.threshold),
]) if {
	checks.misses(entry.item)
	not waived(entry)
} else := sprintf("shows %s in its own evidence and misses its target of %s", [
	worst(entry)[0],
	checks.value(entry.item, entry.item.threshold),
]) if {
	checks.outcome(entry.item, entry.facts) == "missed"
	not waived(entry)
} else := "has no evidence file that shows its result" if {
	checks.outcome(entry.item, entry.facts) == "unproven"
	not waived(entry)
} else := sprintf("has no evidence and its waiver expired on %s", [entry.item.waiver.expires]) if {
	# From here on only items without evidence are left: what else is suspect has its reason above, or a waiver.
	expired(entry)
} else := sprintf("has no evidence and is waived by its own owner `%s`", [entry.item.owner]) if {
	own(entry)
} else := "has no evidence and no waiver with name and reason" if {
	not waived(entry)
}

worst(entry) := [measured.shown(other.result) |
	some other in entry.facts.results
	checks.missed(entry.item, other.result)
]

waived(entry) if {
	list := input.checklists[entry.at[1]]
	names.somebody(list, entry.item.waiver.by)
	names.says(list, entry.item.waiver.reason)
	not own(entry)
	not expired(entry)
}

own(entry) if {
	list := input.checklists[entry.at[1]]
	names.own(list, entry.item.waiver.by, list, entry.item.owner)
}

expired(entry) if input.checklists[entry.at[1]].facts.spec.items[entry.at[4]].waiver.expires < team.day

# Rows of checklist, condition, action, its place and its due day (null where there is none).
conditions_on_actions contains [c, k, action, ["decisions", d, "spec", "actions", i], due] if {
	some c, decision in favourable
	decision == "go-with-conditions"
	some k, name in input.checklists[c].spec.verdict.conditions
	some d, log in input.decisions
	some i, action in log.spec.actions
	action.id == name
	due := object.get(log, ["facts", "spec", "actions", i, "dueDate"], null)
}
