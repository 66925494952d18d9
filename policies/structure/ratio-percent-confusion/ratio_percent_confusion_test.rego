package servelint.rules.structure["ratio-percent-confusion_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["ratio-percent-confusion"] as rule

test_accepts_a_target_between_zero_and_one if {
	said(slo(0.999)) == set()
	said(slo(0.000001)) == set()
}

test_flags_a_target_that_can_only_be_a_percent_with_its_ratio if {
	every value, ratio in {50: 0.5, 99.5: 0.995, 99.9999: 0.999999} {
		said(slo(value)) == {{
			"at": ["spec", "slos", 0, "target"],
			"fix": [{"at": ["spec", "slos", 0, "target"], "replace": ratio}],
			"says": [sprintf("%v", [value]), "`availability`", shown(ratio)],
		}}
	}
}

# Four decimals in messages.
shown(ratio) := "1" if ratio == 0.999999

shown(ratio) := sprintf("%v", [ratio]) if ratio != 0.999999

test_flags_a_target_above_one_that_may_be_anything_without_a_fix if {
	every value, ratio in {1.5: "0.015", 49.9: "0.499", 100: "1"} {
		said(slo(value)) == {{"at": ["spec", "slos", 0, "target"], "says": [sprintf("%v", [value]), "`availability`", ratio]}}
	}
}

test_flags_a_target_of_one_which_leaves_no_budget if {
	said(slo(1)) == {{"at": ["spec", "slos", 0, "target"], "says": ["1", "`availability`", "1"]}}
}

test_flags_a_target_of_zero_or_less if {
	said(slo(0)) == {{"at": ["spec", "slos", 0, "target"], "says": ["0", "`availability`", "0", "1"]}}
	said(slo(-1)) == {{"at": ["spec", "slos", 0, "target"], "says": ["1", "`availability`", "0", "1"]}}
}

test_flags_an_slo_without_a_name_by_its_number if {
	every value in [99.9, 1, 0] {
		nameless := {"spec": {"slos": [{"name": "availability", "target": 0.99}, {"target": value}]}}
		{f.says[1] | some f in said(nameless)} == {"`2`"}
	}
}

slo(value) := {"spec": {"slos": [{"name": "availability", "target": value}]}}

test_accepts_weights_in_whole_percents if {
	said(weights([0, 1, 50, 100])) == set()
	said({"spec": {"rollout": {"shadow": {"percent": 2}}}}) == set()
}

test_flags_a_weight_given_as_a_ratio if {
	said(weights([5, 0.2, 100])) == {{"at": ["spec", "rollout", "steps", 1, "weight"], "says": ["0.2", "2", "20"]}}
	said({"spec": {"rollout": {"shadow": {"percent": 0.05}}}}) == {{"at": ["spec", "rollout", "shadow", "percent"], "says": ["0.05", "5"]}}
}

test_flags_weights_that_can_only_be_ratios_with_their_percents if {
	fix := [
		{"at": ["spec", "rollout", "steps", 0, "weight"], "replace": 7},
		{"at": ["spec", "rollout", "steps", 1, "weight"], "replace": 50},
		{"at": ["spec", "rollout", "steps", 2, "weight"], "replace": 100},
	]
	said(weights([0.07, 0.5, 1])) == {
		{"at": ["spec", "rollout", "steps", 0, "weight"], "fix": fix, "says": ["0.07", "1", "7"]},
		{"at": ["spec", "rollout", "steps", 1, "weight"], "fix": fix, "says": ["0.5", "2", "50"]},
	}
}

test_flags_weights_that_may_be_ratios_without_a_fix if {
	every steps in [[0.05, 50, 100], [0.005, 1], [0, 0.5, 1], [0.5, 1.5, 1], [0.07, 0.5, 1, 0.07], [0.070000015, 1]] {
		every f in said(weights(steps)) {
			not f.fix
		}
		said(weights(steps)) != set()
	}
	fixes := {f.fix | some f in said({"spec": {"rollout": {"steps": [{"weight": 0.05}, {"bake": "5m"}]}}}); f.fix}
	fixes == set()
}

test_flags_a_weight_outside_of_the_scale_by_its_problem if {
	problems := {
		2.5: "weight 2.5 of step 1 is not a whole percent",
		100.5: "weight 100.5 of step 1 is not a percent between 0 and 100",
		101: "weight 101 of step 1 is not a percent between 0 and 100",
		-1: "weight -1 of step 1 is not a percent between 0 and 100",
		0.5: "weight 0.5 of step 1 looks like a ratio; as a percent it is 50",
	}
	every value, problem in problems {
		messages(weights([value])) == {problem}
	}
}

weights(values) := {"spec": {"rollout": {"steps": [{"weight": value} | some value in values]}}}

utilisations := {
	"targetUtilisation": ["spec", "capacity", "targetUtilisation"],
	"memoryUtilization": ["spec", "resources", "gpu", "memoryUtilization"],
}

test_accepts_a_utilisation_up_to_one if {
	every key, _ in utilisations {
		said(utilised(key, 1)) == set()
		said(utilised(key, 0.7)) == set()
	}
}

test_flags_a_utilisation_that_can_only_be_a_percent_with_its_ratio if {
	every key, at in utilisations {
		every value, ratio in {10: 0.1, 70: 0.7, 100: 1} {
			said(utilised(key, value)) == {{
				"at": at,
				"fix": [{"at": at, "replace": ratio}],
				"says": [sprintf("%d", [value]), sprintf("%v", [ratio])],
			}}
		}
	}
}

test_flags_a_utilisation_above_one_that_may_be_anything_without_a_fix if {
	every key, at in utilisations {
		every value, ratio in {1.5: "0.015", 9.9: "0.099", 101: "1.01"} {
			said(utilised(key, value)) == {{"at": at, "says": [sprintf("%v", [value]), ratio]}}
		}
	}
}

utilised("targetUtilisation", value) := {"spec": {"capacity": {"targetUtilisation": value}}}

utilised("memoryUtilization", value) := {"spec": {"resources": {"gpu": {"memoryUtilization": value}}}}

test_flags_a_threshold_of_availability_in_percent if {
	every op, value in {"gt": 2, "gte": 1, "lt": 99, "lte": 99} {
		said(analysis(op, value)) == {{
			"at": ["spec", "rollout", "analysis", 0, "threshold"],
			"says": [sprintf("%d", [value]), "`errors`", "0", "1"],
		}}
	}
}

test_flags_an_analysis_without_a_name_by_its_number if {
	nameless := {
		"spec": {"rollout": {"analysis": [{}, {"op": "gt", "threshold": 2}]}},
		"facts": {"rollout": {"analysis": [{}, {"kind": "availability"}]}},
	}
	{f.says[1] | some f in said(nameless)} == {"`2`"}
}

test_accepts_a_threshold_of_availability_as_a_ratio if {
	said(analysis("gt", 0.02)) == set()
}

test_accepts_a_floor_that_any_failure_breaks if {
	said(analysis("lt", 1)) == set()
	said(analysis("lte", 1)) == set()
}

test_ignores_thresholds_of_other_analyses if {
	said(testing.after(analysis("gt", 20), {"/facts/rollout/analysis/0/kind": "metric"})) == set()
	said(analysis("gt", "800ms")) == set()
}

analysis(op, value) := {
	"spec": {"rollout": {"analysis": [{"name": "errors", "slo": "availability", "op": op, "threshold": value}]}},
	"facts": {"rollout": {"analysis": [{"slo": 0, "kind": "availability"}]}},
}

test_flags_a_checklist_ratio_in_percent if {
	said(item("throughput_vs_stable", "ratio", "gte", 2)) == {{"at": ["spec", "items", 0, "threshold"], "says": ["2", "`A`", "`ratio`", "0.02"]}}
	every name in ["error_ratio", "success_ratio", "failures", "availability", "rejected"] {
		said(item(name, "ratio", "lte", 1.5)) == {{"at": ["spec", "items", 0, "threshold"], "says": ["1.5", "`A`", "`ratio`", "0.015"]}}
	}
}

test_accepts_a_checklist_ratio_up_to_one if {
	said(item("success_ratio", "ratio", "gte", 1)) == set()
}

test_accepts_a_comparison_a_little_above_one if {
	said(item("latency_vs_stable", "ratio", "lte", 1.05)) == set()
}

test_flags_a_checklist_percent_given_as_a_ratio if {
	every op in ["gte", "gt"] {
		said(item("success", "percent", op, 0.99)) == {{"at": ["spec", "items", 0, "threshold"], "says": ["0.99", "`A`", "`percent`", "1"]}}
	}
}

test_accepts_a_small_percent_of_errors if {
	said(item("errors", "percent", "lte", 0.1)) == set()
}

test_accepts_a_percent_of_nothing_and_from_one_up if {
	every value in [-1, 0, 1, 1.5, 99.9] {
		said(item("success", "percent", "gte", value)) == set()
	}
}

test_flags_an_item_without_an_id_by_its_number if {
	every unit, value in {"ratio": 99, "percent": 0.99} {
		nameless := {"spec": {"items": [{}, {"metric": {"name": "success", "unit": unit}, "op": "gte", "threshold": value}]}}
		{f.says[1] | some f in said(nameless)} == {"`2`"}
	}
}

test_ignores_items_of_other_units_and_of_text if {
	said(item("success", "ms", "gte", 0.5)) == set()
	said(item("success", "ms", "gte", 99)) == set()
	said(item("analysis_phase", "ratio", "eq", "Successful")) == set()
	said(item("analysis_phase", "percent", "gte", "Successful")) == set()
}

item(name, unit, op, value) := {"spec": {"items": [{"id": "A", "metric": {"name": name, "unit": unit}, "op": op, "threshold": value}]}}

test_flags_an_objective_of_a_manifest_in_the_other_unit if {
	messages(stated("percent", 0.9995)) == {"target 0.9995 of objective `a` is read as a percent and asks for next to nothing; the ratio 0.9995 is 99.95 %"}
	messages(stated("percent", 1)) == {"target 1 of objective `a` is read as a percent and asks for next to nothing; the ratio 1 is 100 %"}
	messages(stated("ratio", 99.9)) == {"target 99.9 of objective `a` looks like a percent; as a ratio it is 0.999"}
	messages(stated("ratio", 1.5)) == {"target 1.5 of objective `a` looks like a percent; as a ratio it is 0.015"}
	messages(stated("ratio", 1)) == {"target 1 of objective `a` leaves no error budget; a target is a ratio below 1"}
	testing.places(rule.finding) == {["artifacts", 0, "raw"]} with input as stated("ratio", 1)
	testing.places(rule.finding) == {["artifacts", 0, "raw"]} with input as stated("percent", 1)
}

test_accepts_an_objective_of_a_manifest_in_its_unit if {
	said(stated("percent", 99.95)) == set()
	said(stated("ratio", 0.9995)) == set()
}

stated(unit, value) := {"artifacts": [{"facts": {"slos": [{"name": "a", "unit": unit, "rawTarget": {"value": value, "at": ["raw"]}}]}}]}

test_flags_a_success_rate_of_flagger_that_is_no_percent if {
	measured("request-success-rate", "min", "lt", 0.99) == {"min 0.99 of metric `request-success-rate` is read as a percent, so almost no request must succeed; 0.99 as a percent is 99"}
	count(measured("request-success-rate", "min", "lt", 1)) == 1
	measured("request-success-rate", "min", "lt", 100.5) == {"min 100.5 of metric `request-success-rate` is above 100 %, so no canary can pass"}
	measured("request-success-rate", "max", "gt", 1) == {"max 1 of metric `request-success-rate` is below 100 %, so a canary fails when all of its requests succeed"}
}

test_flags_a_duration_of_flagger_below_a_millisecond if {
	measured("request-duration", "max", "gt", 0.5) == {"max 0.5 of metric `request-duration` is read in whole milliseconds, so it is 0 and every canary fails; 0.5s is 500"}
	count(measured("request-duration", "max", "gt", 0)) == 1
}

test_accepts_the_units_of_flagger if {
	every value in [0, 1.5, 99, 99.9, 100] { measured("request-success-rate", "min", "lt", value) == set() }
	measured("request-success-rate", "max", "gt", 100) == set()
	every value in [1, 500] { measured("request-duration", "max", "gt", value) == set() }
	measured("request-duration", "min", "lt", 0.5) == set()
}

test_ignores_metrics_of_flagger_with_a_template_and_of_argo if {
	metric := flagger("request-duration", "max", "gt", 0.5)
	said(testing.after(metric, {"/artifacts/0/facts/analyses/0/provider": "template"})) == set()
	said(testing.after(metric, {"/artifacts/0/facts/platform": "argo-rollouts"})) == set()
	said(testing.after(metric, {"/artifacts/0/metric/max": "half"})) == set()
}

measured(name, key, fails, value) := messages(flagger(name, key, fails, value))

flagger(name, key, fails, value) := {"artifacts": [{"metric": {key: value}, "facts": {
	"platform": "flagger",
	"analyses": [{"name": name, "provider": "builtin", "bounds": [{"at": ["metric", key], "fails": fails}]}],
}}]}

test_warns_of_a_limit_in_seconds_that_looks_like_milliseconds if {
	found := said(limited("histogram_quantile(0.95, sum by (le) (rate(ttft_seconds_bucket[5m])))", 800))
	found == {{
		"at": ["artifacts", 0, "limit"],
		"severity": "warning",
		"help": "Write the limit in the unit of the histogram.",
		"says": ["800", "`ttft`", "0.8"],
	}}
}

test_accepts_limits_that_fit_their_histogram if {
	said(limited("histogram_quantile(0.95, sum by (le) (rate(ttft_seconds_bucket[5m])))", 299)) == set()
	said(limited("1000 * histogram_quantile(0.95, sum by (le) (rate(ttft_seconds_bucket[5m])))", 800)) == set()
	said(limited("histogram_quantile(0.95, sum by (le) (rate(ttft_seconds_bucket[5m]))) * 1000", 800)) == set()
	said(limited("histogram_quantile(0.95, sum by (le) (rate(ttft_milliseconds_bucket[5m])))", 800)) == set()
	said(limited("sum(rate(requests_total[5m]))", 800)) == set()
}

test_reads_the_query_of_a_template_of_flagger if {
	metric := {"name": "ttft", "template": "ttft", "provider": "template", "bounds": [{"at": ["limit"], "fails": "gt", "value": 800}]}
	template := {"spec": {"query": "histogram_quantile(0.95, sum by (le) (rate(ttft_seconds_bucket[5m])))"}, "facts": {"kind": "MetricTemplate", "name": "ttft"}}
	count(said({"artifacts": [{"facts": {"platform": "flagger", "analyses": [metric]}}, template]})) == 1
}

limited(query, value) := {"artifacts": [{"facts": {"platform": "argo-rollouts", "analyses": [{
	"name": "ttft",
	"query": {"value": query, "at": ["query"]},
	"bounds": [{"at": ["limit"], "fails": "gt", "value": value}],
}]}}]}

test_flags_a_share_of_gpu_memory_in_percent if {
	share(90) == {"GPU memory utilisation 90 of Deployment `chat` looks like a percent; the engine accepts a ratio up to 1, such as 0.9"}
	share(1) == set()
	share(0.92) == set()
}

share(value) := messages({"artifacts": [{"facts": {
	"kind": "Deployment",
	"name": "chat",
	"role": "workload",
	"workload": {"gpuMemoryUtilization": {"value": value, "at": ["args"]}},
}}]})

test_ignores_unfinished_documents if {
	said({}) == set()
	said({"spec": {"slos": [{}], "rollout": {"steps": [{}], "analysis": [{}]}, "items": [{}]}, "facts": {}}) == set()
}

messages(doc) := found if {
	found := {f.message | some f in rule.finding} with input as doc
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
