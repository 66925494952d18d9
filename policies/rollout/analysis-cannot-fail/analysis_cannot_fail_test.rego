package servelint.rules.rollout["analysis-cannot-fail_test"]

import data.servelint.lib.testing
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

test_flags_another_artifacts_kind if {
	said_3([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "ClusterAnalysisTemplate"}]) == {{"at": ["artifacts", 0, "spec", "metrics", 0], "says": ["`p99`", "`successCondition`", "`failureCondition`"]}}
}

test_flags_without_rollout_skip_analysis if {
	said_2([{"op": "remove", "path": "/artifacts/0/facts/rollout/skipAnalysis/value"}]) == {{"at": ["artifacts", 0, "spec", "analysis", "metrics"], "says": ["`a`"]}}
}

test_ignores_another_analyses_provider if {
	said_3([{"op": "replace", "path": "/artifacts/0/facts/analyses/0/provider", "value": "kayenta"}]) == set()
}

test_ignores_another_artifacts_kind if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "other"}]) == set()
}

test_ignores_empty_artifacts_analyses if {
	said_3([{"op": "replace", "path": "/artifacts/0/facts/analyses", "value": []}]) == set()
}

test_ignores_without_artifacts_kind if {
	said_3([{"op": "remove", "path": "/artifacts/0/facts/kind"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {"artifacts": [{"facts": {"kind": "Canary", "name": "a", "rollout": {"at": ["spec", "analysis"]}}}]}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Canary",
				"name": "a",
				"rollout": {"at": ["spec", "analysis"], "skipAnalysis": {"at": ["skip"], "value": true}},
			},
		},
	],
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"artifacts": [
		{
			"facts": {
				"analyses": [{"at": ["spec", "metrics", 0], "name": "p99", "provider": "prometheus"}],
				"kind": "AnalysisTemplate",
				"name": "a",
			},
		},
	],
}

test_flags_without_analyses_success if {
	said_more_1([{"op": "remove", "path": "/artifacts/0/facts/analyses/0/success"}]) == {{"at": ["artifacts", 0, "f"], "says": ["`p99`", "`false`"]}}
}

test_ignores_other_numbers_of_analyses_failure_limit if {
	said_more_2([{"op": "replace", "path": "/artifacts/0/facts/analyses/0/failureLimit/value", "value": 0}]) == set()
}

said_more_1(changes) := found if {
	doc := json.patch(example_more_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_1 := {
	"artifacts": [
		{
			"facts": {
				"analyses": [
					{
						"at": ["spec", "metrics", 0],
						"failure": {"at": ["f"], "value": "false"},
						"name": "p99",
						"provider": "prometheus",
						"success": {"at": ["s"], "value": "result[0] < 1"},
					},
				],
				"kind": "AnalysisTemplate",
				"name": "a",
			},
		},
	],
}

said_more_2(changes) := found if {
	doc := json.patch(example_more_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_2 := {
	"artifacts": [
		{
			"facts": {
				"analyses": [
					{
						"at": ["spec", "metrics", 0],
						"count": {"at": ["count"], "value": 5},
						"failureLimit": {"at": ["limit"], "value": 5},
						"name": "p99",
						"provider": "prometheus",
						"success": {"at": ["s"], "value": "result[0] < 1"},
					},
				],
				"kind": "AnalysisTemplate",
				"name": "a",
			},
		},
	],
}
