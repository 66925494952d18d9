# METADATA
# title: Options are not weighed against each other
# description: |
#   Ratings and rationales show why an option was chosen, so they must be able to. The chosen option must
#   not be dominated: rated no better in any dimension, and worse in at least one, than another option that
#   nothing rules out. A rationale that is the same in all four dimensions gives a reason for none of them
#   (`neutral` throughout, as of the option to change nothing, is exempt), and the same rationale cannot
#   give two options different ratings in one dimension (a warning). An option that is `worse` in all four,
#   that nothing rules out, and that has no evidence beside that of the chosen one, was not considered, but
#   put up to be rejected. Consequences that are all good were not looked for (a warning): the chosen option has a price as
#   well.
# related_resources:
#   - description: MADR, pros and cons of the options
#     ref: https://adr.github.io/madr/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [DecisionLog]
#   since: 0.2.0
#   gate: options
#   help: Rate each option by what was found out about it, and give each rating its own reason; name in `rejectedBecause` what rules out an option that is rated higher.
package servelint.rules.decisions["options-not-weighed"]

import data.servelint.lib.refs

finding contains {"at": ["spec", "decisions", i, "outcome", "chosen"], "message": message, "related": related} if {
	some [i, decision, chosen] in decided
	own := ranks(decision.options[chosen])
	some j, option in decision.options
	j != chosen
	not ruled_out(option)
	other := ranks(option)
	every dimension in dimensions { other[dimension] >= own[dimension] }
	worse := [dimension | some dimension in dimensions; other[dimension] > own[dimension]]
	count(worse) > 0
	message := sprintf("decision `%v` chooses `%v`, but rates `%v` higher in %s and lower in nothing", [
		object.get(decision, "id", i + 1),
		decision.outcome.chosen,
		object.get(option, "id", j + 1),
		concat(", ", worse),
	])
	related := [{"at": ["spec", "decisions", i, "options", j, "tradeoffs"], "message": "rated higher"}]
}

finding contains {"at": ["spec", "decisions", i, "options", j, "tradeoffs"], "message": message} if {
	some [i, decision] in live
	some j, option in decision.options
	uniform(option)
	message := sprintf("all four ratings of option `%v` of decision `%v` have the same rationale: `%s`", [
		object.get(option, "id", j + 1),
		object.get(decision, "id", i + 1),
		option.tradeoffs.security.rationale,
	])
}

finding contains {
	"at": ["spec", "decisions", i, "options", j, "tradeoffs", dimension, "rationale"],
	"message": message,
	"related": related,
	"severity": "warning",
} if {
	some [i, decision] in live
	some dimension in dimensions
	some j, option in decision.options
	judged := option.tradeoffs[dimension]
	said := plain(judged.rationale)
	alike := [k |
		some k, other in decision.options
		k < j
		plain(other.tradeoffs[dimension].rationale) == said
		other.tradeoffs[dimension].rating != judged.rating
		not uniform(other)
	]
	count(alike) > 0
	not uniform(option)
	message := sprintf("the rationale of the %s of option `%v` is that of `%v` as well, but one is rated `%s` and the other `%s`", [
		dimension,
		object.get(option, "id", j + 1),
		object.get(decision.options[alike[0]], "id", alike[0] + 1),
		judged.rating,
		decision.options[alike[0]].tradeoffs[dimension].rating,
	])
	related := [{"at": ["spec", "decisions", i, "options", alike[0], "tradeoffs", dimension, "rationale"], "message": "the same rationale"}]
}

finding contains {"at": ["spec", "decisions", i, "options", j], "message": message} if {
	some [i, decision, chosen] in decided
	some j, option in decision.options
	j != chosen
	not ruled_out(option)
	every dimension in dimensions { option.tradeoffs[dimension].rating == "worse" }
	count(sources(option) - sources(decision.options[chosen])) == 0
	message := sprintf("option `%v` of decision `%v` is rated `worse` in all four dimensions, and has no evidence of its own", [
		object.get(option, "id", j + 1),
		object.get(decision, "id", i + 1),
	])
}

dimensions := ["security", "performance", "operability", "maintainability"]

finding contains {"at": ["spec", "decisions", i, "consequences"], "message": message, "severity": "warning"} if {
	some [i, decision] in live
	count(decision.consequences.good) > 0
	count(object.get(decision.consequences, "bad", [])) == 0
	message := sprintf("decision `%v` lists what gets better, and nothing that gets worse", [object.get(decision, "id", i + 1)])
}

live := [[i, decision] |
	some i, decision in input.spec.decisions
	object.get(decision, "status", "proposed") in {"accepted", "proposed"}
]

# Those with an outcome, and the index of the option that it chooses.
decided := [[i, decision, j] |
	some [i, decision] in live
	some j, option in decision.options
	option.id == decision.outcome.chosen
]

# The ratings as numbers; undefined unless all four are there.
ranks(option) := found if {
	found := {dimension: rank |
		some dimension in dimensions
		rank := {"worse": 0, "neutral": 1, "better": 2}[option.tradeoffs[dimension].rating]
	}
	count(found) == 4
}

ruled_out(option) if option.meetsConstraints == false

ruled_out(option) if trim_space(option.rejectedBecause) != ""

uniform(option) if {
	said := [plain(option.tradeoffs[dimension].rationale) | some dimension in dimensions]
	count(said) == 4
	count({text | some text in said}) == 1
	said[0] != ""
	some dimension in dimensions
	option.tradeoffs[dimension].rating != "neutral"
}

plain(said) := concat(" ", [word | some word in regex.split(`[^\p{L}\p{N}]+`, lower(said)); word != ""])

sources(option) := {split(refs.path(evidence), "#")[0] |
	some dimension in dimensions
	some evidence in option.tradeoffs[dimension].evidence
}
