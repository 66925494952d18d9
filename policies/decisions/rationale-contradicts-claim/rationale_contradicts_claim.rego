# METADATA
# title: Number in the rationale contradicts its claim
# description: |
#   A reader takes the number of a rationale for the one that was measured. Where a sentence names the metric of
#   the claim beside one number in its unit, that number must be the claimed value or the measured one, as
#   exactly as it is written. A sentence that names another metric or statistic, several numbers, a limit or a
#   comparison is not compared.
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [DecisionLog]
#   since: 0.2.0
#   gate: options
#   help: Write the number that was measured, in the claim and in the rationale.
package servelint.rules.decisions["rationale-contradicts-claim"]

import data.servelint.lib.measured

finding contains {"at": array.concat(tradeoff, ["rationale"]), "message": message, "related": related} if {
	some claim in input.facts.claims
	decision := input.spec.decisions[claim.at[2]]
	object.get(decision, "status", "proposed") in {"accepted", "proposed"}
	option := decision.options[claim.at[4]]
	tradeoff := array.slice(claim.at, 0, 7)
	some number in claim.contradicted
	message := sprintf("the rationale for the %s of option `%v` says `%s`, but its claim about `%s %s` is %s", [
		claim.at[6],
		object.get(option, "id", claim.at[4] + 1),
		number,
		claim.statistic,
		claim.metric,
		measured.shown({"value": claim.limit, "unit": claim.unit}),
	])
	related := [{"at": array.concat(claim.at, ["value"]), "message": "the claim"}]
}
