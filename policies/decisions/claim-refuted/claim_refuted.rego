# METADATA
# title: Claim of a rating is not what its evidence says
# description: |
#   A rating may rest on a `claim`: a metric, a statistic, an operator and a value, with the file that shows it.
#   The value is read again from the file, converted to the unit of the claim, and compared, as for a checklist
#   item. A file that does not hold the metric or the statistic, a value of another unit, and a claim without a
#   unit cannot be compared and are errors as well. Decisions that no longer apply are exempt.
# related_resources:
#   - description: MADR, pros and cons of the options
#     ref: https://adr.github.io/madr/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [DecisionLog]
#   since: 0.2.0
#   gate: options
#   help: Claim what was measured, and rate the option by that; or measure again.
package servelint.rules.decisions["claim-refuted"]

import data.servelint.lib.compare
import data.servelint.lib.measured

finding contains {"at": array.concat(claim.at, ["value"]), "message": message, "related": related} if {
	some claim in claims
	some result in claim.results
	missed(claim.op, result.result.value, claim.limit)
	message := sprintf("%s is wrong: `%s %s` is %s in `%s`, not %s %s", [
		called(claim),
		claim.statistic,
		claim.metric,
		measured.shown(result.result),
		result.path,
		wording(claim.op),
		measured.shown({"value": claim.limit, "unit": claim.unit}),
	])
	related := [{"at": result.at, "message": sprintf("at `%s` in this file", [result.result.at])}]
}

finding contains {"at": claim.at, "message": message} if {
	some claim in claims
	message := sprintf("%s cannot be recomputed: %s", [called(claim), claim.fault])
}

finding contains object.union({"at": result.at, "message": message}, cause(result)) if {
	some claim in claims
	object.get(claim, "fault", "") == ""
	some result in claim.results
	object.get(result, "result", {}) == {}
	message := sprintf("%s cannot be recomputed: %s", [called(claim), reason(claim, result)])
}

claims := [claim |
	some claim in input.facts.claims
	decision := input.spec.decisions[claim.at[2]]
	object.get(decision, "status", "proposed") in {"accepted", "proposed"}
]

called(claim) := sprintf("the claim about the %s of option `%v`", [claim.at[6], object.get(option, "id", claim.at[4] + 1)]) if {
	option := input.spec.decisions[claim.at[2]].options[claim.at[4]]
}

missed("lte", value, limit) if compare.above(value, limit)

missed("lt", value, limit) if value >= limit

missed("gte", value, limit) if compare.below(value, limit)

missed("gt", value, limit) if value <= limit

missed("eq", value, limit) if value != limit

wording("lte") := "at most"

wording("lt") := "below"

wording("gte") := "at least"

wording("gt") := "above"

wording("eq") := "equal to"

reason(_, result) := sprintf("`%s` %s", [object.get(result, "path", ""), unread(result)]) if result.status != "read"

reason(claim, result) := sprintf("`%s` does not hold the metric `%s`%s", [result.path, claim.metric, held(result)]) if {
	result.lacking == "metric"
}

reason(claim, result) := sprintf("`%s` does not hold the %s of `%s`%s", [result.path, claim.statistic, claim.metric, held(result)]) if {
	result.lacking == "statistic"
}

reason(_, result) := sprintf("`%s` does not tell the unit of the value", [result.path]) if result.lacking == "unit"

reason(claim, result) := sprintf("the value in `%s` is in %s, which is not comparable with `%s`", [
	result.path,
	result.holdsUnit,
	claim.unit,
]) if {
	result.lacking == "dimension"
}

unread(result) := "does not exist" if result.status == "missing"

unread(result) := "is a remote address, which is not fetched" if result.status == "remote"

unread(result) := object.get(result, "reason", "cannot be read") if {
	status := result.status
	not status in {"missing", "remote"}
}

held(result) := sprintf("; it holds `%s`", [concat("`, `", array.slice(result.holds, 0, 5))]) if count(result.holds) > 0

held(result) := "" if count(object.get(result, "holds", [])) == 0

# A missing file is one finding with all its places.
cause(result) := {"follows": sprintf("file %s", [split(result.path, "#")[0]])} if {
	result.status == "missing"
} else := {}
