package servelint.rules.rollout["analysis-drift_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["analysis-drift"] as rule

p99 := {"name": "p99", "slo": "latency", "op": "gt", "threshold": "50ms"}

errors := {"name": "errors", "slo": "availability", "op": "gt", "threshold": 0.01}

ctr := {"name": "ctr", "metric": "ctr", "op": "lt", "threshold": 0.98}

bound(fails, value) := {"bounds": [{"at": ["b"], "fails": fails, "value": value}]}

at := {["artifacts", 1, "b"]}

test_flags_another_latency if {
	places(p99, 0.05, object.union({"name": "p99"}, bound("gt", 0.5))) == at
	places(p99, 0.05, object.union({"name": "slow", "metricKind": "latency"}, bound("gt", 0.5))) == at
}

test_accepts_the_same_latency_in_seconds_and_milliseconds if {
	places(p99, 0.05, object.union({"name": "p99"}, bound("gt", 0.05))) == set()
	places(p99, 0.05, object.union({"name": "p99", "query": {"value": "rate(duration_milliseconds_bucket[5m])"}}, bound("gt", 50))) == set()
}

test_flags_the_other_side if {
	places(p99, 0.05, object.union({"name": "p99"}, bound("lt", 0.05))) == at
}

test_accepts_success_and_errors_in_ratios_and_percent if {
	places(errors, null, object.union({"name": "e", "metricKind": "success"}, bound("lt", 0.99))) == set()
	places(errors, null, object.union({"name": "e", "metricKind": "success"}, bound("lt", 99))) == set()
	places(errors, null, object.union({"name": "e", "metricKind": "errors"}, bound("gt", 0.01))) == set()
}

test_flags_success_below_the_floor if {
	places(errors, null, object.union({"name": "e", "metricKind": "success"}, bound("lt", 0.95))) == at
}

test_flags_other_metrics_by_name if {
	places(ctr, null, object.union({"name": "CTR"}, bound("lt", 0.9))) == at
	places(ctr, null, object.union({"name": "ctr"}, bound("lt", 0.98))) == set()
}

test_flags_an_analysis_that_no_metric_makes if {
	places(ctr, null, object.union({"name": "p99"}, bound("gt", 1))) == {["serving", "spec", "rollout", "analysis", 0, "name"]}
}

test_ignores_conditions_that_are_no_single_comparison if {
	places(p99, 0.05, {"name": "p99"}) == set()
	places(p99, 0.05, {"name": "p99", "bounds": [{"at": ["b"], "fails": "gt", "value": 1}, {"at": ["b"], "fails": "lt", "value": 0}]}) == set()
}

test_ignores_templates_that_stand_elsewhere if {
	said := {f.at | some f in rule.finding} with input as {"serving": serving(ctr, null), "artifacts": [rollout]}
	said == set()
	gaps := {f.at | some f in rule.unchecked} with input as {"serving": serving(ctr, null), "artifacts": [rollout]}
	gaps == {["artifacts", 0, "t"]}
}

rollout := {"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "platform": "argo-rollouts", "rollout": {
	"at": ["s"],
	"background": {"at": ["b"], "templates": [{"name": "t", "at": ["t"]}]},
}}}

serving(analysis, seconds) := {
	"spec": {
		"slos": [{"name": "latency", "indicator": {"type": "request_latency"}}, {"name": "availability", "indicator": {"type": "availability"}}],
		"rollout": {"analysis": [analysis]},
	},
	"facts": {"spec": {"rollout": {"analysis": [{"threshold": seconds}]}}},
}

places(analysis, seconds, metric) := found if {
	template := {"facts": {"kind": "AnalysisTemplate", "name": "t", "role": "analysis", "analyses": [object.union({"at": ["m"]}, metric)]}}
	found := {f.at | some f in rule.finding} with input as {"serving": serving(analysis, seconds), "artifacts": [rollout, template]}
}

test_flags_another_bounds_fails if {
	said_3([{"op": "replace", "path": "/artifacts/1/facts/analyses/0/bounds/0/fails", "value": "gte"}]) == {
		{
			"at": ["artifacts", 1, "b"],
			"related": [["serving", "spec", "rollout", "analysis", 0, "threshold"]],
			"says": ["`CTR`", "0.9", "`ctr`", "0.98"],
		},
	}
	said_3([{"op": "replace", "path": "/artifacts/1/facts/analyses/0/bounds/0/fails", "value": "lte"}]) == {
		{
			"at": ["artifacts", 1, "b"],
			"related": [["serving", "spec", "rollout", "analysis", 0, "threshold"]],
			"says": ["`CTR`", "0.9", "`ctr`", "0.98"],
		},
	}
}

test_flags_the_places if {
	said_2([]) == {
		{
			"at": ["serving", "spec", "rollout", "analysis", 0, "name"],
			"related": [["artifacts", 0, "b"]],
			"says": ["`a`", "`ctr`"],
			"severity": "warning",
		},
	}
}

test_ignores_without_rollout_background if {
	said_1([{"op": "remove", "path": "/artifacts/0/facts/rollout/background"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_1 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"at": ["s"], "background": {"at": ["b"], "templates": [{"at": ["t"], "name": "t"}]}},
			},
		},
	],
	"serving": {
		"facts": {"spec": {"rollout": {"analysis": [{"threshold": null}]}}},
		"spec": {
			"rollout": {"analysis": [{"metric": "ctr", "name": "ctr", "op": "lt", "threshold": 0.98}]},
			"slos": [
				{"indicator": {"type": "request_latency"}, "name": "latency"},
				{"indicator": {"type": "availability"}, "name": "availability"},
			],
		},
	},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"at": ["s"], "background": {"at": ["b"], "templates": [{"at": ["t"], "name": "t"}]}},
			},
		},
		{
			"facts": {
				"analyses": [{"at": ["m"], "bounds": [{"at": ["b"], "fails": "gt", "value": 1}], "name": "p99"}],
				"kind": "AnalysisTemplate",
				"name": "t",
				"role": "analysis",
			},
		},
	],
	"serving": {
		"facts": {"spec": {"rollout": {"analysis": [{"threshold": null}]}}},
		"spec": {
			"rollout": {"analysis": [{"metric": "ctr", "name": "ctr", "op": "lt", "threshold": 0.98}]},
			"slos": [
				{"indicator": {"type": "request_latency"}, "name": "latency"},
				{"indicator": {"type": "availability"}, "name": "availability"},
			],
		},
	},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_3 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"at": ["s"], "background": {"at": ["b"], "templates": [{"at": ["t"], "name": "t"}]}},
			},
		},
		{
			"facts": {
				"analyses": [{"at": ["m"], "bounds": [{"at": ["b"], "fails": "lt", "value": 0.9}], "name": "CTR"}],
				"kind": "AnalysisTemplate",
				"name": "t",
				"role": "analysis",
			},
		},
	],
	"serving": {
		"facts": {"spec": {"rollout": {"analysis": [{"threshold": null}]}}},
		"spec": {
			"rollout": {"analysis": [{"metric": "ctr", "name": "ctr", "op": "lt", "threshold": 0.98}]},
			"slos": [
				{"indicator": {"type": "request_latency"}, "name": "latency"},
				{"indicator": {"type": "availability"}, "name": "availability"},
			],
		},
	},
}
