# METADATA
# title: Severe risk is neither verified nor accepted by an approver
# description: |
#   The team that builds a service may mitigate its risks but may not decide alone that the large ones are
#   under control. A residual risk of the team's escalation level (`escalateAtSeverity`, `high` by default)
#   or above waits for an approver, whatever its response and status, until its verification is met: each
#   checklist item that verifies it is blocking, is not waived, and its evidence meets its target. A step is
#   text that nobody can recompute. A risk with the response `accept` waits until it is over (`closed`,
#   `mitigated`) as well as verified. To end the wait, somebody in an approver role (`approverRoles`), who is
#   not the owner of the risk, accepts it, and the acceptance has not expired; the last day still counts. One
#   that is dated in the future is not given yet; a day is allowed for time zones.
#   Where the team names the people of a role (`[approvers]`), it must be one of them, by name, because team
#   membership on a hosting site is unknown offline. With `approversMustOwn`, that person must also own the
#   file of the specification by `CODEOWNERS`. With `--policy-from`, an acceptance that the base does not have
#   counts once its person approved the commit (`--approvals`), because the author of a change can type any name. A risk without a stated severity takes the severity derived
#   from likelihood and impact.
#
#   Many accepted risks are one large one, so more open ones of severity `moderate` or above than the team
#   allows (`maxAcceptedRisks`, 3 by default) wait for an approver too; those that wait alone do not count.
# related_resources:
#   - description: NIST SP 800-30, Guide for Conducting Risk Assessments
#     ref: https://csrc.nist.gov/pubs/sp/800/30/r1/final
# custom:
#   severity: escalation
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.1.0
#   gate: risks
#   help: Measure the checklist item that verifies the risk, or ask one of the approver roles to accept it with `acceptance` (by, role, date, expires).
#   reworded:
#     - now: "nobody accepted risk `{id}` (`{level}`); it needs one of: {roles}"
#       then: "risk `{id}` is `{level}` and accepted by nobody; needs one of: {roles}"
#     - now: "the acceptance of risk `{id}` (`{level}`) names nobody; it needs one of: {roles}"
#       then: "the acceptance of `{level}` risk `{id}` does not say by whom; needs one of: {roles}"
#     - now: "risk `{id}` (`{level}`) is accepted by its own owner `{owner}`; it needs another of: {roles}"
#       then: "risk `{id}` is `{level}` and accepted by its own owner `{owner}`; needs another of: {roles}"
#     - now: "the acceptance of risk `{id}` (`{level}`) names no role; it needs one of: {roles}"
#       then: "risk `{id}` is `{level}` and accepted by `no role`, who may not; needs one of: {roles}"
#     - now: "`{role}` may not accept risk `{id}` (`{level}`); it needs one of: {roles}"
#       then: "risk `{id}` is `{level}` and accepted by `{role}`, who may not; needs one of: {roles}"
#     - now: "the acceptance of risk `{id}` (`{level}`) expired on {date}, {days} ago; it needs one of: {roles}"
#       then: "the acceptance of `{level}` risk `{id}` expired on {date}, {days} ago; needs one of: {roles}"
#     - now: "`{by}` accepted risk `{id}` (`{level}`) but is not named as `{role}`; it needs one of: {roles}"
#       then: "`{by}` accepted `{level}` risk `{id}` and is not named as `{role}`; needs one of: {roles}"
#     - now: "`{by}` accepted risk `{id}` (`{level}`) but is not an owner of the specification in CODEOWNERS; its owners are: {owners}"
#       then: "`{by}` accepted `{level}` risk `{id}` and does not own the specification by CODEOWNERS; its owners are: {owners}"
package servelint.rules.decisions["risk-escalation"]

import data.servelint.lib.calendar
import data.servelint.lib.checks
import data.servelint.lib.names
import data.servelint.lib.refs
import data.servelint.lib.risk
import data.servelint.lib.team

finding contains {"at": array.concat(entry.at, ["acceptance"]), "message": message} if {
	some entry in escalated
	not entry.risk.acceptance
	message := sprintf("%s; it needs one of: %s", [unaccepted(entry), risk.approvers(team.policy.approverRoles)])
}

finding contains {"at": array.concat(entry.at, ["acceptance", "by"]), "message": message} if {
	some entry in escalated
	entry.risk.acceptance
	not entry.risk.acceptance.by
	message := nameless(entry)
}

# Beside the finding that the name is none.
finding contains {"at": array.concat(entry.at, ["acceptance"]), "message": message} if {
	some entry in escalated
	by := entry.risk.acceptance.by
	log := entry.log
	not names.somebody(log, by)
	message := nameless(entry)
}

finding contains {"at": array.concat(entry.at, ["acceptance", "by"]), "message": message, "related": related} if {
	some entry in escalated
	is_own(entry)
	message := sprintf("risk `%v` (`%s`) is accepted by its own owner `%s`; it needs another of: %s", [
		entry.id,
		entry.level,
		entry.risk.owner,
		risk.approvers(team.policy.approverRoles),
	])
	related := [{"at": array.concat(entry.at, ["owner"]), "message": "the owner of the risk"}]
}

finding contains {"at": array.concat(entry.at, ["acceptance", "role"]), "message": message} if {
	some entry in escalated
	acceptance := entry.risk.acceptance
	role := object.get(acceptance, "role", null)
	not role in team.policy.approverRoles
	message := sprintf("%s; it needs one of: %s", [refused(entry, role), risk.approvers(team.policy.approverRoles)])
}

finding contains {"at": array.concat(entry.at, ["acceptance", "expires"]), "message": message} if {
	some entry in escalated
	overdue := team.day - entry.log.facts.spec.residualRisks[entry.index].acceptance.expires
	overdue > 0
	message := sprintf("the acceptance of risk `%v` (`%s`) expired on %s, %s ago; it needs one of: %s", [
		entry.id,
		entry.level,
		entry.risk.acceptance.expires,
		calendar.days(overdue),
		risk.approvers(team.policy.approverRoles),
	])
}

finding contains {"at": array.concat(entry.at, ["acceptance", "date"]), "message": message} if {
	some entry in escalated
	ahead := entry.log.facts.spec.residualRisks[entry.index].acceptance.date - team.day
	ahead > 1
	message := sprintf("the acceptance of risk `%v` (`%s`) is dated %s, %s in the future; it needs one of: %s", [
		entry.id,
		entry.level,
		entry.risk.acceptance.date,
		calendar.days(ahead),
		risk.approvers(team.policy.approverRoles),
	])
}

finding contains {"at": array.concat(entry.at, ["acceptance", "by"]), "message": message} if {
	some entry in escalated
	by := entry.risk.acceptance.by
	names.somebody(entry.log, by)
	not is_own(entry)
	role := entry.risk.acceptance.role
	role in team.policy.approverRoles
	count(team.approvers) > 0
	not listed(entry.log, by, object.get(team.approvers, role, []))
	message := sprintf("`%s` accepted risk `%v` (`%s`) but is not named as `%s`; it needs one of: %s", [by, entry.id, entry.level, role, risk.approvers(team.policy.approverRoles)])
}

finding contains {"at": array.concat(entry.at, ["acceptance", "by"]), "message": message} if {
	some entry in escalated
	by := entry.risk.acceptance.by
	names.somebody(entry.log, by)
	owners := entry.log.facts.owners
	not listed(entry.log, by, owners)
	message := sprintf("`%s` accepted risk `%v` (`%s`) but is not an owner of the specification in CODEOWNERS; its owners are: %s", [
		by,
		entry.id,
		entry.level,
		owned(owners),
	])
}

finding contains {
	"at": array.concat(entry.at, ["acceptance", "by"]),
	"message": message,
	"help": "Let that person approve this commit, or an earlier change that brings the acceptance.",
} if {
	some entry in escalated
	by := entry.risk.acceptance.by
	names.somebody(entry.log, by)
	not is_own(entry)
	index := entry.index
	at := ["spec", "residualRisks", index, "acceptance"]
	log := entry.log
	not names.proven(log, at)
	message := sprintf("risk `%v` (`%s`) is accepted by `%s` only in this change, which `%s` did not approve", [entry.id, entry.level, by, by])
}

finding contains {"at": first.at, "message": message} if {
	count(accepted) > team.policy.maxAcceptedRisks
	first := accepted[0]
	message := sprintf("%d risks of severity `moderate` or above are accepted (`%s`); the team allows %v, and more need one of: %s", [
		count(accepted),
		concat("`, `", [sprintf("%v", [entry.id]) | some entry in accepted]),
		team.policy.maxAcceptedRisks,
		risk.approvers(team.policy.approverRoles),
	])
}

unaccepted(entry) := sprintf("nobody accepted risk `%v` (`%s`)", [entry.id, entry.level]) if {
	entry.risk.response == "accept"
} else := sprintf("risk `%v` (`%s`) is not verified (%s), and nobody accepted it", [entry.id, entry.level, concat(", ", unverified(entry))])

nameless(entry) := sprintf("the acceptance of risk `%v` (`%s`) names nobody; it needs one of: %s", [entry.id, entry.level, risk.approvers(team.policy.approverRoles)])

refused(entry, null) := sprintf("the acceptance of risk `%v` (`%s`) names no role", [entry.id, entry.level])

refused(entry, role) := sprintf("`%s` may not accept risk `%v` (`%s`)", [role, entry.id, entry.level]) if role != null

is_own(entry) if names.own(entry.log, entry.risk.acceptance.by, entry.log, entry.risk.owner)

# As it is written, or as it reads.
listed(_, by, people) if risk.plain(by) in {risk.plain(person) | some person in people}

listed(log, by, people) if names.plain(log, by) in {risk.plain(person) | some person in people}

owned(owners) := "nobody" if count(owners) == 0

owned(owners) := concat(", ", owners) if count(owners) > 0

escalated contains entry if {
	some entry in severe
	not settled(entry)
}

# Whoever accepts a risk lives with it: that it is verified as well says nothing before it is over.
settled(entry) if {
	entry.risk.response != "accept"
	verified(entry)
}

settled(entry) if {
	own := entry.risk
	not risk.open(own)
	verified(entry)
}

severe := [entry | some entry in risks; risk.escalates(entry.level)]

accepted := [entry |
	some entry in risks
	entry.risk.response == "accept"
	risk.open(entry.risk)
	risk.rank(entry.level) >= risk.rank("moderate")
	not risk.escalates(entry.level)
]

risks := [{"at": ["decisions", d, "spec", "residualRisks", i], "index": i, "id": id, "level": level, "log": log, "risk": item} |
	some d, log in input.decisions
	some i, item in log.spec.residualRisks
	level := severity(item)
	id := object.get(item, "id", i + 1)
]

severity(item) := item.severity

severity(item) := risk.derived(item.likelihood, item.impact) if not item.severity

verified(entry) if {
	count(verifying(entry)) > 0
	count(unverified(entry)) == 0
}

verifying(entry) := [other |
	some other in refs.items
	stated := object.get(other.item, "verifies", [])
	names_of := {name | some name in array.concat([sprintf("item/%v", [object.get(other.item, "id", "")])], stated)}
	count(names_of & wanted(entry)) > 0
]

# What an item that verifies a risk is called, or refers to.
wanted(entry) := {
	sprintf("item/%v", [object.get(entry.risk, ["verification", "checklistItem"], "-")]),
	sprintf("risk/%v", [entry.id]),
}

# Why the items that verify a risk do not show that it is under control.
unverified(entry) := ["no checklist item verifies it"] if {
	count(verifying(entry)) == 0
} else := [sprintf("`%v` %s", [object.get(other.item, "id", "?"), problem]) |
	some other in verifying(entry)
	problem := unmet(other)
]

unmet(other) := "is waived" if {
	other.item.waiver
} else := "is not blocking" if {
	object.get(other.item, "gate", "") != "blocking"
} else := "misses its target" if {
	checks.outcome(other.item, other.facts) == "missed"
} else := "is not measured" if {
	not measured(other)
}

measured(other) if {
	count(other.facts.results) > 0
	every entry in other.facts.results { checks.met(other.item, entry.result) }
}
