package servelint.rules.rollout["analysis-cannot-fail_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["analysis-cannot-fail"] as rule

# Measured twenty times, of which two may fail.
metric := {
	"name": "p99",
	"at": ["spec", "metrics", 0],
	"provider": "prometheus",
	"success": {"value": "result[0] <= 0.05", "at": ["success"]},
	"failureLimit": {"value": 2, "at": ["failureLimit"]},
	"count": {"value": 20, "at": ["count"]},
}

bare := object.remove(metric, ["success", "failureLimit", "count"])

test_accepts_a_metric_that_can_fail if {
	said([template([metric])]) == set()
	said([template([limited(19)])]) == set()
	said([template([limited(0)])]) == set()
}

test_flags_a_limit_that_as_many_measurements_never_exceed if {
	every limit in [20, 21] {
		said([template([limited(limit)])]) == {{
			"at": ["artifacts", 0, "failureLimit"],
			"says": ["`p99`", sprintf("%d", [limit]), "20"],
		}}
	}
}

test_flags_a_limit_that_is_switched_off if {
	said([template([limited(-1)])]) == {{"at": ["artifacts", 0, "failureLimit"], "says": ["`p99`", "`failureLimit`", "1"]}}
}

limited(limit) := object.union(metric, {"failureLimit": {"value": limit}})

test_flags_the_only_measurement_that_may_fail if {
	every kind in ["AnalysisTemplate", "ClusterAnalysisTemplate"] {
		every limit in [1, 2] {
			said([measured_once(kind, limit, {})]) == {{
				"at": ["artifacts", 0, "failureLimit"],
				"says": ["`p99`", "`interval`", sprintf("%d", [limit])],
			}}
		}
	}
}

test_accepts_the_only_measurement_where_it_may_not_fail if {
	said([measured_once("AnalysisTemplate", 0, {})]) == set()
}

test_accepts_a_metric_that_is_measured_again if {
	said([measured_once("AnalysisTemplate", 1, {"interval": "1m"})]) == set()
	said([measured_once("AnalysisTemplate", 1, {"count": "{{args.count}}"})]) == set()
}

test_ignores_single_measurements_of_other_kinds if {
	said([measured_once("Experiment", 1, {})]) == set()
}

measured_once(kind, limit, written) := {
	"facts": {"kind": kind, "name": "ranker", "analyses": [object.remove(limited(limit), ["count"])]},
	"spec": {"metrics": [written]},
}

test_flags_a_success_condition_that_always_holds if {
	constant := object.union(metric, {"success": {"value": " true "}})
	said([template([constant])]) == {{"at": ["artifacts", 0, "success"], "says": ["`p99`", "`true`"]}}
}

test_accepts_a_constant_beside_a_condition_that_fails if {
	both := object.union(metric, {"success": {"value": "true"}, "failure": {"value": "result[0] > 0.05", "at": ["failure"]}})
	said([template([both])]) == set()
}

test_flags_a_failure_condition_that_never_holds if {
	constant := object.union(metric, {"failure": {"value": " false ", "at": ["failure"]}})
	said([template([constant])]) == {{"at": ["artifacts", 0, "failure"], "says": ["`p99`", "`false`"]}}
	said([template([object.remove(constant, ["success"])])]) == {{"at": ["artifacts", 0, "failure"], "says": ["`p99`", "`false`"]}}
}

test_flags_a_query_without_conditions if {
	every kind in ["AnalysisTemplate", "ClusterAnalysisTemplate"] {
		said([object.union(template([bare]), {"facts": {"kind": kind}})]) == {{
			"at": ["artifacts", 0, "spec", "metrics", 0],
			"says": ["`p99`", "`successCondition`", "`failureCondition`"],
		}}
	}
}

test_accepts_providers_that_judge_by_themselves if {
	every provider in ["job", "kayenta", "plugin"] {
		said([template([object.union(bare, {"provider": provider})])]) == set()
	}
}

test_ignores_missing_conditions_of_other_kinds if {
	said([object.union(template([bare]), {"facts": {"kind": "Experiment"}})]) == set()
}

test_flags_a_template_whose_metrics_are_all_dry_runs if {
	dry := object.union(metric, {"dryRun": true})
	said([template([dry])]) == {{"at": ["artifacts", 0, "spec", "dryRun"], "says": ["1", "`ranker`", "`dryRun`"], "severity": "error", "help": "Take out of `dryRun` what is meant to judge."}}
	said([template([dry, dry])]) == {{"at": ["artifacts", 0, "spec", "dryRun"], "says": ["2", "`ranker`", "`dryRun`"], "severity": "error", "help": "Take out of `dryRun` what is meant to judge."}}
}

test_accepts_a_dry_run_beside_a_metric_that_counts if {
	said([template([object.union(metric, {"dryRun": true}), metric])]) == set()
}

test_flags_a_rollout_that_takes_all_metrics_of_a_template_in_dry_run if {
	said([template([metric, named("errors")]), refers(["p9", "errors"])]) == {{
		"at": ["artifacts", 1, "dryRun"],
		"says": ["2", "`ranker`", "`dryRun`", "`ranker`"],
	}}
	said([template([metric, named("errors")]), refers(["p9"])]) == set()
	said([template([metric]), refers(["^9"])]) == set()

	# What is in none of the files may have others.
	said([refers([".*"])]) == set()
}

test_flags_a_dry_run_of_what_the_specification_relies_on if {
	found := {[f.at, f.message] | some f in rule.finding with input as relying("Errors", [template([metric, named("errors")]), refers(["err"])])}
	found == {[["artifacts", 1, "dryRun"], "metric `errors` is in `dryRun`, so analysis `Errors` of the specification cannot stop Rollout `ranker`"]}
	of_template := relying("errors", [template([metric, object.union(named("errors"), {"dryRun": true})]), refers([])])
	{f.at | some f in rule.finding with input as of_template} == {["artifacts", 0, "spec", "dryRun"]}
}

test_accepts_a_dry_run_of_what_the_specification_does_not_name if {
	every doc in [
		relying("p99", [template([metric, named("errors")]), refers(["err"])]),
		relying("clicks", [template([metric, named("errors")]), refers(["err"])]),
	] {
		count(rule.finding) == 0 with input as doc
	}
}

named(name) := object.union(metric, {"name": name})

refers(patterns) := {"facts": {
	"kind": "Rollout",
	"name": "ranker",
	"role": "rollout",
	"platform": "argo-rollouts",
	"rollout": {"background": {"templates": [object.union({"name": "ranker"}, dry(patterns))]}},
}}

dry(patterns) := {"dryRun": {"value": patterns, "at": ["dryRun"]}} if count(patterns) > 0

dry(patterns) := {} if count(patterns) == 0

relying(name, artifacts) := {
	"artifacts": artifacts,
	"serving": {"spec": {"rollout": {"analysis": [{"name": name}]}}},
}

test_ignores_a_template_without_metrics if {
	said([template([])]) == set()
}

test_flags_a_load_test_without_its_thresholds if {
	said([{"spec": {"metrics": [{"provider": {"job": {"args": ["run", "--no-thresholds"]}}}]}}]) == {{
		"at": ["artifacts", 0, "spec", "metrics", 0, "provider", "job", "args", 1],
		"says": ["`--no-thresholds`"],
	}}
}

test_flags_a_canary_that_skips_its_analysis if {
	every webhooks in [[], ["load-test"]] {
		said([canary({"skipAnalysis": {"value": true, "at": ["spec", "skipAnalysis"]}}, webhooks)]) == {{
			"at": ["artifacts", 0, "spec", "skipAnalysis"],
			"says": ["`ranker`"],
			"severity": "error",
			"help": "Remove `skipAnalysis`, or set it to `false`.",
		}}
	}
}

test_flags_what_was_switched_off_by_choice_as_a_warning_in_a_manifest_alone if {
	off := canary({"skipAnalysis": {"value": true, "at": ["spec", "skipAnalysis"]}}, [])
	{finding.severity | some finding in rule.finding with input as {"artifacts": [off], "facts": {"unclaimed": true}}} == {"warning"}
}

test_flags_a_canary_that_asks_nothing if {
	nothing := {{"at": ["artifacts", 0, "spec", "analysis", "metrics"], "says": ["`ranker`"]}}
	said([canary({}, [])]) == nothing
	said([canary({"skipAnalysis": {"value": false, "at": ["spec", "skipAnalysis"]}}, [])]) == nothing
}

test_accepts_a_canary_with_metrics_or_webhooks if {
	said([canary({}, ["load-test"])]) == set()
	said([object.union(canary({}, []), {"facts": {"analyses": [metric]}})]) == set()
}

test_ignores_what_makes_no_rollout if {
	said([object.union(canary({}, []), {"facts": {"kind": "Rollout"}})]) == set()
	said([{"facts": {"kind": "Canary", "name": "ranker"}}, {"facts": {"kind": "Deployment"}}, {}]) == set()
	count(rule.finding) == 0 with input as {}
}

template(metrics) := {"facts": {"kind": "AnalysisTemplate", "name": "ranker", "analyses": metrics}}

canary(rollout, webhooks) := {
	"facts": {"kind": "Canary", "name": "ranker", "rollout": object.union({"at": ["spec", "analysis"]}, rollout)},
	"spec": {"analysis": {"webhooks": webhooks}},
}

said(artifacts) := found if {
	found := testing.all(rule.finding) with input as {"artifacts": artifacts}
}

test_flags_a_limit_that_the_query_never_crosses if {
	crossing(share, {"success": {"value": "result[0] <= 5", "at": ["success"]}}) == {{"at": ["artifacts", 0, "bound"], "related": [["artifacts", 0, "query"]], "says": ["`errors`", "5", "0", "1"]}}
	count(crossing({"low": 0, "empty": true}, {"bounds": [{"at": ["bound"], "fails": "lt", "value": 0}]})) == 1
}

test_accepts_a_limit_within_reach_of_the_query if {
	crossing(share, {"bounds": [{"at": ["bound"], "fails": "gt", "value": 0.05}]}) == set()
	crossing(share, {"bounds": [{"at": ["bound"], "fails": "gt", "value": 5}, {"at": ["bound"], "fails": "lt", "value": 0.5}]}) == set()
	crossing({"low": 0}, {}) == set()
	crossing({}, {}) == set()
}

test_ignores_a_limit_beside_another_condition if {
	condition := {"value": "result[0] > 5", "at": ["condition"]}
	crossing(share, {"success": condition, "failure": condition}) == set()
}

test_ignores_whether_there_is_any_series if {
	present := {"bounds": [{"at": ["bound"], "fails": "lte", "value": 0}]}
	crossing({"low": 1, "empty": true}, present) == set()
	count(crossing({"low": 1}, present)) == 1
}

share := {"low": 0, "high": 1}

crossing(numbers, change) := found if {
	query := object.union({"at": ["query"], "purpose": "analysis", "name": "errors", "metric": 0}, numbers)
	metric := object.union({"name": "errors", "provider": "plugin", "bounds": [{"at": ["bound"], "fails": "gt", "value": 5}]}, change)
	found := testing.all(rule.finding) with input as {"artifacts": [{"facts": {"analyses": [metric], "queries": [query]}}]}
}
