package servelint.rules.decisions["risk-complete_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-complete"] as rule

at := ["spec", "residualRisks", 0]

complete := {
	"id": "R-1", "owner": "dana.k", "dueDate": "2026-10-31", "response": "mitigate", "mitigation": "hold the step",
	"verification": {"checklistItem": "CAN-1"},
}

test_flags_each_missing_part if {
	every key in ["owner", "dueDate", "response", "verification", "mitigation"] {
		places([object.remove(complete, [key])]) == {array.concat(at, [key])}
	}
}

test_flags_a_verification_without_content if {
	places([object.union(object.remove(complete, ["verification"]), {"verification": {}})]) == {array.concat(at, ["verification"])}
}

test_accepts_a_step_as_verification if {
	places([object.union(object.remove(complete, ["verification"]), {"verification": {"step": "drill in November"}})]) == set()
}

test_accepts_a_complete_risk if {
	places([complete]) == set()
}

test_ignores_mitigation_of_an_accepted_risk if {
	places([object.union(object.remove(complete, ["mitigation"]), {"response": "accept"})]) == set()
}

test_flags_an_empty_list_without_reason if {
	places([]) == {["spec", "noResidualRisks"]}
}

test_accepts_an_empty_list_with_reason if {
	count(rule.finding) == 0 with input as {"spec": {"residualRisks": [], "noResidualRisks": "a copy of the running service"}}
}

test_ignores_missing_fields if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {}}
}

places(risks) := found if {
	found := {f.at | some f in rule.finding} with input as {"spec": {"residualRisks": risks}}
}

test_flags_empty_residual_risks if {
	said_1([{"op": "replace", "path": "/spec/residualRisks/0", "value": {}}]) == {
		{"at": ["spec", "residualRisks", 0, "dueDate"], "says": ["`1`"]},
		{"at": ["spec", "residualRisks", 0, "owner"], "says": ["`1`"]},
		{"at": ["spec", "residualRisks", 0, "response"], "says": ["`1`"]},
		{"at": ["spec", "residualRisks", 0, "verification"], "says": ["`1`", "`checklistItem`", "`step`"]},
	}
}

test_flags_the_places if {
	said_2([]) == {{"at": ["spec", "residualRisks", 0, "mitigation"], "says": ["`R-1`"]}}
}

test_flags_without_residual_risks_due_date if {
	said_1([{"op": "remove", "path": "/spec/residualRisks/0/dueDate"}]) == {
		{"at": ["spec", "residualRisks", 0, "dueDate"], "says": ["`R-1`"]},
		{"at": ["spec", "residualRisks", 0, "verification"], "says": ["`R-1`", "`checklistItem`", "`step`"]},
	}
}

test_flags_without_residual_risks_id if {
	said_2([{"op": "remove", "path": "/spec/residualRisks/0/id"}]) == {{"at": ["spec", "residualRisks", 0, "mitigation"], "says": ["`1`"]}}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"spec": {
		"residualRisks": [
			{
				"dueDate": "2026-10-31",
				"id": "R-1",
				"mitigation": "hold the step",
				"owner": "dana.k",
				"response": "mitigate",
			},
		],
	},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"spec": {
		"residualRisks": [
			{
				"dueDate": "2026-10-31",
				"id": "R-1",
				"owner": "dana.k",
				"response": "mitigate",
				"verification": {"checklistItem": "CAN-1"},
			},
		],
	},
}
