package servelint.rules.rollout["analysis-window-contaminated_test"]

import data.servelint.lib.testing
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

test_ignores_other_numbers_of_steps_bake_seconds if {
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/bakeSeconds", "value": 0}]) == set()
}

test_ignores_other_numbers_of_steps_weight if {
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 0}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"artifacts": [
		{
			"facts": {
				"analyses": [{"at": ["m"], "name": "m", "windowSeconds": {"at": ["w"], "value": 601}}],
				"platform": "flagger",
				"role": "canary",
				"rollout": {
					"steps": [{"at": ["s"], "bakeSeconds": 600, "weight": 5}, {"at": ["s"], "bakeSeconds": 1200, "weight": 50}],
				},
			},
		},
	],
}

test_flags_other_numbers_of_steps_bake_seconds if {
	said_more([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/bakeSeconds", "value": 1}]) == {{"at": ["artifacts", 0, "w"], "related": [["artifacts", 0, "s"]], "says": ["`m`", "10", "1", "5", "1"]}}
}

test_flags_other_numbers_of_steps_weight if {
	said_more([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 1}]) == {{"at": ["artifacts", 0, "w"], "related": [["artifacts", 0, "s"]], "says": ["`m`", "10", "1", "1", "10"]}}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"artifacts": [
		{
			"facts": {
				"analyses": [{"at": ["m"], "name": "m", "windowSeconds": {"at": ["w"], "value": 601}}],
				"platform": "flagger",
				"role": "canary",
				"rollout": {
					"steps": [{"at": ["s"], "bakeSeconds": 600, "weight": 5}, {"at": ["s"], "bakeSeconds": 1200, "weight": 50}],
				},
			},
		},
	],
}
