package servelint.rules.rollout["analysis-drift_test"]

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
