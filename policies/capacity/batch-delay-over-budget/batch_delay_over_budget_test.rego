package servelint.rules.capacity["batch-delay-over-budget_test"]

import data.servelint.lib.testing
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

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "serving", "batching", "maxQueueDelay"],
			"related": [["spec", "latencyBudget", "components", "queue"]],
			"says": ["`5ms`", "3"],
		},
	}
	said_2([]) == {
		{
			"at": ["artifacts", 0, "delay"],
			"related": [["serving", "spec", "slos", 0, "value"]],
			"says": ["200", "`fast`", "50"],
		},
	}
}

test_ignores_another_artifacts_role if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/role", "value": "stable-workload"}]) == set()
}

test_ignores_another_latency_budget_slo if {
	said_2([{"op": "replace", "path": "/serving/spec/latencyBudget/slo", "value": "other"}]) == set()
}

test_ignores_other_numbers_of_components_queue if {
	said_1([{"op": "replace", "path": "/facts/spec/latencyBudget/components/queue", "value": 1.003}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {
		"spec": {
			"latencyBudget": {"components": {"queue": 0.003}},
			"serving": {"batching": {"maxQueueDelay": 0.005}},
		},
	},
	"spec": {"serving": {"batching": {"maxQueueDelay": "5ms"}}},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"batching": {"maxQueueDelaySeconds": {"at": ["delay"], "value": 0.2}},
				"kind": "Triton config.pbtxt",
				"role": "batching",
			},
		},
	],
	"serving": {
		"facts": {"slos": [{"valueSeconds": 0.05}], "spec": {"latencyBudget": {"components": {}}}},
		"spec": {"latencyBudget": {"slo": "fast"}, "slos": [{"name": "fast"}]},
	},
}
