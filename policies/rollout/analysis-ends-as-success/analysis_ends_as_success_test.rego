package servelint.rules.rollout["analysis-ends-as-success_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["analysis-ends-as-success"] as rule

test_flags_a_metric_that_cannot_fail_before_the_rollout_is_over if {
	late := [
		{"initialDelaySeconds": {"value": 1200}},
		{"failureLimit": {"value": 2}, "intervalSeconds": {"value": 600}},
		{"initialDelaySeconds": {"value": 600}, "failureLimit": {"value": 1}, "intervalSeconds": {"value": 600}},
	]
	every metric in late {
		said([rollout, template(metric)]) == {{
			"at": ["artifacts", 1, "spec", "metrics", 0],
			"related": [["artifacts", 0, "spec", "analysis"]],
			"says": ["`p99`", "20", "20"],
		}}
	}
}

test_accepts_a_metric_that_can_fail_before if {
	said([rollout, template({"initialDelaySeconds": {"value": 1199}})]) == set()
	said([rollout, template({"failureLimit": {"value": 1}, "intervalSeconds": {"value": 600}})]) == set()
	said([rollout, template({})]) == set()
}

test_ignores_rollouts_whose_times_are_unknown if {
	said([json.remove(rollout, ["facts/rollout/background/seconds"]), template(slow)]) == set()
}

test_ignores_templates_of_another_namespace if {
	here := object.union(rollout, {"facts": {"namespace": "a"}})
	there := object.union(template(slow), {"facts": {"namespace": "b"}})
	said([here, there]) == set()
}

test_flags_a_metric_that_cannot_fail_before_an_experiment_is_over if {
	experiment := json.patch(rollout, [
		{"op": "replace", "path": "/facts/kind", "value": "Experiment"},
		{"op": "add", "path": "/facts/name", "value": "trial"},
	])
	{[f.at, f.related, f.says] | some f in said([experiment, template({"initialDelaySeconds": {"value": 1200}})])} == {[
		["artifacts", 1, "spec", "metrics", 0],
		[["artifacts", 0, "spec", "duration"]],
		["`p99`", "20", "`trial`", "20"],
	]}
	said([experiment, template({"initialDelaySeconds": {"value": 1199}})]) == set()
}

slow := {"initialDelaySeconds": {"value": 9000}}

rollout := {"facts": {"platform": "argo-rollouts", "kind": "Rollout", "role": "rollout", "rollout": {"background": {
	"at": ["spec", "analysis"],
	"templates": [{"name": "t"}],
	"seconds": 1200,
}}}}

template(change) := {"facts": {"kind": "AnalysisTemplate", "role": "analysis", "name": "t", "analyses": [metric(change)]}}

metric(change) := object.union({"name": "p99", "at": ["spec", "metrics", 0]}, change)

said(artifacts) := found if {
	found := testing.all(rule.finding) with input as {"artifacts": artifacts}
}
