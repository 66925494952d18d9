package servelint.rules.capacity["batch-delay-over-budget_test"]

import data.servelint.rules.capacity["batch-delay-over-budget"] as rule

test_flags_a_wait_beyond_the_budget if {
	places(0.2, 64, {}) == {["artifacts", 0, "d"]}
}

test_accepts_a_wait_within_the_budget if {
	places(0.003, 64, {}) == set()
	places(0.002, 64, {"batching": {"maxQueueDelay": 0.002}}) == set()
}

test_flags_a_wait_or_a_size_that_the_specification_does_not_say if {
	places(0.001, 64, {"batching": {"maxQueueDelay": 0.002}}) == {["artifacts", 0, "d"]}
	places(0.001, 32, {}) == {["artifacts", 0, "m"]}
}

test_ignores_manifests_without_a_specification if {
	count(rule.finding) == 0 with input as {"artifacts": [{"facts": {"batching": {"maxQueueDelaySeconds": {"value": 9, "at": ["d"]}}}}]}
}

places(delay, size, serving) := found if {
	found := {f.at | some f in rule.finding} with input as {
		"serving": {
			"spec": {"serving": {"batching": {"maxBatchSize": 64}}},
			"facts": {"spec": {"latencyBudget": {"components": {"queue": 0.003}}, "serving": serving}},
		},
		"artifacts": [{"facts": {"batching": {
			"maxQueueDelaySeconds": {"value": delay, "at": ["d"]},
			"maxBatchSize": {"value": size, "at": ["m"]},
		}}}],
	}
}
