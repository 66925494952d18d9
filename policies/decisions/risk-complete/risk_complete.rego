# METADATA
# title: Residual risk is incomplete
# description: |
#   A residual risk that nobody owns, that has no date, or that nothing verifies will still be there when it
#   happens. Each one needs an owner, a due date, a response (accept, mitigate, transfer or avoid) and a
#   verification: a checklist item or a step that shows that the response works. A risk that is mitigated
#   must state how. A log without risks must state why there are none, since a forgotten list and an empty
#   one look the same. The columns follow the usual risk register.
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
