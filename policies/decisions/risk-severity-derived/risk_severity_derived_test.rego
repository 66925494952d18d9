package servelint.rules.decisions["risk-severity-derived_test"]

import data.servelint.lib.testing
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

test_flags_the_places if {
	said([]) == {
		{
			"at": ["spec", "residualRisks", 0, "severity"],
			"related": [["spec", "residualRisks", 0, "likelihood"], ["spec", "residualRisks", 0, "impact"]],
			"says": ["`R-1`", "`high`", "`low`", "`very-high`", "`moderate`"],
			"severity": "warning",
		},
	}
}

test_flags_without_residual_risks_id if {
	said([{"op": "remove", "path": "/spec/residualRisks/0/id"}]) == {
		{
			"at": ["spec", "residualRisks", 0, "severity"],
			"related": [["spec", "residualRisks", 0, "likelihood"], ["spec", "residualRisks", 0, "impact"]],
			"says": ["`1`", "`high`", "`low`", "`very-high`", "`moderate`"],
			"severity": "warning",
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {
			"severityMatrix": {"low": {"low": "low", "very-high": "moderate"}, "moderate": {"very-high": "high"}},
		}
}

example := {
	"spec": {"residualRisks": [{"id": "R-1", "impact": "very-high", "likelihood": "low", "severity": "high"}]},
}
