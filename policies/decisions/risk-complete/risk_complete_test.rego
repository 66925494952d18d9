package servelint.rules.decisions["risk-complete_test"]

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
