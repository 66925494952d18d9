package servelint.rules.decisions["decision-predates-results_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-predates-results"] as rule

outcome := ["spec", "decisions", 0, "outcome", "evidence", 0]

test_flags_a_result_that_is_much_later if {
	said(good, {"/facts/results/0/startedDay": 115}) == {{
		"at": ["spec", "decisions", 0, "date"],
		"says": ["`D1`", "2026", "01", "01", "15", "`a.json`", "14"],
		"related": [outcome],
	}}
}

test_accepts_a_result_within_the_age_of_evidence if {
	said(good, {}) == set()
	said(good, {"/facts/results/0/startedDay": 114}) == set()
	said(good, {"/facts/results/0/startedDay": 20}) == set()
}

test_flags_the_latest_result_only if {
	rating := ["spec", "decisions", 0, "options", 1, "tradeoffs", "performance", "evidence", 0]
	found := said(good, {"/facts/results/0/startedDay": 300, "/facts/results/-": {"at": rating, "path": "b.json", "startedDay": 400}})
	{finding.related | some finding in found} == {[rating]}
}

test_takes_the_day_of_the_reference_where_the_file_has_none if {
	undated := testing.without(good, ["/facts/results/0/startedDay"])
	said(undated, {}) == set()
	count(said(undated, {"/facts/spec/decisions/0/outcome": {"evidence": [{"collectedAt": 200}]}})) == 1
}

test_flags_by_the_threshold_of_the_team if {
	found := testing.all(rule.finding) with input as testing.after(good, {"/facts/results/0/startedDay": 115})
		with data.servelint.policy.evidenceMaxAgeSeconds as 86400 * 30
	found == set()
}

test_ignores_results_of_other_decisions if {
	said(good, {"/facts/results/0/startedDay": 300, "/facts/results/0/at": ["spec", "decisions", 1, "outcome", "evidence", 0]}) == set()
}

test_ignores_decisions_that_are_not_accepted if {
	said(good, {"/facts/results/0/startedDay": 300, "/spec/decisions/0/status": "proposed"}) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
}

good := {
	"spec": {"decisions": [{"id": "D1", "status": "accepted", "date": "2026-01-01"}]},
	"facts": {
		"spec": {"decisions": [{"date": 100}]},
		"results": [{"at": outcome, "path": "a.json", "status": "read", "startedDay": 108}],
	},
}

said(document, changes) := found if {
	found := testing.all(rule.finding) with input as testing.after(document, changes)
		with data.servelint.policy.evidenceMaxAgeSeconds as 1209600
}
