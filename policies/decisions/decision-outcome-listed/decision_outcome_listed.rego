# METADATA
# title: Chosen option is unknown or ruled out
# description: |
#   The chosen option must be one of those that were considered, by its id, otherwise its trade-offs and
#   evidence are missing. It must also meet the hard constraints: an option with `meetsConstraints: false`
#   or a `rejectedBecause` was ruled out, and choosing it anyway is a contradiction. An accepted decision
#   needs an outcome; a proposed one may still be open.
# related_resources:
#   - description: MADR, decision outcome
#     ref: https://adr.github.io/madr/
# custom:
#   severity: error
#   applies_to: [DecisionLog]
#   since: 0.1.0
#   help: Set `outcome.chosen` to the id of an option that meets every hard constraint.
#   reworded:
#     - now: "decision `{}` is accepted but has no chosen option"
#       then: "decision `{}` is accepted but says no chosen option"
#     - now: "decision `{}` chooses `{}`, which is not one of its options: {}"
#       then: "decision `{}` chooses `{}`, which is none of its options: {}"
package servelint.rules.decisions["decision-outcome-listed"]

finding contains {"at": ["spec", "decisions", i, "outcome", "chosen"], "message": message} if {
	some i, decision in input.spec.decisions
	decision.status == "accepted"
	not decision.outcome.chosen
	message := sprintf("decision `%v` is accepted but has no chosen option", [object.get(decision, "id", i + 1)])
}

finding contains {"at": ["spec", "decisions", i, "outcome", "chosen"], "message": message} if {
	some i, decision in input.spec.decisions
	chosen := decision.outcome.chosen
	ids := {option.id | some option in decision.options}
	ids != set()
	not chosen in ids
	message := sprintf("decision `%v` chooses `%s`, which is not one of its options: %s", [
		object.get(decision, "id", i + 1),
		chosen,
		suggestion(chosen, decision.options, ids),
	])
}

finding contains {"at": ["spec", "decisions", i, "outcome", "chosen"], "message": message, "related": related} if {
	some i, decision in input.spec.decisions
	some j, option in decision.options
	option.id == decision.outcome.chosen
	option.meetsConstraints == false
	not option.rejectedBecause
	message := sprintf("decision `%v` chooses `%s`, which does not meet the hard constraints", [object.get(decision, "id", i + 1), option.id])
	related := [{"at": ["spec", "decisions", i, "options", j, "meetsConstraints"], "message": "the option fails a hard constraint"}]
}

finding contains {"at": ["spec", "decisions", i, "outcome", "chosen"], "message": message, "related": related} if {
	some i, decision in input.spec.decisions
	some j, option in decision.options
	option.id == decision.outcome.chosen
	message := sprintf("decision `%v` chooses `%s`, which it rejects: %s", [object.get(decision, "id", i + 1), option.id, option.rejectedBecause])
	related := [{"at": ["spec", "decisions", i, "options", j, "rejectedBecause"], "message": "rejected here"}]
}

suggestion(chosen, options, ids) := sprintf("did you mean `%s`?", [near]) if {
	meant := [option.id | some option in options; means(option, chosen)]
	near := meant[0]
} else := sprintf("`%s`", [concat("`, `", sort([id | some id in ids]))])

means(option, chosen) if lower(option.id) == lower(chosen)

means(option, chosen) if lower(option.title) == lower(chosen)
