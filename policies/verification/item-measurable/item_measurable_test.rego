package servelint.rules.verification["item-measurable_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["item-measurable"] as rule

at := ["spec", "items", 0]

ttft := {"id": "LOAD-1", "metric": {"name": "time_to_first_token", "statistic": "p95", "unit": "ms"}, "op": "lte", "threshold": 800}

phase := {"id": "CAN-1", "metric": {"name": "analysis_phase", "statistic": "phase", "unit": "enum"}, "op": "eq", "threshold": "Successful"}

test_flags_a_reported_number_that_is_text if {
	places(object.union(ttft, {"reported": "712.4"}), "time") == {array.concat(at, ["reported"])}
	places(object.union(ttft, {"reported": 712.4}), "time") == set()
}

test_accepts_items_that_fit if {
	places(ttft, "time") == set()
	places(phase, "enum") == set()
	places(measuring("success_ratio", "value", "percent"), "ratio") == set()
	places(measuring("throughput", "mean", "queries/s"), "rate") == set()
	places(measuring("time_per_output_token", "p95", "ms/token"), "none") == set()
	places(measuring("error_rate", "ratio", "percent"), "ratio") == set()
}

test_accepts_a_threshold_of_zero if {
	places(object.union(ttft, {"threshold": 0}), "time") == set()
}

test_flags_missing_parts if {
	every key in ["metric", "op", "threshold"] {
		places(object.remove(ttft, [key]), "time") == {array.concat(at, [key])}
	}
	every key in ["name", "statistic", "unit"] {
		part := object.remove(ttft.metric, [key])
		places(object.union(object.remove(ttft, ["metric"]), {"metric": part}), null) == {array.concat(at, ["metric", key])}
	}
}

test_flags_a_unit_that_does_not_fit_the_metric if {
	unit := {array.concat(at, ["metric", "unit"])}
	places(measuring("request_latency", "p95", "ratio"), "ratio") == unit
	places(measuring("error_ratio", "value", "ms"), "time") == unit
	places(measuring("availability", "value", "count"), "count") == unit
	places(measuring("goodput", "mean", "ms"), "time") == unit
	places(measuring("kv_cache_bytes", "max", "s"), "time") == unit
}

test_flags_a_statistic_that_does_not_fit_the_unit if {
	statistic := {array.concat(at, ["metric", "statistic"])}
	places(measuring("queue_length", "phase", "count"), "count") == statistic
	places(measuring("checks", "ratio", "count"), "count") == statistic
	places(object.union(phase, {"metric": {"statistic": "p95"}}), "enum") == statistic
}

test_flags_an_order_of_names if {
	places(object.union(phase, {"op": "gte"}), "enum") == {array.concat(at, ["op"])}
}

test_flags_a_threshold_that_does_not_fit_the_unit if {
	places(object.union(ttft, {"threshold": "fast"}), "time") == {array.concat(at, ["threshold"])}
	places(object.union(phase, {"threshold": 1}), "enum") == {array.concat(at, ["threshold"])}
}

test_ignores_missing_items_and_facts if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {}}
	count(rule.finding) == 0 with input as {"spec": {"items": [ttft]}}
}

measuring(name, statistic, unit) := {
	"id": "A", "metric": {"name": name, "statistic": statistic, "unit": unit},
	"op": "lte", "threshold": 0.5,
}

places(item, null) := found if {
	found := {f.at | some f in rule.finding} with input as {"spec": {"items": [item]}, "facts": {"items": [{}]}}
}

places(item, dimension) := found if {
	dimension != null
	found := {f.at | some f in rule.finding} with input as {"spec": {"items": [item]}, "facts": {"items": [{"dimension": dimension}]}}
}

test_flags_another_items_dimension if {
	said_1([{"op": "replace", "path": "/facts/items/0/dimension", "value": "enum"}]) == {
		{"at": ["spec", "items", 0, "metric"], "says": ["`LOAD-1`"]},
		{"at": ["spec", "items", 0, "op"], "says": ["`LOAD-1`", "`800`", "`lte`", "`eq`"]},
	}
	said_3([{"op": "replace", "path": "/facts/items/0/dimension", "value": "enum"}]) == {
		{"at": ["spec", "items", 0, "metric", "statistic"], "says": ["`LOAD-1`", "`p95`", "`ms`"]},
		{
			"at": ["spec", "items", 0, "metric", "unit"],
			"says": ["`LOAD-1`", "`time_to_first_token`", "`ms`", "`ms`", "`s`"],
		},
		{"at": ["spec", "items", 0, "threshold"], "says": ["`LOAD-1`"]},
	}
}

test_flags_another_metric_name if {
	said_3([{"op": "replace", "path": "/spec/items/0/metric/name", "value": "throughput"}]) == {
		{
			"at": ["spec", "items", 0, "metric", "unit"],
			"says": ["`LOAD-1`", "`throughput`", "`ms`", "`queries/s`", "`tokens/s`"],
		},
		{"at": ["spec", "items", 0, "threshold"], "says": ["`LOAD-1`"]},
	}
}

test_flags_empty_items if {
	said_1([{"op": "replace", "path": "/spec/items/0", "value": {}}]) == {
		{"at": ["spec", "items", 0, "metric"], "says": ["`1`"]},
		{"at": ["spec", "items", 0, "op"], "says": ["`1`", "`op`"]},
		{"at": ["spec", "items", 0, "threshold"], "says": ["`1`"]},
	}
}

test_flags_the_places if {
	said_2([]) == {{"at": ["spec", "items", 0, "metric", "name"], "says": ["`LOAD-1`"]}}
}

test_flags_without_items_id if {
	said_2([{"op": "remove", "path": "/spec/items/0/id"}]) == {{"at": ["spec", "items", 0, "metric", "name"], "says": ["`1`"]}}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {"items": [{"dimension": "time"}]},
	"spec": {"items": [{"id": "LOAD-1", "op": "lte", "threshold": 800}]},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"facts": {"items": [{}]},
	"spec": {
		"items": [{"id": "LOAD-1", "metric": {"statistic": "p95", "unit": "ms"}, "op": "lte", "threshold": 800}],
	},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"facts": {"items": [{"dimension": "time"}]},
	"spec": {
		"items": [
			{
				"id": "LOAD-1",
				"metric": {"name": "time_to_first_token", "statistic": "p95", "unit": "ms"},
				"op": "lte",
			},
		],
	},
}
