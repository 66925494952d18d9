package servelint.rules.rollout["rollback-alarms-missing_test"]

import data.servelint.rules.rollout["rollback-alarms-missing"] as rule

test_flags_a_shift_without_alarms if {
	places(0) == {["artifacts", 0, "a"]}
}

test_accepts_a_shift_with_alarms if {
	places(1) == set()
}

test_ignores_platforms_without_alarms_and_says_so if {
	ray := {"facts": {"kind": "RayService", "name": "a", "platform": "ray-serve", "role": "workload", "rollout": {"at": ["r"]}}}
	count(rule.finding) == 0 with input as {"artifacts": [ray]}
	count(rule.unchecked) == 1 with input as {"artifacts": [ray]}
}

places(alarms) := found if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {
		"kind": "SageMaker DeploymentConfig", "platform": "sagemaker", "role": "rollout",
		"rollout": {"at": ["r"], "alarms": {"value": alarms, "at": ["a"]}},
	}}]}
}
