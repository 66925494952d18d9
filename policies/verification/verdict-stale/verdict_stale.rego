# METADATA
# title: Verdict was given over other inputs
# description: |
#   `verdict.inputs` is the digest of what the verdict was given over: every ServingSpec, DecisionLog and
#   VerificationChecklist of the service without the verdicts themselves, its manifests, and every file that
#   these documents name: evidence, artifacts, runbooks, scripts. A verdict over other inputs is a verdict about
#   something else, so the same people need to decide again. Documents, manifests and other files that servelint
#   reads count by their values: comments, formatting, the order of entries with an `id`, the names of documents'
#   files, and `300s` for `5m` where servelint reads a duration may change. Other files count by their text.
#
#   Without `inputs`, a verdict to go that stands as it was at the revision of `--policy-from` or `--since`
#   covers what the review rested on there. If something of this changed, the verdict is as stale; if its person
#   approved the commit at hand (`--approvals`), it is not. Without a revision nothing is compared, and the
#   report states that of a production service of tier `critical` or `standard`. The age of evidence then always
#   counts to today.
#
#   A verdict to go that is dated more than a day before the newest evidence of a blocking item, or of the
#   throughput of a replica, or before an accepted decision, cannot have been given over it, whether or not it
#   records a digest. The day allows for time zones.
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
		"message": sprintf("%s %s", [called(list.spec.verdict), differing(recorded, now)]),
		"help": sprintf(advice(recorded, now), [now]),
	}
}

advice(recorded, now) := "Nothing tells whether anything changed: let the same person look again, and record the day as `date`, and `inputs: %s`." if {
	version(recorded) != version(now)
} else := "Review what changed and decide again: `by`, `date`, and `inputs: %s`."

# The base has this very verdict, and no digest tells what it was given over.
finding contains violation if {
	some row in input.facts.outdated
	verdict := input.checklists[row.checklist].spec.verdict
	favourable(verdict)
	not verdict.inputs
	violation := {
		"at": ["checklists", row.checklist, "spec", "verdict"],
		"message": sprintf("%s stands as it was at `%s`, but this changed since: %s", [called(verdict), row.since, row.changed]),
		"help": sprintf("Review what changed and decide again: `by`, `date`, and `inputs: %s`.", [input.facts.inputs]),
	}
}

unchecked contains {"at": ["checklists", c, "spec", "verdict"], "message": message} if {
	input.serving.spec.environment == "production"
	input.serving.spec.tier in {"critical", "standard"}
	some c, list in input.checklists
	favourable(list.spec.verdict)
	not list.spec.verdict.inputs
	not c in {row.checklist | some row in input.facts.outdated}
	message := sprintf("whether %s was given over this review: it records no `inputs`, which `servelint input PATH --format digest` prints", [called(list.spec.verdict)])
}

finding contains {
	"at": ["checklists", c, "spec", "verdict", "date"],
	"message": message,
	"related": [{"at": at, "message": "the newest evidence"}],
	"help": "Let the same people look at this evidence and decide again, with the day on which they do.",
} if {
	some c, list in input.checklists
	favourable(list.spec.verdict)
	newest := max(dated)
	[day, at, path] := newest
	before := day - list.facts.spec.verdict.date
	before > 1
	message := sprintf("%s is %s older than `%v`, on which it rests", [
		called(list.spec.verdict),
		calendar.days(before),
		path,
	])
}

finding contains {
	"at": ["checklists", c, "spec", "verdict", "date"],
	"message": message,
	"related": [{"at": ["decisions", d, "spec", "decisions", i, "date"], "message": "the decision"}],
	"help": "Let the same people look at this decision and decide again, with the day on which they do.",
} if {
	some c, list in input.checklists
	favourable(list.spec.verdict)
	some d, log in input.decisions
	some i, decision in log.spec.decisions
	decision.status == "accepted"
	before := log.facts.spec.decisions[i].date - list.facts.spec.verdict.date
	before > 1
	message := sprintf("%s is %s older than decision `%v`, on which it rests", [
		called(list.spec.verdict),
		calendar.days(before),
		object.get(decision, "id", i + 1),
	])
}

favourable(verdict) if verdict.decision in {"go", "go-with-conditions"}

called(verdict) := sprintf("the verdict by `%v` of %v", [
	object.get(verdict, "by", "?"),
	object.get(verdict, "date", "?"),
])

# `v3:` of `v3:sha256:...`; the first digests had no version.
version(digest) := regex.find_n(`^(v[0-9]+:)?sha256:`, digest, 1)[0]

differing(recorded, now) := "records a digest of another version of servelint, which covers something else" if {
	version(recorded) != version(now)
} else := "was given over other inputs"

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
