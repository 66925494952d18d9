package servelint.rules.rollout["analysis-window-contaminated_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["analysis-window-contaminated"] as rule

test_flags_a_window_longer_than_the_shortest_step if {
	said(1201, [step(5, 1800), step(50, 1200)]) == {{
		"at": ["artifacts", 0, "query"],
		"related": [["artifacts", 0, "step 50"]],
		"says": ["`p99`", "20", "1", "50", "20"],
	}}
}

test_flags_it_beside_the_first_of_equally_short_steps if {
	said(700, [step(5, 600), step(50, 600)]) == {{
		"at": ["artifacts", 0, "query"],
		"related": [["artifacts", 0, "step 5"]],
		"says": ["`p99`", "11", "40", "5", "10"],
	}}
}

test_flags_steps_of_one_percent_and_one_second if {
	said(3, [step(1, 1)]) == {{
		"at": ["artifacts", 0, "query"],
		"related": [["artifacts", 0, "step 1"]],
		"says": ["`p99`", "3", "1", "1"],
	}}
}

test_accepts_a_window_as_long_as_the_step if {
	said(600, [step(5, 600), step(50, 1200)]) == set()
}

test_ignores_steps_without_traffic_or_without_a_pause if {
	said(601, [step(0, 600), step(5, 1200)]) == set()
	said(601, [step(5, 0), step(50, 1200)]) == set()
}

test_ignores_steps_without_a_known_time if {
	said(900, [{"weight": 5, "at": ["step 5"]}]) == set()
	count(rule.finding) == 0 with input as {}
}

step(weight, seconds) := {"weight": weight, "at": [sprintf("step %d", [weight])], "bakeSeconds": seconds}

said(window, steps) := found if {
	metric := {"name": "p99", "windowSeconds": {"value": window, "at": ["query"]}}
	canary := {"facts": {"platform": "flagger", "role": "canary", "rollout": {"steps": steps}, "analyses": [metric]}}
	found := testing.all(rule.finding) with input as {"artifacts": [canary]}
}
