package servelint.rules.decisions["risk-verification-linked_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-verification-linked"] as rule

link := ["decisions", 0, "spec", "residualRisks", 0, "verification", "checklistItem"]

test_flags_an_item_that_does_not_list_the_risk if {
	every change in [{"/checklists/0/spec/items/0/verifies": ["slo/x"]}, {"/checklists/0/spec/items/0/verifies": []}] {
		said(testing.after(good, change)) == {{
			"at": link,
			"related": [["checklists", 0, "spec", "items", 0, "verifies"]],
			"says": ["`R-1`", "`CAN-1`", "`risk/R-1`", "`verifies`"],
		}}
	}
	count(said(testing.without(good, ["/checklists/0/spec/items/0/verifies"]))) == 1
}

test_flags_an_item_that_is_due_after_the_risk if {
	said(testing.after(good, {"/checklists/0/facts/spec/items/0/dueDate": 20741})) == {{
		"at": link,
		"related": [["checklists", 0, "spec", "items", 0, "dueDate"]],
		"says": ["`R-1`", "2026", "10", "14", "`CAN-1`", "2026", "10", "13"],
	}}
}

test_accepts_an_item_that_lists_the_risk_and_is_due_on_the_same_day if {
	said(good) == set()
}

test_flags_each_of_several_risks if {
	two := testing.after(good, {
		"/decisions/0/spec/residualRisks/-": object.union(good.decisions[0].spec.residualRisks[0], {"id": "R-2"}),
		"/decisions/0/facts/spec/residualRisks/-": {"dueDate": 20740},
	})
	{finding.at | some finding in said(two)} == {["decisions", 0, "spec", "residualRisks", 1, "verification", "checklistItem"]}
}

test_names_a_late_risk_without_an_id if {
	late := testing.after(good, {"/checklists/0/facts/spec/items/0/dueDate": 20741})
	{finding.says[0] | some finding in said(testing.without(late, ["/decisions/0/spec/residualRisks/0/id"]))} == {"`?`"}
}

test_flags_an_item_that_cannot_measure_such_a_risk if {
	of := {"/decisions/0/spec/residualRisks/0/category": "Security", "/checklists/0/spec/items/0/category": "load"}
	said(testing.after(good, of)) == {{
		"at": link,
		"related": [["checklists", 0, "spec", "items", 0, "category"]],
		"says": ["`R-1`", "`Security`", "`CAN-1`", "`load`"],
	}}
	every pair in [
		["security", "security"],
		["privacy", "security"],
		["cost", "cost"],
		["quality", "canary"],
		["latency", "load"],
		["availability", "failure"],
		["morale", "load"],
	] {
		said(testing.after(good, {
			"/decisions/0/spec/residualRisks/0/category": pair[0],
			"/checklists/0/spec/items/0/category": pair[1],
		})) == set()
	}
	every pair in [["cost", "load"], ["accuracy", "rollback"], ["capacity", "cost"], ["reliability", "quality"]] {
		count(said(testing.after(good, {
			"/decisions/0/spec/residualRisks/0/category": pair[0],
			"/checklists/0/spec/items/0/category": pair[1],
		}))) == 1
	}
}

test_ignores_a_risk_that_is_over if {
	said(testing.after(good, {
		"/decisions/0/spec/residualRisks/0/status": "closed",
		"/checklists/0/facts/spec/items/0/dueDate": 20741,
		"/checklists/0/spec/items/0/verifies": [],
	})) == set()
}

mitigated := testing.after(good, {
	"/decisions/0/spec/residualRisks/0/response": "mitigate",
	"/decisions/0/spec/residualRisks/0/severity": "low",
	"/checklists/0/spec/items/0/waiver": {"by": "m.osei", "reason": "later"},
})

test_flags_a_mitigation_whose_item_is_waived if {
	of_team(mitigated) == {{
		"at": ["decisions", 0, "spec", "residualRisks", 0, "verification", "checklistItem"],
		"says": ["`R-1`", "`CAN-1`"],
		"related": [["checklists", 0, "spec", "items", 0, "waiver"]],
	}}
}

test_accepts_a_waived_item_of_an_accepted_risk if {
	of_team(testing.after(mitigated, {"/decisions/0/spec/residualRisks/0/acceptance": {"by": "m.osei"}})) == set()
	of_team(testing.after(mitigated, {"/decisions/0/spec/residualRisks/0/response": "accept"})) == set()
}

test_accepts_a_waiver_beside_results if {
	of_team(testing.after(mitigated, {"/checklists/0/spec/items/0/evidence": ["a.json"]})) == set()
}

test_ignores_severities_that_escalate if {
	of_team(testing.after(mitigated, {"/decisions/0/spec/residualRisks/0/severity": "high"})) == set()
	of_team(testing.after(closed("missed"), {"/decisions/0/spec/residualRisks/0/severity": "high"})) == set()
}

closed(state) := testing.after(good, {
	"/decisions/0/spec/residualRisks/0/status": "closed",
	"/decisions/0/spec/residualRisks/0/severity": "low",
	"/checklists/0/facts/items": [{"standing": {"state": state}}],
})

test_flags_a_closed_risk_whose_item_is_not_met if {
	every state in ["missed", "unjudged"] {
		of_team(closed(state)) == {{
			"at": ["decisions", 0, "spec", "residualRisks", 0, "status"],
			"says": ["`R-1`", "`CAN-1`"],
			"related": [["checklists", 0, "spec", "items", 0]],
		}}
	}
	waived := testing.after(closed("attested"), {"/checklists/0/spec/items/0/waiver": {"by": "m.osei"}})
	ending(waived, "is waived")
	ending(closed("missed"), "misses its target")
	ending(closed("unjudged"), "shows no result")
}

test_accepts_a_closed_risk_whose_item_is_met if {
	of_team(closed("met")) == set()
	of_team(closed("attested")) == set()
}

ending(doc, words) if {
	found := rule.finding with input as doc with data.servelint.policy as {"escalateAtSeverity": "high"}
	count(found) == 1
	every finding in found { endswith(finding.message, words) }
}

of_team(doc) := found if {
	found := testing.all(rule.finding) with input as doc with data.servelint.policy as {"escalateAtSeverity": "high"}
}

# Another rule reports it.
test_ignores_an_item_that_does_not_exist if {
	said(testing.after(good, {"/checklists/0/spec/items/0/id": "CAN-2", "/checklists/0/spec/items/0/verifies": []})) == set()
}

test_ignores_dates_that_are_missing if {
	said(testing.without(good, ["/decisions/0/facts"])) == set()
	said(testing.without(good, ["/checklists/0/facts"])) == set()
	said({}) == set()
}

good := {
	"decisions": [{
		"spec": {"residualRisks": [{"id": "R-1", "dueDate": "2026-10-14", "verification": {"checklistItem": "CAN-1"}}]},
		"facts": {"spec": {"residualRisks": [{"dueDate": 20740}]}},
	}],
	"checklists": [{
		"spec": {"items": [{"id": "CAN-1", "verifies": ["slo/x", "risk/R-1"], "dueDate": "2026-10-13"}]},
		"facts": {"spec": {"items": [{"dueDate": 20740}]}},
	}],
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
