package servelint.rules.rollout["weight-not-achievable_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["weight-not-achievable"] as rule

test_flags_a_weight_that_few_pods_cannot_reach if {
	places(4, 5, {}) == {["artifacts", 0, "s"]}
	places(10, 33, {}) == set()
	places(3, 50, {}) == {["artifacts", 0, "s"]}
}

test_accepts_weights_of_whole_pods if {
	places(4, 25, {}) == set()
	places(20, 5, {}) == set()
}

test_accepts_any_weight_where_traffic_is_routed if {
	places(4, 5, {"trafficRouting": true}) == set()
}

test_ignores_an_unknown_number_of_replicas if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"platform": "argo-rollouts", "role": "rollout", "rollout": steps(5, {})}}]}
	found == set()
}

steps(weight, change) := object.union({"strategy": {"value": "canary"}, "steps": [{"weight": weight, "at": ["s"]}, {"weight": 100, "at": ["t"]}]}, change)

places(replicas, weight, change) := found if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {
		"kind": "Rollout", "name": "a", "role": "rollout", "platform": "argo-rollouts",
		"workload": {"at": ["w"], "replicas": {"value": replicas, "at": ["r"]}},
		"rollout": steps(weight, change),
	}}]}
}

test_flags_other_numbers_of_steps_weight if {
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/1/weight", "value": 0}]) == {{"at": ["artifacts", 0, "s"], "says": ["5", "1", "4", "25"]}}
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 1}]) == {{"at": ["artifacts", 0, "s"], "says": ["1", "1", "4", "25"]}}
}

test_flags_other_numbers_of_workload_replicas if {
	said([{"op": "replace", "path": "/artifacts/0/facts/workload/replicas/value", "value": 1}]) == {{"at": ["artifacts", 0, "s"], "says": ["5", "1", "1", "100"]}}
}

test_ignores_other_numbers_of_workload_replicas if {
	said([{"op": "replace", "path": "/artifacts/0/facts/workload/replicas/value", "value": -1}]) == set()
}

test_ignores_without_artifacts_platform if {
	said([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
}

test_ignores_without_rollout_strategy if {
	said([{"op": "remove", "path": "/artifacts/0/facts/rollout/strategy"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {
					"steps": [{"at": ["s"], "weight": 5}, {"at": ["t"], "weight": 100}],
					"strategy": {"value": "canary"},
				},
				"workload": {"at": ["w"], "replicas": {"at": ["r"], "value": 4}},
			},
		},
	],
}
