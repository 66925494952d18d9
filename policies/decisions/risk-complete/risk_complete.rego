# METADATA
# title: Residual risk is incomplete
# description: |
#   A residual risk that nobody owns, that has no date, or that nothing verifies will still be there when it
#   happens. Each one needs an owner, a due date, a response (accept, mitigate, transfer or avoid) and a
#   verification: a checklist item or a step that shows that the response works. A step states what is done:
#   `check later` and `verify R-1` are none. A risk that is mitigated must state how. A log without risks
#   must state why there are none, since a forgotten list and an empty one look the same. The columns follow
#   the usual risk register.
# related_resources:
#   - description: NIST SP 800-30, Guide for Conducting Risk Assessments
#     ref: https://csrc.nist.gov/pubs/sp/800/30/r1/final
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [DecisionLog]
#   since: 0.1.0
#   gate: risks
#   help: Fill in the missing part; for an empty list give `noResidualRisks` with the reason.
#   reworded:
#     - now: "no residual risks are listed and `noResidualRisks` gives no reason"
#       then: "no residual risks are listed and `noResidualRisks` does not say why"
package servelint.rules.decisions["risk-complete"]

import data.servelint.lib.fields

finding contains {"at": ["spec", "residualRisks", i, key], "message": message} if {
	some [i, risk] in lacking
	some key, part in {"owner": "owner", "dueDate": "due date", "response": "response"}
	not fields.filled(risk, key)
	message := sprintf("risk `%v` has no %s", [object.get(risk, "id", i + 1), part])
}

finding contains {"at": ["spec", "residualRisks", i, "verification"], "message": message} if {
	some [i, risk] in lacking
	not verified(risk)
	message := sprintf("risk `%v` has no verification: neither a `checklistItem` nor a `step`", [object.get(risk, "id", i + 1)])
}

finding contains {
	"at": ["spec", "residualRisks", i, "verification", "step"],
	"message": message,
	"help": "Name the checklist item that shows that the response works, or state in the step what is done and what its result must be.",
} if {
	some [i, risk] in lacking
	fields.filled(risk.verification, "step")
	not fields.filled(risk.verification, "checklistItem")
	not tells(risk.verification.step, risk)
	message := sprintf("the verification of risk `%v` is the step `%s`, which does not state what is done", [
		object.get(risk, "id", i + 1),
		risk.verification.step,
	])
}

finding contains {"at": ["spec", "residualRisks", i, "mitigation"], "message": message} if {
	some [i, risk] in lacking
	risk.response == "mitigate"
	not fields.filled(risk, "mitigation")
	message := sprintf("risk `%v` is to be mitigated, but no mitigation is given", [object.get(risk, "id", i + 1)])
}

finding contains {"at": ["spec", "noResidualRisks"], "message": "no residual risks are listed and `noResidualRisks` gives no reason"} if {
	input.spec.residualRisks == []
	not fields.filled(input.spec, "noResidualRisks")
}

# The risks that may lack something: what every complete and mitigated risk has is not there.
lacking := [[i, risk] |
	some i, risk in input.spec.residualRisks
	not complete(risk)
]

complete(risk) if {
	trim_space(risk.owner) != ""
	trim_space(risk.dueDate) != ""
	trim_space(risk.response) != ""
	trim_space(risk.mitigation) != ""
	trim_space(risk.verification.checklistItem) != ""
}

verified(risk) if {
	some key in ["checklistItem", "step"]
	fields.filled(risk.verification, key)
}

# A step tells something where a word remains without its risk and what every step could say.
tells(step, risk) if {
	common := split(idle, " ")
	own := words(object.get(risk, "id", ""))
	some word in words(step)
	not word in own
	not word in common
	not strings.any_prefix_match(word, [
		"verif", "check", "recheck", "test", "retest", "review", "confirm", "validat", "monitor", "discuss", "investigat",
		"assess", "reassess", "evaluat", "inspect", "observ", "examin", "analys", "analyz", "updat", "revisit",
	])
}

words(text) := [word | some word in regex.split(`[^\p{L}\p{N}]+`, lower(text)); word != ""]

idle := concat(" ", [
	"a about again all also an and any anything are as asap ask at be been before by can case closed continuously date",
	"daily day days do done due ensure eventually every everybody everyone everything eye fine follow for from go good",
	"hand have how if in into is issue it its just keep later let live look looks make manual manually maybe meeting",
	"mitigated mitigation month monthly months more need needed new next no not of off ok okay on once ongoing only or our",
	"out over people periodically possible problem progress quarter quarterly ready regularly release resolved response",
	"risk risks same see shall should situation some somebody something soon sprint status step sure talk team that the",
	"them then there thing things this through time to today tomorrow track up us via was watch we week weekly weeks well",
	"when whether will with work works year yearly you",
])
