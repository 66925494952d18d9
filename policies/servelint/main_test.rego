package servelint.main_test

import data.servelint.main

asked(rules) := {
	"subject": "ServingSpec",
	"files": ["a.yaml"],
	"rules": rules,
	"input": {
		"spec": {"environment": "production", "tier": "critical", "capacity": {"replicas": {"min": 1}}},
		"facts": {"spec": {"capacity": {"replicas": {"min": 1}}}},
	},
	"data": {"servelint": {
		"policy": {"minReplicasInProduction": 3},
		"approvers": {},
		"today": "2026-10-10",
		"day": 20736,
	}},
}

said(inputs) := found if {
	found := {[found.rule, found.files, found.message] | some found in main.finding} with input as {"inputs": inputs}
}

test_flags_what_a_named_rule_finds_with_the_teams_own_threshold if {
	some [rule, files, message] in said([asked(["min-replicas-production"])])
	rule == "min-replicas-production"
	files == ["a.yaml"]
	contains(message, "below the 3")
}

test_ignores_rules_that_are_not_named if said([asked(["timeouts-order"])]) == set()

test_flags_an_input_that_servelint_did_not_print if {
	every wrong in [{}, {"spec": {}}, {"inputs": []}, {"inputs": [{"rules": []}]}] {
		{found.rule | some found in main.finding} == {"servelint-input"} with input as wrong
	}
}
