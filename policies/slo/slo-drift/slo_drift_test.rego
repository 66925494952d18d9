package servelint.rules.slo["slo-drift_test"]

import data.servelint.rules.slo["slo-drift"] as rule

slo(change) := object.union(
	{
		"name": "availability", "at": ["s"], "indicator": "availability",
		"target": {"value": 0.999, "at": ["t"]}, "windowSeconds": {"value": 2419200, "at": ["w"]},
	},
	change,
)

test_flags_another_target_or_window if {
	places([slo({"target": {"value": 0.99, "at": ["t"]}})], []) == {["artifacts", 0, "t"]}
	places([slo({"windowSeconds": {"value": 604800, "at": ["w"]}})], []) == {["artifacts", 0, "w"]}
}

test_flags_another_limit_of_a_latency if {
	found := slo({"name": "chat-fast", "indicator": "latency", "target": {"value": 0.95, "at": ["t"]}, "thresholdSeconds": {"value": 0.5, "at": ["l"]}})
	places([found], []) == {["artifacts", 0, "l"]}
}

test_accepts_what_agrees if {
	places([slo({})], []) == set()
	places([slo({"name": "chat-availability"})], []) == set()
}

test_flags_the_only_one_about_the_same if {
	places([slo({"name": "uptime", "target": {"value": 0.99, "at": ["t"]}})], []) == {["artifacts", 0, "t"]}
}

test_ignores_objectives_that_cannot_be_told_apart if {
	other := slo({"name": "uptime", "target": {"value": 0.99, "at": ["t"]}})
	places([other, object.union(other, {"name": "downtime"})], []) == set()
}

test_flags_a_budget_of_no_objective if {
	places([], [{"name": "Burn", "budgetRatio": {"value": 0.1, "at": ["e"]}}]) == {["artifacts", 0, "e"]}
	places([], [{"name": "Burn", "budgetRatio": {"value": 0.001, "at": ["e"]}}]) == set()
}

test_ignores_manifests_without_a_specification if {
	count(rule.finding) == 0 with input as {"artifacts": [{"facts": {"slos": [slo({})]}}]}
}

places(slos, alerts) := found if {
	found := {f.at | some f in rule.finding} with input as {
		"service": "chat",
		"serving": {
			"spec": {"slos": [
				{"name": "availability", "indicator": {"type": "availability"}, "target": 0.999},
				{"name": "fast", "indicator": {"type": "request_latency"}, "target": 0.95},
			]},
			"facts": {"slos": [{"windowSeconds": 2419200}, {"windowSeconds": 2419200, "valueSeconds": 0.25}]},
		},
		"artifacts": [{"facts": {"platform": "sloth", "slos": slos, "alerts": alerts}}],
	}
}
