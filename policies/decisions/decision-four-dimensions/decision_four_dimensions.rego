# METADATA
# title: Option is not rated in all four dimensions
# description: |
#   Options can be compared only where each is rated on the same points. Every option needs a rating and a
#   rationale for security, performance, operability and maintainability, rejected ones included: the
#   dimension that is left out is usually the one that costs later, and a rating without rationale cannot be
#   questioned.
# related_resources:
#   - description: MADR, pros and cons of the options
#     ref: https://adr.github.io/madr/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [DecisionLog]
#   since: 0.1.0
#   help: Rate the option better, neutral or worse in each dimension and say in one sentence why; `neutral` is a fair answer.
package servelint.rules.decisions["decision-four-dimensions"]

import data.servelint.lib.fields

finding contains {"at": ["spec", "decisions", i, "options", j, "tradeoffs"], "message": message} if {
	some [i, decision, j, option] in lacking
	not option.tradeoffs
	message := sprintf("option `%v` of decision `%v` is not rated on security, performance, operability and maintainability", [
		object.get(option, "id", j + 1),
		object.get(decision, "id", i + 1),
	])
}

finding contains {"at": ["spec", "decisions", i, "options", j, "tradeoffs", dimension], "message": message} if {
	some [i, decision, j, option] in lacking
	option.tradeoffs
	some dimension in ["security", "performance", "operability", "maintainability"]
	not option.tradeoffs[dimension]
	message := sprintf("option `%v` of decision `%v` is not rated on %s", [
		object.get(option, "id", j + 1),
		object.get(decision, "id", i + 1),
		dimension,
	])
}

finding contains {"at": ["spec", "decisions", i, "options", j, "tradeoffs", dimension, key], "message": message} if {
	some [i, decision, j, option] in lacking
	some dimension in ["security", "performance", "operability", "maintainability"]
	judged := option.tradeoffs[dimension]
	some key in ["rating", "rationale"]
	not fields.filled(judged, key)
	message := sprintf("the %s of option `%v` of decision `%v` has no %s", [
		dimension,
		object.get(option, "id", j + 1),
		object.get(decision, "id", i + 1),
		key,
	])
}

# The options that are not rated in full. One look at each option spares most of them twelve.
lacking := [[i, decision, j, option] |
	some i, decision in input.spec.decisions
	some j, option in decision.options
	not rated(option)
]

rated(option) if {
	full := [1 |
		some dimension in ["security", "performance", "operability", "maintainability"]
		judged := option.tradeoffs[dimension]
		trim_space(judged.rating) != ""
		trim_space(judged.rationale) != ""
	]
	count(full) == 4
}
