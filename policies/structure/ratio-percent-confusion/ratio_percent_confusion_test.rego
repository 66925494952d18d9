package servelint.rules.structure["ratio-percent-confusion_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["ratio-percent-confusion"] as rule

target := {["spec", "slos", 0, "target"]}

threshold := {["spec", "items", 0, "threshold"]}

test_flags_a_target_in_percent if {
	places(slo(99.9)) == target
	places(slo(1)) == target
	places(slo(0)) == target
}

test_accepts_a_target_below_one if {
	places(slo(0.999)) == set()
}

test_flags_a_weight_given_as_a_ratio if {
	places({"spec": {"rollout": {"steps": [{"weight": 5}, {"weight": 0.2}, {"weight": 100}]}}}) == {["spec", "rollout", "steps", 1, "weight"]}
}

test_flags_weights_that_can_only_be_ratios_with_their_percents if {
	fixes({"spec": {"rollout": {"steps": [{"weight": 0.07}, {"weight": 0.5}, {"weight": 1}]}}}) == {[7, 50, 100]}
	fixes({"spec": {"rollout": {"steps": [{"weight": 0.05}, {"weight": 50}, {"weight": 100}]}}}) == set()
	fixes({"spec": {"rollout": {"steps": [{"weight": 0.005}, {"weight": 1}]}}}) == set()
	fixes({"spec": {"rollout": {"steps": [{"weight": 0.05}, {"bake": "5m"}]}}}) == set()
}

test_flags_a_target_that_can_only_be_a_percent_with_its_ratio if {
	fixes(slo(99.5)) == {[0.995]}
	fixes(slo(1.5)) == set()
	fixes(slo(100)) == set()
}

test_flags_a_weight_outside_the_scale if {
	count(places({"spec": {"rollout": {"steps": [{"weight": 2.5}, {"weight": 101}, {"weight": -1}]}}})) == 3
}

test_accepts_the_ends_of_the_scale if {
	places({"spec": {"rollout": {"steps": [{"weight": 0}, {"weight": 1}, {"weight": 100}]}}}) == set()
}

test_flags_a_shadow_percent_given_as_a_ratio if {
	places({"spec": {"rollout": {"shadow": {"percent": 0.05}}}}) == {["spec", "rollout", "shadow", "percent"]}
}

test_flags_a_utilisation_in_percent if {
	places({"spec": {"capacity": {"targetUtilisation": 70}, "resources": {"gpu": {"memoryUtilization": 90}}}}) == {
		["spec", "capacity", "targetUtilisation"],
		["spec", "resources", "gpu", "memoryUtilization"],
	}
}

test_accepts_a_utilisation_of_one if {
	places({"spec": {"capacity": {"targetUtilisation": 1}}}) == set()
}

test_flags_an_error_threshold_in_percent if {
	places(analysis("gt", 2)) == {["spec", "rollout", "analysis", 0, "threshold"]}
	places(analysis("gt", 1)) == {["spec", "rollout", "analysis", 0, "threshold"]}
	places(analysis("lt", 99)) == {["spec", "rollout", "analysis", 0, "threshold"]}
}

test_accepts_an_error_threshold_as_a_ratio if {
	places(analysis("gt", 0.02)) == set()
	places(analysis("lt", 1)) == set()
}

test_ignores_thresholds_of_other_metrics if {
	places({
		"spec": {"rollout": {"analysis": [{"name": "queue", "metric": "queue_length", "op": "gt", "threshold": 20}]}},
		"facts": {"rollout": {"analysis": [{"kind": "metric"}]}},
	}) == set()
	places({
		"spec": {"rollout": {"analysis": [{"name": "ttft", "slo": "ttft-p95", "op": "gt", "threshold": "800ms"}]}},
		"facts": {"rollout": {"analysis": [{"kind": "latency"}]}},
	}) == set()
}

test_flags_a_checklist_ratio_in_percent if {
	places(item("success_ratio", "ratio", "gte", 99)) == threshold
	places(item("error_ratio", "ratio", "lte", 1.5)) == threshold
}

test_accepts_a_checklist_ratio_up_to_one if {
	places(item("success_ratio", "ratio", "gte", 1)) == set()
}

test_accepts_a_comparison_a_little_above_one if {
	places(item("latency_vs_stable", "ratio", "lte", 1.05)) == set()
}

test_flags_a_checklist_percent_given_as_a_ratio if {
	places(item("success", "percent", "gte", 0.99)) == threshold
}

test_accepts_a_small_percent_of_errors if {
	places(item("errors", "percent", "lte", 0.1)) == set()
	places(item("success", "percent", "gte", 99.9)) == set()
}

test_ignores_text_thresholds if {
	places(item("analysis_phase", "ratio", "eq", "Successful")) == set()
}

test_ignores_missing_fields if {
	places({}) == set()
	places({"spec": {}}) == set()
	places({"spec": {"slos": [{}], "rollout": {"steps": [{}], "analysis": [{}]}, "items": [{}]}, "facts": {}}) == set()
}

slo(value) := {"spec": {"slos": [{"name": "availability", "target": value}]}}

analysis(op, value) := {
	"spec": {"rollout": {"analysis": [{"name": "errors", "slo": "availability", "op": op, "threshold": value}]}},
	"facts": {"rollout": {"analysis": [{"slo": 0, "kind": "availability"}]}},
}

item(name, unit, op, value) := {"spec": {"items": [{"id": "A", "metric": {"name": name, "unit": unit}, "op": op, "threshold": value}]}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

fixes(document) := {[change.replace | some change in found.fix] | some found in rule.finding with input as document; found.fix}

test_flags_objectives_of_manifests_in_the_other_unit if {
	every pair in [["percent", 0.9995], ["percent", 1], ["ratio", 99.9], ["ratio", 1]] {
		places(stated(pair[0], pair[1])) == {["artifacts", 0, "raw"]}
	}
}

test_accepts_objectives_of_manifests_in_their_unit if {
	places(stated("percent", 99.95)) == set()
	places(stated("ratio", 0.9995)) == set()
}

stated(unit, value) := {"artifacts": [{"facts": {"slos": [{"unit": unit, "rawTarget": {"value": value, "at": ["raw"]}}]}}]}

test_flags_more_rollout_steps if {
	said_4([{"op": "add", "path": "/spec/rollout/steps/-", "value": {"weight": 0.07}}]) == {
		{"at": ["spec", "rollout", "steps", 0, "weight"], "says": ["0.07", "1", "7"]},
		{"at": ["spec", "rollout", "steps", 1, "weight"], "says": ["0.5", "2", "50"]},
		{"at": ["spec", "rollout", "steps", 3, "weight"], "says": ["0.07", "4", "7"]},
	}
}

test_flags_other_numbers_of_slos_target if {
	said_2([{"op": "replace", "path": "/spec/slos/0/target", "value": 50}]) == {
		{
			"at": ["spec", "slos", 0, "target"],
			"fix": [{"at": ["spec", "slos", 0, "target"], "replace": 0.5}],
			"says": ["50", "`availability`", "0.5"],
		},
	}
	said_2([{"op": "replace", "path": "/spec/slos/0/target", "value": 2}]) == {{"at": ["spec", "slos", 0, "target"], "says": ["2", "`availability`", "0.02"]}}
	said_2([{"op": "replace", "path": "/spec/slos/0/target", "value": 0}]) == {{"at": ["spec", "slos", 0, "target"], "says": ["0", "`availability`", "0", "1"]}}
	said_3([{"op": "replace", "path": "/spec/slos/0/target", "value": 99.9999}]) == {
		{
			"at": ["spec", "slos", 0, "target"],
			"fix": [{"at": ["spec", "slos", 0, "target"], "replace": 0.999999}],
			"says": ["99.9999", "`availability`", "1"],
		},
	}
}

test_flags_other_numbers_of_steps_weight if {
	said_4([{"op": "replace", "path": "/spec/rollout/steps/0/weight", "value": 1.07}]) == {
		{"at": ["spec", "rollout", "steps", 0, "weight"], "says": ["1.07", "1"]},
		{"at": ["spec", "rollout", "steps", 1, "weight"], "says": ["0.5", "2", "50"]},
	}
	said_4([{"op": "replace", "path": "/spec/rollout/steps/0/weight", "value": 0}]) == {{"at": ["spec", "rollout", "steps", 1, "weight"], "says": ["0.5", "2", "50"]}}
}

test_flags_the_places if {
	said_2([]) == {{"at": ["spec", "slos", 0, "target"], "says": ["1", "`availability`", "1"]}}
	said_4([]) == {
		{
			"at": ["spec", "rollout", "steps", 0, "weight"],
			"fix": [
				{"at": ["spec", "rollout", "steps", 0, "weight"], "replace": 7},
				{"at": ["spec", "rollout", "steps", 1, "weight"], "replace": 50},
				{"at": ["spec", "rollout", "steps", 2, "weight"], "replace": 100},
			],
			"says": ["0.07", "1", "7"],
		},
		{
			"at": ["spec", "rollout", "steps", 1, "weight"],
			"fix": [
				{"at": ["spec", "rollout", "steps", 0, "weight"], "replace": 7},
				{"at": ["spec", "rollout", "steps", 1, "weight"], "replace": 50},
				{"at": ["spec", "rollout", "steps", 2, "weight"], "replace": 100},
			],
			"says": ["0.5", "2", "50"],
		},
	}
}

test_ignores_other_numbers_of_shadow_percent if {
	said_1([{"op": "replace", "path": "/spec/rollout/shadow/percent", "value": 2}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {"spec": {"rollout": {"shadow": {"percent": 0.05}}}}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {"spec": {"slos": [{"name": "availability", "target": 1}]}}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {"spec": {"slos": [{"name": "availability", "target": 99.9}]}}

said_4(changes) := found if {
	doc := json.patch(example_4, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_4 := {"spec": {"rollout": {"steps": [{"weight": 0.07}, {"weight": 0.5}, {"weight": 1}]}}}
