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

test_flags_an_action_that_closes_the_risk_after_it if {
	said(acting({}, today + 11)) == {{
		"at": ["spec", "actions", 0, "dueDate"],
		"says": ["`ACT-1`", "`R-1`", "2026", "11", "01", "1"],
		"related": [["spec", "residualRisks", 0, "dueDate"]],
	}}
}

test_flags_a_late_action_that_the_mitigation_names if {
	named := testing.after(acting({"closes": []}, today + 11), {"/spec/residualRisks/0/mitigation": "the fallback of ACT-1."})
	testing.places(rule.finding) == {["spec", "actions", 0, "dueDate"]} with input as named
		with data.servelint.day as today
		with data.servelint.policy as {"maxRiskDueDays": 90}
	said(testing.after(named, {"/spec/residualRisks/0/mitigation": "see ACT-10"})) == set()
}

test_accepts_an_action_that_is_due_with_the_risk if {
	said(acting({}, today + 10)) == set()
}

test_ignores_actions_that_are_over_or_for_something_else if {
	every status in ["done", "cancelled"] {
		said(acting({"status": status}, today + 11)) == set()
	}
	said(acting({"closes": ["R-2"]}, today + 11)) == set()
	said(testing.after(acting({}, today + 11), {"/spec/residualRisks/0/status": "closed"})) == set()
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

# A risk that is due in ten days, and an action that is due on this day.
acting(differs, day) := json.patch(log({}, today + 10), [
	{"op": "add", "path": "/spec/actions", "value": [object.union({"id": "ACT-1", "closes": ["R-1"], "dueDate": "2026-11-01"}, differs)]},
	{"op": "add", "path": "/facts/spec/actions", "value": [{"dueDate": day}]},
])

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.day as today
		with data.servelint.policy as {"maxRiskDueDays": 90}
}

test_flags_an_acceptance_that_outlives_its_risk if {
	dates := {"dueDate": 20700, "acceptance": {"expires": 20900}}
	log := {
		"spec": {"residualRisks": [{"id": "R-1", "status": "open", "dueDate": "2026-09-04", "acceptance": {"expires": "2027-03-23"}}]},
		"facts": {"spec": {"residualRisks": [dates]}},
	}
	found := testing.all(rule.finding) with input as log with data.servelint.policy as {"maxRiskDueDays": 90, "stated": []} with data.servelint.day as 20690
	{[finding.at, finding.severity, finding.related] | some finding in found} == {[
		["spec", "residualRisks", 0, "acceptance", "expires"],
		"warning",
		[["spec", "residualRisks", 0, "dueDate"]],
	]}
	later := testing.after(log, {"/facts/spec/residualRisks/0/dueDate": 20810})
	every changed in [testing.after(log, {"/spec/residualRisks/0/status": "closed"}), later] {
		after := {finding | some finding in rule.finding; finding.at[3] == "acceptance"} with input as changed with data.servelint.policy as {"maxRiskDueDays": 90, "stated": []} with data.servelint.day as 20690
		count(after) == 0
	}
}
