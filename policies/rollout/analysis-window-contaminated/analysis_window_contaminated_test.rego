package servelint.rules.rollout["analysis-window-contaminated_test"]

import data.servelint.rules.rollout["analysis-window-contaminated"] as rule

test_flags_a_window_beyond_the_shortest_step if {
	places(601) == {["artifacts", 0, "w"]}
}

test_accepts_a_window_of_the_step if {
	places(600) == set()
}

test_ignores_steps_without_a_known_time if {
	canary := {"facts": {"platform": "flagger", "role": "canary", "rollout": {"steps": [{"weight": 5, "at": ["s"]}]}, "analyses": [metric(900)]}}
	count(rule.finding) == 0 with input as {"artifacts": [canary]}
	count(rule.finding) == 0 with input as {}
}

metric(window) := {"name": "m", "at": ["m"], "windowSeconds": {"value": window, "at": ["w"]}}

places(window) := found if {
	steps := [{"weight": 5, "at": ["s"], "bakeSeconds": 600}, {"weight": 50, "at": ["s"], "bakeSeconds": 1200}]
	canary := {"facts": {"platform": "flagger", "role": "canary", "rollout": {"steps": steps}, "analyses": [metric(window)]}}
	found := {f.at | some f in rule.finding} with input as {"artifacts": [canary]}
}
