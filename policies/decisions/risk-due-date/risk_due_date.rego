# METADATA
# title: Due date of an open risk has passed, is too far away, or is before its actions
# description: |
#   A due date says until when the response to a risk is in place. An open risk past its date means that the
#   response did not happen while the service runs on; one that is due beyond the team's horizon
#   (`maxRiskDueDays`, 90 days by default) will not be reviewed by the people who accept it now. The date
#   itself is still in time, and so is the last day of the horizon. An action that closes a risk, or that
#   its mitigation names, is the response to it, so it is due no later than the risk.
# related_resources:
#   - description: NIST SP 800-30, Guide for Conducting Risk Assessments
#     ref: https://csrc.nist.gov/pubs/sp/800/30/r1/final
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [DecisionLog]
#   since: 0.1.0
#   gate: risks
#   help: Close the risk if the response is in place; else agree on a date within the horizon, in steps if the work is long, and let the actions that close the risk end by then.
package servelint.rules.decisions["risk-due-date"]

import data.servelint.lib.calendar
import data.servelint.lib.risk
import data.servelint.lib.team

finding contains {"at": ["spec", "residualRisks", i, "dueDate"], "message": message} if {
	some i, entry in input.spec.residualRisks
	overdue := team.day - input.facts.spec.residualRisks[i].dueDate
	overdue > 0
	risk.open(entry)
	message := sprintf("risk `%v` is still open, but was due on %s, %s ago", [
		object.get(entry, "id", i + 1),
		entry.dueDate,
		calendar.days(overdue),
	])
}

finding contains {"at": ["spec", "residualRisks", i, "dueDate"], "message": message} if {
	some i, entry in input.spec.residualRisks
	ahead := input.facts.spec.residualRisks[i].dueDate - team.day
	ahead > team.policy.maxRiskDueDays
	risk.open(entry)
	message := sprintf("risk `%v` is due on %s, in %s; the team allows %s", [
		object.get(entry, "id", i + 1),
		entry.dueDate,
		calendar.days(ahead),
		calendar.days(team.policy.maxRiskDueDays),
	])
}

finding contains {"at": ["spec", "actions", k, "dueDate"], "message": message, "related": related} if {
	some k, action in input.spec.actions
	open_action(action)
	some i, entry in input.spec.residualRisks
	late := input.facts.spec.actions[k].dueDate - input.facts.spec.residualRisks[i].dueDate
	late > 0
	responds(action, entry)
	risk.open(entry)
	message := sprintf("action `%v` is the response to risk `%v`, but it is due on %s, %s after the risk", [
		object.get(action, "id", k + 1),
		object.get(entry, "id", i + 1),
		action.dueDate,
		calendar.days(late),
	])
	related := [{"at": ["spec", "residualRisks", i, "dueDate"], "message": sprintf("the risk is due on %s", [entry.dueDate])}]
}

finding contains {"at": ["spec", "residualRisks", i, "acceptance", "expires"], "message": message, "severity": "warning", "related": related} if {
	some i, entry in input.spec.residualRisks
	risk.open(entry)
	dates := input.facts.spec.residualRisks[i]
	beyond := dates.acceptance.expires - dates.dueDate
	beyond > team.policy.maxRiskDueDays
	message := sprintf("the acceptance of risk `%v` expires on %s, %s after the risk is due; %s", [
		object.get(entry, "id", i + 1),
		entry.acceptance.expires,
		calendar.days(beyond),
		team.allows("maxRiskDueDays", calendar.days(team.policy.maxRiskDueDays)),
	])
	related := [{"at": ["spec", "residualRisks", i, "dueDate"], "message": sprintf("the risk is due on %s", [entry.dueDate])}]
}

# What is done or given up is no longer waited for.
open_action(action) if not object.get(action, "status", "open") in {"done", "cancelled"}

responds(action, entry) if entry.id in action.closes

responds(action, entry) if {
	contains(entry.mitigation, action.id)
	action.id in regex.split(`[^A-Za-z0-9_-]+`, entry.mitigation)
}
