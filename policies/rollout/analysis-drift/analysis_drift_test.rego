package servelint.rules.rollout["analysis-drift_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["analysis-drift"] as rule

# What the specification says; `seconds` is the fact of its threshold.
p99 := {"name": "p99", "slo": "latency", "op": "gt", "threshold": "50ms", "seconds": 0.05}

errors := {"name": "errors", "slo": "availability", "op": "gt", "threshold": 0.01}

ctr := {"name": "ctr", "metric": "ctr", "op": "lt", "threshold": 0.98}

# What a template of the manifests makes of it.
latency(fails, value) := measuring("latency", fails, value)

success(fails, value) := measuring("success", fails, value)

failures(fails, value) := measuring("errors", fails, value)

measuring(kind, fails, value) := object.union(named("m", fails, value), {"metricKind": kind})

named(name, fails, value) := {"name": name, "bounds": [{"at": ["bound"], "fails": fails, "value": value}]}

test_flags_another_latency if {
	said([p99], named("P99", "gt", 0.5)) == differs(["`P99`", "500", "`p99`", "50"])
	said([p99], latency("gt", 1)) == differs(["`m`", "1", "`p99`", "50"])
}

test_accepts_the_same_latency_in_seconds_and_in_milliseconds if {
	said([p99], latency("gte", 0.05)) == set()
	every query in [
		"rate(request_ms_bucket[5m])", "request_ms{app=\"ranker\"}", "rate(request_ms[5m])", "rate(request_milliseconds_sum[5m])",
		"rate(request_seconds_sum[5m]) * 1000", "rate(request_seconds_sum[5m])*1000",
	] {
		said([p99], object.union(latency("gt", 50), {"query": {"value": query}})) == set()
	}
}

test_flags_another_latency_in_milliseconds if {
	said([p99], object.union(latency("gt", 60), {"query": {"value": "rate(request_ms_bucket[5m])"}})) == differs(["`m`", "60", "`p99`", "50"])
}

test_accepts_numbers_that_differ_by_rounding_noise if {
	said([object.union(ctr, {"threshold": 0})], named("ctr", "lt", 0.000001)) == set()
	said([object.union(p99, {"seconds": 10})], latency("gt", 10.00001)) == set()
}

test_flags_numbers_that_differ_by_more if {
	{f.at | some f in said([object.union(ctr, {"threshold": 0})], named("ctr", "lt", 0.000002))} == {["artifacts", 1, "bound"]}
	said([object.union(p99, {"seconds": 10})], latency("gt", 10.00002)) == differs(["`m`", "10", "`p99`", "10"])
	said([object.union(p99, {"seconds": 1000})], latency("gt", 999.998)) == differs(["`m`", "16", "40", "`p99`", "16", "40"])
}

test_flags_the_same_number_on_the_other_side if {
	said([p99], latency("lt", 0.05)) == differs(["`m`", "50", "`p99`", "50"])
	said([ctr], named("ctr", "gt", 0.98)) == differs(["`ctr`", "0.98", "`ctr`", "0.98"])
	said([object.union(ctr, {"op": "lte"})], named("ctr", "gte", 0.98)) == differs(["`ctr`", "0.98", "`ctr`", "0.98"])
}

test_accepts_a_share_of_errors_in_each_of_its_spellings if {
	every metric in [failures("gt", 0.01), success("lt", 0.99), success("lt", 99)] {
		said([errors], metric) == set()
	}
	said([object.union(errors, {"threshold": 0.015})], failures("gt", 1.5)) == set()
}

test_flags_another_share_of_errors if {
	every op in ["gt", "gte"] {
		said([errors], failures(op, 0.05)) == differs(["`m`", "5", "`errors`", "1"])
		said([errors], failures(op, 1)) == differs(["`m`", "100", "`errors`", "1"])
		said([errors], failures(op, 1.5)) == differs(["`m`", "1.5", "`errors`", "1"])
	}
	every op in ["lt", "lte"] {
		said([errors], success(op, 0.95)) == differs(["`m`", "5", "`errors`", "1"])
		said([errors], success(op, 1)) == differs(["`m`", "0", "`errors`", "1"])
		said([errors], success(op, 1.5)) == differs(["`m`", "98.5", "`errors`", "1"])
	}
}

test_ignores_an_availability_threshold_that_is_a_duration if {
	said([object.union(errors, {"threshold": "50ms", "seconds": 0.05})], failures("gt", 0.5)) == set()
}

test_flags_another_number_of_another_metric if {
	said([ctr], named("CTR", "lte", 0.9)) == differs(["`CTR`", "0.9", "`ctr`", "0.98"])
}

test_accepts_the_same_number_of_another_metric if {
	said([ctr], named("ctr", "lte", 0.98)) == set()
}

test_flags_an_analysis_that_no_metric_makes if {
	said([ctr], named("p99", "gt", 1)) == {{
		"at": ["serving", "spec", "rollout", "analysis", 0, "name"],
		"related": [["artifacts", 0, "spec", "analysis"]],
		"says": ["`ranker`", "`ctr`"],
		"severity": "warning",
	}}
}

test_flags_it_beside_the_rollout_where_no_analysis_runs_in_the_background if {
	steps := {"facts": {"platform": "argo-rollouts", "kind": "Rollout", "role": "rollout", "rollout": {
		"at": ["spec", "strategy"],
		"stepAnalyses": [{"name": "t", "at": ["spec", "templates", 0]}],
	}}}
	{f.related | some f in said_of([ctr], [steps, template(named("p99", "gt", 1))])} == {[["artifacts", 0, "spec", "strategy"]]}
}

test_flags_it_for_a_canary_of_flagger if {
	canary := {"facts": {"platform": "flagger", "kind": "Canary", "role": "rollout", "rollout": {"at": ["spec"]}, "analyses": [named("p99", "gt", 1)]}}
	{f.related | some f in said_of([ctr], [canary])} == {[["artifacts", 0, "spec"]]}
}

test_ignores_it_where_other_platforms_judge if {
	other := object.union(template(named("p99", "gt", 1)), {"facts": {"platform": "kserve", "role": "rollout", "rollout": {
		"at": ["spec"],
		"stepAnalyses": [{"name": "t", "at": ["spec"]}],
	}}})
	said_of([ctr], [other]) == set()
}

test_ignores_which_of_two_analyses_an_unnamed_metric_makes if {
	slow := object.union(p99, {"name": "slow"})
	{f.at | some f in said([p99, slow], latency("gt", 0.5))} == {
		["serving", "spec", "rollout", "analysis", 0, "name"],
		["serving", "spec", "rollout", "analysis", 1, "name"],
	}
}

test_flags_a_metric_without_a_name_by_its_kind if {
	said([p99], object.remove(latency("gt", 0.5), ["name"])) == differs(["`?`", "500", "`p99`", "50"])
}

test_accepts_each_metric_beside_the_analysis_of_its_kind if {
	both := {"facts": {"analyses": [latency("gt", 0.05), failures("gt", 0.01)]}}
	said_of([p99, errors], [rollout, object.union(template({}), both)]) == set()
}

test_flags_a_metric_by_its_name_before_its_kind if {
	said([p99, errors], object.union(latency("gt", 0.01), {"name": "errors"})) == {{
		"at": ["serving", "spec", "rollout", "analysis", 0, "name"],
		"related": [["artifacts", 0, "spec", "analysis"]],
		"says": ["`ranker`", "`p99`"],
		"severity": "warning",
	}}
}

test_ignores_conditions_that_are_no_single_comparison if {
	said([p99], {"name": "p99"}) == set()
	bounds := [{"at": ["bound"], "fails": "gt", "value": 1}, {"at": ["bound"], "fails": "lt", "value": 0}]
	said([p99], {"name": "p99", "bounds": bounds}) == set()
}

test_ignores_a_template_in_none_of_the_files_but_lists_it if {
	said_of([ctr], [rollout]) == {{"at": ["artifacts", 0, "spec", "templates", 0], "says": ["`t`", "`ranker`"]}}
	missing := json.patch(rollout, [{"op": "add", "path": "/facts/rollout/stepAnalyses", "value": [{"name": "u", "at": ["spec", "step"]}]}])
	said_of([ctr], [missing, template(named("p99", "gt", 1))]) == {{"at": ["artifacts", 0, "spec", "step"], "says": ["`u`", "`ranker`"]}}
}

test_ignores_rollouts_without_analyses if {
	said_of([ctr], [json.remove(rollout, ["facts/rollout/background"])]) == set()
	count(rule.finding) == 0 with input as {}
}

rollout := {"facts": {"kind": "Rollout", "name": "ranker", "role": "rollout", "platform": "argo-rollouts", "rollout": {
	"at": ["spec", "strategy"],
	"background": {"at": ["spec", "analysis"], "templates": [{"name": "t", "at": ["spec", "templates", 0]}]},
}}}

template(metric) := {"facts": {"kind": "AnalysisTemplate", "name": "t", "role": "analysis", "analyses": [metric]}}

differs(says) := {{
	"at": ["artifacts", 1, "bound"],
	"related": [["serving", "spec", "rollout", "analysis", 0, "threshold"]],
	"says": says,
}}

said(analyses, metric) := said_of(analyses, [rollout, template(metric)])

said_of(analyses, artifacts) := found if {
	doc := {"artifacts": artifacts, "serving": {
		"spec": {
			"slos": [{"name": "latency", "indicator": {"type": "request_latency"}}, {"name": "availability", "indicator": {"type": "availability"}}],
			"rollout": {"analysis": analyses},
		},
		"facts": {"spec": {"rollout": {"analysis": [{"threshold": object.get(analysis, "seconds", null)} | some analysis in analyses]}}},
	}}
	wrong := testing.all(rule.finding) with input as doc
	open := testing.all(rule.unchecked) with input as doc
	found := wrong | open
}
