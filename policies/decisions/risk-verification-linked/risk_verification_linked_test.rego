package servelint.rules.decisions["risk-verification-linked_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-verification-linked"] as rule

link := {["decisions", 0, "spec", "residualRisks", 0, "verification", "checklistItem"]}

test_flags_an_item_that_does_not_know_the_risk if {
	places(review({"id": "CAN-1", "verifies": ["slo/x"]}, 20740, 20740)) == link
	places(review({"id": "CAN-1"}, 20740, 20740)) == link
}

test_flags_an_item_that_is_due_later if {
	places(review({"id": "CAN-1", "verifies": ["risk/R-1"], "dueDate": "x"}, 20740, 20741)) == link
}

test_accepts_an_item_due_on_the_same_day if {
	places(review({"id": "CAN-1", "verifies": ["risk/R-1"], "dueDate": "x"}, 20740, 20740)) == set()
}

test_ignores_closed_risks if {
	doc := review({"id": "CAN-1"}, 20740, 20741)
	risk := object.union(doc.decisions[0].spec.residualRisks[0], {"status": "closed"})
	places(object.union(doc, {"decisions": [{"spec": {"residualRisks": [risk]}}]})) == set()
}

test_ignores_items_that_do_not_exist_and_missing_dates if {
	places(review({"id": "CAN-2"}, 20740, 20741)) == set()
	doc := review({"id": "CAN-1", "verifies": ["risk/R-1"]}, 20740, 20740)
	places({"decisions": [{"spec": doc.decisions[0].spec}], "checklists": [{"spec": doc.checklists[0].spec}]}) == set()
	places({}) == set()
}

review(item, risk_due, item_due) := {
	"decisions": [{
		"spec": {"residualRisks": [{"id": "R-1", "dueDate": "2026-10-14", "verification": {"checklistItem": "CAN-1"}}]},
		"facts": {"spec": {"residualRisks": [{"dueDate": risk_due}]}},
	}],
	"checklists": [{"spec": {"items": [item]}, "facts": {"spec": {"items": [{"dueDate": item_due}]}}}],
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["decisions", 0, "spec", "residualRisks", 0, "verification", "checklistItem"],
			"related": [["checklists", 0, "spec", "items", 0, "verifies"]],
			"says": ["`R-1`", "`CAN-1`", "`risk/R-1`", "`verifies`"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"checklists": [{"facts": {"spec": {"items": [{"dueDate": 20740}]}}, "spec": {"items": [{"id": "CAN-1"}]}}],
	"decisions": [
		{
			"facts": {"spec": {"residualRisks": [{"dueDate": 20740}]}},
			"spec": {
				"residualRisks": [{"dueDate": "2026-10-14", "id": "R-1", "verification": {"checklistItem": "CAN-1"}}],
			},
		},
	],
}

test_flags_more_decisions_residual_risks if {
	said_more([{"op": "add", "path": "/decisions/0/spec/residualRisks/-", "value": {"dueDate": "2026-10-14", "id": "R-1", "verification": {"checklistItem": "CAN-1"}}}]) == {
		{
			"at": ["decisions", 0, "spec", "residualRisks", 0, "verification", "checklistItem"],
			"related": [["checklists", 0, "spec", "items", 0, "dueDate"]],
			"says": ["`R-1`", "2026", "10", "14", "`CAN-1`"],
		},
	}
}

test_flags_without_residual_risks_id if {
	said_more([{"op": "remove", "path": "/decisions/0/spec/residualRisks/0/id"}]) == {
		{
			"at": ["decisions", 0, "spec", "residualRisks", 0, "verification", "checklistItem"],
			"related": [["checklists", 0, "spec", "items", 0, "dueDate"]],
			"says": ["`?`", "2026", "10", "14", "`CAN-1`"],
		},
	}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"checklists": [
		{
			"facts": {"spec": {"items": [{"dueDate": 20741}]}},
			"spec": {"items": [{"dueDate": "x", "id": "CAN-1", "verifies": ["risk/R-1"]}]},
		},
	],
	"decisions": [
		{
			"facts": {"spec": {"residualRisks": [{"dueDate": 20740}]}},
			"spec": {
				"residualRisks": [{"dueDate": "2026-10-14", "id": "R-1", "verification": {"checklistItem": "CAN-1"}}],
			},
		},
	],
}
