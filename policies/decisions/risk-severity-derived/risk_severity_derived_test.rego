package servelint.rules.decisions["risk-severity-derived_test"]

import data.servelint.rules.decisions["risk-severity-derived"] as rule

severity := {["spec", "residualRisks", 0, "severity"]}

test_flags_a_severity_below_the_matrix if {
	places(rated("moderate", "very-high", "low")) == severity
}

test_flags_a_severity_above_the_matrix_as_a_warning if {
	doc := {"spec": {"residualRisks": [rated("low", "very-high", "high")]}}
	found := {[f.at, f.severity] | some f in rule.finding} with input as doc with data.servelint.policy as policy
	found == {[["spec", "residualRisks", 0, "severity"], "warning"]}
}

test_accepts_what_the_matrix_gives if {
	places(rated("moderate", "very-high", "high")) == set()
	places(rated("low", "very-high", "moderate")) == set()
}

test_ignores_missing_fields if {
	places({}) == set()
	places({"id": "R-1", "severity": "low"}) == set()
	places({"id": "R-1", "likelihood": "low", "impact": "low"}) == set()
	count(rule.finding) == 0 with input as {} with data.servelint.policy as policy
}

policy := {"severityMatrix": {"low": {"very-high": "moderate", "low": "low"}, "moderate": {"very-high": "high"}}}

rated(likelihood, impact, level) := {"id": "R-1", "likelihood": likelihood, "impact": impact, "severity": level}

places(entry) := at if {
	doc := {"spec": {"residualRisks": [entry]}}
	at := {f.at | some f in rule.finding} with input as doc with data.servelint.policy as policy
}
