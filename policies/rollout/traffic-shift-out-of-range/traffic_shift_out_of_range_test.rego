package servelint.rules.rollout["traffic-shift-out-of-range_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["traffic-shift-out-of-range"] as rule

# SageMaker takes a canary up to 50 %, linear steps of 10 to 50 % and a wait up to an hour.
test_flags_a_canary_that_is_too_large if {
	said("canary", 51, 300) == {{"at": ["artifacts", 0, "step"], "says": ["51", "50"]}}
}

test_flags_a_linear_step_outside_of_the_limits if {
	every step in [9, 51] {
		said("linear", step, 300) == {{"at": ["artifacts", 0, "step"], "says": [sprintf("%d", [step]), "10", "50"]}}
	}
}

test_flags_a_wait_of_more_than_an_hour if {
	every strategy in ["canary", "linear"] {
		said(strategy, 10, 3601) == {{"at": ["artifacts", 0, "wait"], "says": ["1", "1", "1"]}}
	}
}

test_flags_each_shape_of_step_by_its_name if {
	some canary in rule.finding with input as review("sagemaker", "canary", 51, 300)
	startswith(canary.message, "a canary of 51 %")
	some linear in rule.finding with input as review("sagemaker", "linear", 51, 300)
	startswith(linear.message, "a linear step of 51 %")
}

test_accepts_the_limits_themselves if {
	said("canary", 50, 3600) == set()
	said("canary", 1, 0) == set()
	said("linear", 10, 3600) == set()
	said("linear", 50, 3600) == set()
}

test_ignores_other_platforms if {
	every strategy in ["canary", "linear"] {
		count(rule.finding) == 0 with input as review("ray-serve", strategy, 60, 7200)
	}
}

review(platform, strategy, step, wait) := {"artifacts": [{"facts": {"platform": platform, "role": "rollout", "rollout": {
	"strategy": {"value": strategy, "at": ["strategy"]},
	"stepPercent": {"value": step, "at": ["step"]},
	"intervalSeconds": {"value": wait, "at": ["wait"]},
}}}]}

said(strategy, step, wait) := found if {
	found := testing.all(rule.finding) with input as review("sagemaker", strategy, step, wait)
}
