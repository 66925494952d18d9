# METADATA
# title: A changed fact is not declared
# description: |
#   A reviewer reads what a change says of itself, and looks there. With `--since` or `--policy-from`, the facts of the
#   specification and of its manifests are compared with those of the base: model, image, arguments, GPUs, parallelism,
#   traffic, SLOs, capacity, timeouts and rollout. In production, each one that differs belongs to an entry of
#   `spec.change`. Facts are compared, not text: other units, formats, comments and orders are no change. Without
#   `spec.change` the finding is a warning. With one it is an error, because a list that omits something misleads whoever
#   relies on it. An entry that the base has as well was written for an earlier change and declares nothing; one of a fact
#   that did not change is a warning. A service that is new has nothing to declare.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: scope
#   help: List in `spec.change` what the revision changes; `servelint diff REV` prints it.
package servelint.rules.structure["change-undeclared"]

import data.servelint.lib.change
import data.servelint.lib.text

finding contains object.union(violation, weight) if {
	some what in change.topics
	declared := change.declared
	not what in declared
	facts := change.facts_of(what)
	fact := facts[0]
	is_asked
	violation := {
		"at": fact.at,
		"message": sprintf("%s, and no entry of `spec.change` declares `%s`%s", [change.became(fact), what, more(facts)]),
		"related": array.concat(
			[{"at": other.at, "message": "also changed"} | some n, other in facts; n > 0; n < 10],
			[{"at": entry.at, "message": sprintf("as it was at `%s`, so it is about an earlier change", [change.since])} |
				some entry in change.entries
				entry.stale
				entry.what == what
			],
		),
		"help": sprintf("Add an entry to `spec.change`: `%s`.", [entry_of(what)]),
	}
}

finding contains {
	"at": array.concat(entry.at, ["what"]),
	"message": sprintf("`spec.change` declares `%s`, but none of its facts differs from `%s`", [entry.what, change.since]),
	"severity": "warning",
	"help": "Remove the entry, or make the change that it announces.",
} if {
	some entry in change.entries
	topics := change.topics
	not entry.what in topics
	is_of_this_revision(entry)
}

# What stays of an earlier change while the revision is the same is still true of it.
is_of_this_revision(entry) if not entry.stale

is_of_this_revision(_) if input.facts.change.newRevision

is_production if input.serving.spec.environment == "production"

# Elsewhere nobody has to declare anything, but what is declared is complete.
is_asked if is_production

is_asked if input.serving.spec.change

weight := {} if {
	input.serving.spec.change
} else := {"severity": "warning"}

more(facts) := sprintf("; %s of it changed as well", [text.counted(count(facts) - 1, "other fact")]) if {
	count(facts) > 1
} else := ""

entry_of(what) := sprintf("{what: %s, reason: ..., provenBy: [%s]}", [what, concat(", ", change.blocking)]) if {
	some fact in change.facts_of(what)
	fact.subject
	count(change.blocking) > 0
} else := sprintf("{what: %s, reason: ...}", [what])
