package servelint.rules.slo["openslo-burnrate-op_test"]

import data.servelint.rules.slo["openslo-burnrate-op"] as rule

test_flags_a_condition_on_a_low_burn_rate if {
	every op in ["lt", "lte"] {
		places(op) == {["artifacts", 0, "o"]}
	}
}

test_accepts_a_condition_on_a_high_one if {
	every op in ["gt", "gte"] {
		places(op) == set()
	}
}

test_ignores_alerts_that_speak_of_no_burn_rate if {
	count(rule.finding) == 0 with input as {"artifacts": [{"facts": {"alerts": [{"name": "a"}]}}]}
	count(rule.finding) == 0 with input as {}
}

places(op) := found if {
	alert := {"op": {"value": op, "at": ["o"]}, "burnRate": {"value": 2, "at": ["b"]}}
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"alerts": [alert]}}]}
}
