package servelint.rules.rollout["traffic-shift-out-of-range_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["traffic-shift-out-of-range"] as rule

test_flags_steps_outside_of_the_limits if {
	places("canary", 60, 300) == {["artifacts", 0, "step"]}
	places("linear", 5, 300) == {["artifacts", 0, "step"]}
	places("linear", 60, 300) == {["artifacts", 0, "step"]}
}

test_flags_a_wait_that_is_too_long if {
	places("canary", 10, 7200) == {["artifacts", 0, "wait"]}
}

test_accepts_the_limits_themselves if {
	places("canary", 50, 3600) == set()
	places("canary", 1, 0) == set()
	places("linear", 10, 3600) == set()
	places("linear", 50, 3600) == set()
}

test_ignores_other_platforms if {
	found := rule.finding with input as review("ray-serve", "linear", 60, 7200) with data.servelint.platforms as table
	count(found) == 0
}

table := {"defaults": {"sagemaker": {"any": {
	"maxCanaryPercent": {"value": 50},
	"minLinearStepPercent": {"value": 10},
	"maxLinearStepPercent": {"value": 50},
	"maxWaitSeconds": {"value": 3600},
}}}}

review(platform, strategy, step, wait) := {"artifacts": [{"facts": {"platform": platform, "role": "rollout", "rollout": {
	"strategy": {"value": strategy, "at": ["strategy"]},
	"stepPercent": {"value": step, "at": ["step"]},
	"intervalSeconds": {"value": wait, "at": ["wait"]},
}}}]}

places(strategy, step, wait) := at if {
	at := {f.at | some f in rule.finding} with input as review("sagemaker", strategy, step, wait) with data.servelint.platforms as table
}

test_flags_other_numbers_of_rollout_step_percent if {
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/stepPercent/value", "value": 300}]) == {{"at": ["artifacts", 0, "step"], "says": ["300", "10", "50"]}}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.platforms as {
			"defaults": {
				"sagemaker": {
					"any": {
						"maxCanaryPercent": {"value": 50},
						"maxLinearStepPercent": {"value": 50},
						"maxWaitSeconds": {"value": 3600},
						"minLinearStepPercent": {"value": 10},
					},
				},
			},
		}
}

example := {
	"artifacts": [
		{
			"facts": {
				"platform": "sagemaker",
				"role": "rollout",
				"rollout": {
					"intervalSeconds": {"at": ["wait"], "value": 300},
					"stepPercent": {"at": ["step"], "value": 5},
					"strategy": {"at": ["strategy"], "value": "linear"},
				},
			},
		},
	],
}
