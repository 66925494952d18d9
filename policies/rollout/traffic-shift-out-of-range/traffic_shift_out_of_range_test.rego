package servelint.rules.rollout["traffic-shift-out-of-range_test"]

import data.servelint.rules.rollout["traffic-shift-out-of-range"] as rule

test_flags_sizes_that_are_refused if {
	places("canary", 60, 300) == {["artifacts", 0, "s"]}
	places("linear", 5, 300) == {["artifacts", 0, "s"]}
	places("linear", 60, 300) == {["artifacts", 0, "s"]}
	places("canary", 10, 4000) == {["artifacts", 0, "w"]}
}

test_accepts_sizes_within_the_limits if {
	places("canary", 50, 3600) == set()
	places("linear", 10, 300) == set()
	places("linear", 50, 300) == set()
}

test_flags_all_at_once if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"kind": "SageMaker DeploymentConfig", "platform": "sagemaker", "role": "rollout", "rollout": {"strategy": {"value": "allAtOnce", "at": ["k"]}}}}]}
	found == {["artifacts", 0, "k"]}
}

test_flags_shares_of_nothing if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"kind": "Experiment", "platform": "seldon", "role": "canary", "rollout": {"at": ["r"], "candidates": [{"weight": 0}]}}}]}
	found == {["artifacts", 0, "r"]}
}

test_ignores_other_platforms if {
	count(rule.finding) == 0 with input as {"artifacts": [{"facts": {"platform": "argo-rollouts", "role": "rollout", "rollout": {"strategy": {"value": "canary"}, "steps": [{"weight": 80, "at": ["s"]}]}}}]}
}

places(strategy, size, wait) := found if {
	rollout := {
		"strategy": {"value": strategy, "at": ["k"]},
		"steps": [{"weight": size, "at": ["s"]}],
		"intervalSeconds": {"value": wait, "at": ["w"]},
	}
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"platform": "sagemaker", "role": "rollout", "rollout": rollout}}]}
}
