# METADATA
# title: Decision predates the results it rests on
# description: |
#   A decision is made on what is known on its day. Results that were measured later can confirm it, and a
#   file that a newer run replaced is dated later as well; but results that are newer than the decision by
#   more than the team's `evidenceMaxAge` (14 days by default) describe a system that nobody knew then. The
#   day that is stated in the file counts before `collectedAt` of the reference. Results that state no day
#   are not compared.
# related_resources:
#   - description: MADR, decision outcome
#     ref: https://adr.github.io/madr/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [DecisionLog]
#   since: 0.2.0
#   gate: evidence
#   help: Decide again on the results that there are now and write down that day, or link the results that the decision was made on.
package servelint.rules.decisions["decision-predates-results"]

import data.servelint.lib.calendar
import data.servelint.lib.measured
import data.servelint.lib.team

finding contains {"at": ["spec", "decisions", i, "date"], "message": message, "related": related} if {
	some i, decision in input.spec.decisions
	decision.status == "accepted"
	decided := input.facts.spec.decisions[i].date
	later := sort([[day, result.path, result.at] |
		some result in input.facts.results
		array.slice(result.at, 0, 3) == ["spec", "decisions", i]
		day := measured.taken(input.facts, result.at, result)
		(day - decided) * 86400 > team.policy.evidenceMaxAgeSeconds
	])
	count(later) > 0
	[day, path, at] := later[count(later) - 1]
	message := sprintf("decision `%v` is of %s, %s before `%s` was measured, which it rests on; the limit is %s", [
		object.get(decision, "id", i + 1),
		decision.date,
		calendar.days(day - decided),
		path,
		calendar.days(floor(team.policy.evidenceMaxAgeSeconds / 86400)),
	])
	related := [{"at": at, "message": "measured later"}]
}
