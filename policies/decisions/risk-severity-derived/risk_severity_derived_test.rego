package servelint.rules.decisions["risk-severity-derived_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-severity-derived"] as rule

test_flags_a_severity_below_the_matrix_as_an_error if {
	said(rated("moderate", "very-high", "low")) == {{
		"at": ["spec", "residualRisks", 0, "severity"],
		"related": [["spec", "residualRisks", 0, "likelihood"], ["spec", "residualRisks", 0, "impact"]],
		"says": ["`R-1`", "`low`", "`moderate`", "`very-high`", "`high`"],
		"severity": "error",
	}}
}

# It hides nothing.
test_flags_a_severity_above_the_matrix_as_a_warning if {
	said(rated("low", "very-high", "high")) == {{
		"at": ["spec", "residualRisks", 0, "severity"],
		"related": [["spec", "residualRisks", 0, "likelihood"], ["spec", "residualRisks", 0, "impact"]],
		"says": ["`R-1`", "`high`", "`low`", "`very-high`", "`moderate`"],
		"severity": "warning",
	}}
}

test_accepts_the_severity_of_the_matrix if {
	said(rated("moderate", "very-high", "high")) == set()
	said(rated("low", "very-high", "moderate")) == set()
}

test_names_risks_without_an_id_by_their_number if {
	{finding.says[0] | some finding in said(testing.without(rated("low", "low", "high"), ["/id"]))} == {"`1`"}
}

test_ignores_missing_parts if {
	said({}) == set()
	every key in ["likelihood", "impact", "severity"] {
		said(testing.without(rated("low", "low", "high"), [concat("/", ["", key])])) == set()
	}
	rule.finding == set() with input as {} with data.servelint.policy as policy
}

policy := {"severityMatrix": {
	"low": {"very-high": "moderate", "low": "low"},
	"moderate": {"very-high": "high"},
}}

rated(likelihood, impact, level) := {"id": "R-1", "likelihood": likelihood, "impact": impact, "severity": level}

said(risk) := found if {
	found := testing.all(rule.finding) with input as {"spec": {"residualRisks": [risk]}}
		with data.servelint.policy as policy
}
