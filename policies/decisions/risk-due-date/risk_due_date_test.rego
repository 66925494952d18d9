package servelint.rules.decisions["risk-due-date_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-due-date"] as rule

due := {["spec", "residualRisks", 0, "dueDate"]}

test_flags_an_open_risk_past_its_date if {
	places(log({"status": "open"}, 20735)) == due
	places(log({}, 20735)) == due
}

test_accepts_today if {
	places(log({"status": "open"}, 20736)) == set()
}

test_flags_a_date_beyond_the_horizon if {
	places(log({"status": "open"}, 20827)) == due
}

test_accepts_the_last_day_of_the_horizon if {
	places(log({"status": "open"}, 20826)) == set()
}

test_ignores_closed_risks if {
	places(log({"status": "closed"}, 20000)) == set()
	places(log({"status": "closed"}, 30000)) == set()
}

test_ignores_missing_dates if {
	places({}) == set()
	places({"spec": {"residualRisks": [{"dueDate": "soon"}]}, "facts": {}}) == set()
}

log(part, day) := {
	"spec": {"residualRisks": [object.union({"id": "R-1", "dueDate": "2026-10-09"}, part)]},
	"facts": {"spec": {"residualRisks": [{"dueDate": day}]}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
		with data.servelint.policy as {"maxRiskDueDays": 90}
}

test_flags_other_numbers_of_residual_risks_due_date if {
	said([{"op": "replace", "path": "/facts/spec/residualRisks/0/dueDate", "value": 41470}]) == {{"at": ["spec", "residualRisks", 0, "dueDate"], "says": ["`R-1`", "2026", "10", "09", "20734", "90"]}}
}

test_flags_the_places if {
	said([]) == {{"at": ["spec", "residualRisks", 0, "dueDate"], "says": ["`R-1`", "2026", "10", "09", "1"]}}
}

test_flags_without_residual_risks_id if {
	said([{"op": "remove", "path": "/spec/residualRisks/0/id"}]) == {{"at": ["spec", "residualRisks", 0, "dueDate"], "says": ["`1`", "2026", "10", "09", "1"]}}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
		with data.servelint.policy as {"maxRiskDueDays": 90}
}

example := {
	"facts": {"spec": {"residualRisks": [{"dueDate": 20735}]}},
	"spec": {"residualRisks": [{"dueDate": "2026-10-09", "id": "R-1"}]},
}

test_flags_other_numbers_of_residual_risks_due_date_too if {
	said_more([{"op": "replace", "path": "/facts/spec/residualRisks/0/dueDate", "value": 41470}]) == {{"at": ["spec", "residualRisks", 0, "dueDate"], "says": ["`1`", "2026", "10", "09", "20734", "90"]}}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
		with data.servelint.policy as {"maxRiskDueDays": 90}
}

example_more := {
	"facts": {"spec": {"residualRisks": [{"dueDate": 20735}]}},
	"spec": {"residualRisks": [{"dueDate": "2026-10-09"}]},
}
