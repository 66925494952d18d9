# METADATA
# title: Accepted risk needs a named approver
# description: |
#   The team that builds a service may mitigate its risks but may not accept the large ones alone. An open
#   risk of the team's escalation level (`escalateAtSeverity`, `high` by default) or above with the response
#   `accept` must have been accepted by somebody in an approver role (`approverRoles`), who is not the owner
#   of the risk, and whose acceptance has not expired; the last day still counts. Where the team names the
#   people of a role (`[approvers]`), it must be one of them, by name, because team membership on a hosting
#   site is unknown offline. With `approversMustOwn`, that person must also own the file of the
#   specification by `CODEOWNERS`. Until then the release waits for that person. A risk without a stated
#   severity takes the severity derived from likelihood and impact.
# related_resources:
#   - description: NIST SP 800-30, Guide for Conducting Risk Assessments
#     ref: https://csrc.nist.gov/pubs/sp/800/30/r1/final
# custom:
#   severity: escalation
#   elsewhere: warning
#   applies_to: [DecisionLog]
#   since: 0.1.0
#   gate: risks
#   help: Ask one of the approver roles to accept the risk with `acceptance` (by, role, date, expires), or mitigate it.
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
import data.servelint.lib.risk
import data.servelint.lib.team

finding contains {"at": array.concat(entry.at, ["acceptance"]), "message": message} if {
	some entry in escalated
	not entry.risk.acceptance
	message := sprintf("nobody accepted risk `%v` (`%s`); it needs one of: %s", [entry.id, entry.level, risk.approvers(team.policy.approverRoles)])
}

finding contains {"at": array.concat(entry.at, ["acceptance", "by"]), "message": message} if {
	some entry in escalated
	entry.risk.acceptance
	not entry.risk.acceptance.by
	message := sprintf("the acceptance of risk `%v` (`%s`) names nobody; it needs one of: %s", [entry.id, entry.level, risk.approvers(team.policy.approverRoles)])
}

finding contains {"at": array.concat(entry.at, ["acceptance", "by"]), "message": message, "related": related} if {
	some entry in escalated
	is_own(entry.risk)
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
	overdue := team.day - input.facts.spec.residualRisks[entry.index].acceptance.expires
	overdue > 0
	message := sprintf("the acceptance of risk `%v` (`%s`) expired on %s, %s ago; it needs one of: %s", [
		entry.id,
		entry.level,
		entry.risk.acceptance.expires,
		calendar.days(overdue),
		risk.approvers(team.policy.approverRoles),
	])
}

finding contains {"at": array.concat(entry.at, ["acceptance", "by"]), "message": message} if {
	some entry in escalated
	by := entry.risk.acceptance.by
	item := entry.risk
	not is_own(item)
	role := entry.risk.acceptance.role
	role in team.policy.approverRoles
	count(team.approvers) > 0
	people := object.get(team.approvers, role, [])
	names := {risk.plain(person) | some person in people}
	not risk.plain(by) in names
	message := sprintf("`%s` accepted risk `%v` (`%s`) but is not named as `%s`; it needs one of: %s", [by, entry.id, entry.level, role, risk.approvers(team.policy.approverRoles)])
}

finding contains {"at": array.concat(entry.at, ["acceptance", "by"]), "message": message} if {
	some entry in escalated
	by := entry.risk.acceptance.by
	owners := input.facts.owners
	names := {risk.plain(owner) | some owner in owners}
	not risk.plain(by) in names
	message := sprintf("`%s` accepted risk `%v` (`%s`) but is not an owner of the specification in CODEOWNERS; its owners are: %s", [
		by,
		entry.id,
		entry.level,
		owned(owners),
	])
}

refused(entry, null) := sprintf("the acceptance of risk `%v` (`%s`) names no role", [entry.id, entry.level])

refused(entry, role) := sprintf("`%s` may not accept risk `%v` (`%s`)", [role, entry.id, entry.level]) if role != null

is_own(item) if risk.plain(item.acceptance.by) == risk.plain(item.owner)

owned(owners) := "nobody" if count(owners) == 0

owned(owners) := concat(", ", owners) if count(owners) > 0

escalated contains {"at": ["spec", "residualRisks", i], "index": i, "id": id, "level": level, "risk": item} if {
	some i, item in input.spec.residualRisks
	item.response == "accept"
	risk.open(item)
	level := severity(item)
	risk.escalates(level)
	id := object.get(item, "id", i + 1)
}

severity(item) := item.severity

severity(item) := risk.derived(item.likelihood, item.impact) if not item.severity
