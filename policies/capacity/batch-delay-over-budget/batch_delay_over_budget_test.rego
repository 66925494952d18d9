package servelint.rules.capacity["batch-delay-over-budget_test"]

import data.servelint.rules.capacity["batch-delay-over-budget"] as rule

test_flags_a_delay_of_a_manifest_over_the_component if {
	places(review(0.2, {"queue": 0.003})) == {["artifacts", 0, "delay"]}
}

test_flags_a_delay_over_the_whole_limit if {
	places(review(0.2, {})) == {["artifacts", 0, "delay"]}
}

test_flags_a_delay_of_the_specification if {
	places({"spec": {"serving": {"batching": {"maxQueueDelay": "5ms"}}}, "facts": {"spec": {
		"serving": {"batching": {"maxQueueDelay": 0.005}},
		"latencyBudget": {"components": {"queue": 0.003}},
	}}}) == {["spec", "serving", "batching", "maxQueueDelay"]}
}

test_accepts_a_delay_within_the_component if {
	places(review(0.003, {"queue": 0.003})) == set()
	places(review(0.04, {})) == set()
}

test_ignores_what_is_not_written if {
	places({}) == set()
	places({"artifacts": [{"facts": {"role": "batching", "batching": {"maxQueueDelaySeconds": {"value": 1, "at": []}}}}]}) == set()
	places({"artifacts": [{"facts": {"role": "batching", "batching": {}}}], "serving": {}}) == set()
}

review(delay, components) := {
	"serving": {
		"spec": {"latencyBudget": {"slo": "fast"}, "slos": [{"name": "fast"}]},
		"facts": {"slos": [{"valueSeconds": 0.05}], "spec": {"latencyBudget": {"components": components}}},
	},
	"artifacts": [{"facts": {"kind": "Triton config.pbtxt", "role": "batching", "batching": {"maxQueueDelaySeconds": {"value": delay, "at": ["delay"]}}}}],
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}
