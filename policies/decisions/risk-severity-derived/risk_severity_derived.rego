# METADATA
# title: Severity differs from likelihood and impact
# description: |
#   Severity is not a third opinion: it follows from likelihood and impact through the team's matrix
#   (`severityMatrix`, by default table I-2 of NIST SP 800-30). A lower severity hides the risk from
#   escalation. A higher one is only a warning, because it hides which of the two judgements is meant.
# related_resources:
#   - description: NIST SP 800-30, appendix I, risk determination
#     ref: https://csrc.nist.gov/pubs/sp/800/30/r1/final
# custom:
#   severity: error
#   applies_to: [DecisionLog]
#   since: 0.1.0
#   gate: risks
#   help: Write the severity that the matrix gives.
package servelint.rules.decisions["risk-severity-derived"]

import data.servelint.lib.risk

finding contains {
	"at": ["spec", "residualRisks", i, "severity"],
	"message": message(i, entry, wanted),
	"related": related(i),
	"severity": gravity,
} if {
	some i, entry in input.spec.residualRisks
	wanted := risk.derived(entry.likelihood, entry.impact)
	gravity := gravity_of(risk.rank(entry.severity), risk.rank(wanted))
}

# A risk that is made small hides; one that is made large only costs attention. Undefined for what the matrix gives.
gravity_of(rated, wanted) := "error" if rated < wanted

gravity_of(rated, wanted) := "warning" if rated > wanted

message(i, entry, wanted) := sprintf("risk `%v` is rated `%s`, but likelihood `%s` with impact `%s` gives `%s`", [
	object.get(entry, "id", i + 1),
	entry.severity,
	entry.likelihood,
	entry.impact,
	wanted,
])

related(i) := [
	{"at": ["spec", "residualRisks", i, "likelihood"], "message": "likelihood"},
	{"at": ["spec", "residualRisks", i, "impact"], "message": "impact"},
]
