package servelint.rules.rollout["analysis-cannot-fail_test"]

import data.servelint.rules.rollout["analysis-cannot-fail"] as rule

metric := {"name": "p99", "at": ["spec", "metrics", 0], "provider": "prometheus", "success": {"value": "result[0] < 1", "at": ["s"]}}

limit(value, number) := object.union(metric, {
	"failureLimit": {"value": value, "at": ["limit"]},
	"count": {"value": number, "at": ["count"]},
})

test_flags_a_limit_that_is_not_exceeded if {
	places([limit(5, 5)]) == {["artifacts", 0, "limit"]}
	places([limit(6, 5)]) == {["artifacts", 0, "limit"]}
	places([limit(-1, 5)]) == {["artifacts", 0, "limit"]}
}

test_accepts_a_limit_below_the_count if {
	places([limit(4, 5)]) == set()
	places([metric]) == set()
}

test_flags_a_metric_without_conditions if {
	places([object.remove(metric, ["success"])]) == {["artifacts", 0, "spec", "metrics", 0]}
}

test_flags_a_single_measurement_that_may_fail if {
	once := object.remove(limit(1, 9), ["count"])
	tree(once, {"name": "p99"}) == {["artifacts", 0, "limit"]}
	tree(once, {"name": "p99", "interval": "1m"}) == set()
	tree(once, {"name": "p99", "count": "{{args.count}}"}) == set()
}

tree(metric_facts, written) := found if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{
		"facts": {"kind": "AnalysisTemplate", "name": "a", "analyses": [metric_facts]},
		"spec": {"metrics": [written]},
	}]}
}

test_flags_constant_conditions if {
	places([object.union(metric, {"success": {"value": " true ", "at": ["s"]}})]) == {["artifacts", 0, "s"]}
	places([object.union(metric, {"failure": {"value": "false", "at": ["f"]}})]) == {["artifacts", 0, "f"]}
}

test_accepts_a_constant_beside_a_failure_condition if {
	both := {"success": {"value": "true", "at": ["s"]}, "failure": {"value": "result[0] > 1", "at": ["f"]}}
	places([object.union(metric, both)]) == set()
}

test_accepts_a_plugin_without_conditions if {
	places([object.union(object.remove(metric, ["success"]), {"provider": "plugin"})]) == set()
}

test_accepts_a_job_without_conditions if {
	places([object.union(object.remove(metric, ["success"]), {"provider": "job"})]) == set()
}

test_flags_a_template_that_is_all_dry_run if {
	dry := object.union(metric, {"dryRun": true})
	places([dry]) == {["artifacts", 0, "spec", "dryRun"]}
	places([dry, metric]) == set()
}

test_flags_thresholds_that_are_switched_off if {
	tree := {"spec": {"metrics": [{"provider": {"job": {"args": ["run", "--no-thresholds"]}}}]}}
	found := {f.at | some f in rule.finding} with input as {"artifacts": [tree]}
	found == {["artifacts", 0, "spec", "metrics", 0, "provider", "job", "args", 1]}
}

canary(rollout, rest) := object.union(
	{"facts": {"kind": "Canary", "name": "a", "rollout": object.union({"at": ["spec", "analysis"]}, rollout)}},
	rest,
)

test_flags_canaries_that_ask_nothing if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [canary({}, {})]}
	found == {["artifacts", 0, "spec", "analysis", "metrics"]}
	skipped := {f.at | some f in rule.finding} with input as {"artifacts": [canary({"skipAnalysis": {"value": true, "at": ["skip"]}}, {})]}
	skipped == {["artifacts", 0, "skip"]}
}

test_accepts_a_canary_with_webhooks if {
	rest := {"spec": {"analysis": {"webhooks": [{"name": "test"}]}}}
	count(rule.finding) == 0 with input as {"artifacts": [canary({}, rest)]}
}

test_ignores_what_has_no_analyses if {
	count(rule.finding) == 0 with input as {"artifacts": [{"facts": {"kind": "Deployment"}}, {}]}
	count(rule.finding) == 0 with input as {}
}

places(metrics) := found if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"kind": "AnalysisTemplate", "name": "a", "analyses": metrics}}]}
}
