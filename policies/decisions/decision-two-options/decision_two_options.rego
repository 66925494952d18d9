# METADATA
# title: Decision has no alternative
# description: |
#   A decision with one option was not compared with anything, so a reviewer cannot see why it was chosen or
#   when to revisit it. MADR asks for the considered options before the chosen one. At least two are needed,
#   and they must differ; keeping things as they are is a valid option and often the most useful one.
# related_resources:
#   - description: MADR, considered options
#     ref: https://adr.github.io/madr/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [DecisionLog]
#   since: 0.1.0
#   help: Add the option that came second, or "leave it as it is", with its trade-offs.
package servelint.rules.decisions["decision-two-options"]

finding contains {"at": ["spec", "decisions", i, "options"], "message": message} if {
	some i, decision in input.spec.decisions

	# Undefined for two and more.
	considered := amount[count(object.get(decision, "options", []))]
	message := sprintf("decision `%v` considers %s; at least 2 are needed", [object.get(decision, "id", i + 1), considered])
}

finding contains {"at": ["spec", "decisions", i, "options", j, "title"], "message": message, "related": related} if {
	some i, decision in input.spec.decisions
	some j, option in decision.options
	title := lower(trim_space(option.title))
	first := min([k | some k, other in decision.options; lower(trim_space(other.title)) == title])
	first < j
	message := sprintf("options %d and %d of decision `%v` are both `%s`", [first + 1, j + 1, object.get(decision, "id", i + 1), option.title])
	related := [{"at": ["spec", "decisions", i, "options", first, "title"], "message": "the same option"}]
}

amount := ["no option", "1 option"]
