package servelint.rules.rollout["analysis-ends-as-success_test"]

import data.servelint.rules.rollout["analysis-ends-as-success"] as rule

at := {["artifacts", 1, "spec", "metrics", 0]}

test_flags_a_detection_as_long_as_the_rollout if {
	places({}, {"failureLimit": {"value": 2}, "intervalSeconds": {"value": 600}}) == at
	places({}, {"initialDelaySeconds": {"value": 1200}}) == at
}

test_accepts_a_quicker_one if {
	places({}, {"failureLimit": {"value": 1}, "intervalSeconds": {"value": 600}}) == set()
	places({}, {}) == set()
}

test_ignores_rollouts_whose_times_are_unknown if {
	slow := {"initialDelaySeconds": {"value": 9000}}
	found := {f.at | some f in rule.finding} with input as {"artifacts": [
		json.patch(rollout({}), [{"op": "remove", "path": "/facts/rollout/background/seconds"}]),
		template(slow),
	]}
	found == set()
}

test_ignores_templates_of_another_namespace if {
	count(rule.finding) == 0 with input as {"artifacts": [
		object.union(rollout({}), {"facts": {"namespace": "a"}}),
		object.union(template({"initialDelaySeconds": {"value": 9000}}), {"facts": {"namespace": "b"}}),
	]}
}

rollout(change) := {"facts": {"platform": "argo-rollouts", "kind": "Rollout", "role": "rollout", "rollout": object.union(
	{
		"background": {"at": ["b"], "templates": [{"name": "t"}], "seconds": 1200},
	},
	change,
)}}

template(metric) := {"facts": {"kind": "AnalysisTemplate", "role": "analysis", "name": "t", "analyses": [object.union({"name": "m", "at": ["spec", "metrics", 0]}, metric)]}}

places(change, metric) := found if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [rollout(change), template(metric)]}
}
