package servelint.rules.decisions["risk-due-date_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-due-date"] as rule

due := ["spec", "residualRisks", 0, "dueDate"]

test_flags_an_open_risk_on_the_day_after_it_was_due if {
	said(log({"status": "open"}, today - 1)) == {{"at": due, "says": ["`R-1`", "2026", "10", "09", "1"]}}
}

test_flags_a_risk_without_a_status_as_an_open_one if {
	count(said(log({}, today - 1))) == 1
}

test_accepts_a_risk_that_is_due_today if {
	said(log({"status": "open"}, today)) == set()
}

test_flags_a_date_beyond_the_horizon_of_the_team if {
	said(log({"status": "open"}, today + 91)) == {{"at": due, "says": ["`R-1`", "2026", "10", "09", "91", "90"]}}
}

test_accepts_the_last_day_of_the_horizon if {
	said(log({"status": "open"}, today + 90)) == set()
}

test_ignores_a_risk_that_is_over if {
	said(log({"status": "closed"}, today - 1)) == set()
	said(log({"status": "closed"}, today + 91)) == set()
}

test_names_risks_without_an_id_by_their_number if {
	every day in [today - 1, today + 91] {
		{finding.says[0] | some finding in said(testing.without(log({}, day), ["/spec/residualRisks/0/id"]))} == {"`1`"}
	}
}

test_ignores_missing_parts if {
	said({}) == set()
	said(testing.without(log({}, today - 1), ["/facts"])) == set()
}

# 2026-10-10
today := 20736

# A risk that is due on this day.
log(differs, day) := {
	"spec": {"residualRisks": [object.union({"id": "R-1", "dueDate": "2026-10-09"}, differs)]},
	"facts": {"spec": {"residualRisks": [{"dueDate": day}]}},
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.day as today
		with data.servelint.policy as {"maxRiskDueDays": 90}
}
