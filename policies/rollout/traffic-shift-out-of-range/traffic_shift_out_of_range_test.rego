package servelint.rules.rollout["traffic-shift-out-of-range_test"]

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
