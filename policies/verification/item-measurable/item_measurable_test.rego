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

test_an_item_is_called_by_its_id_or_else_by_its_number if {
	every broken in [
		object.remove(ttft, ["op"]),
		object.union(ttft, {"metric": {"unit": ""}}),
		object.union(ttft, {"reported": "712.4"}),
		object.union(ttft, {"threshold": "fast"}),
	] {
		some named in messages(broken, "time")
		contains(named, "item `LOAD-1`")
		some unnamed in messages(object.remove(broken, ["id"]), "time")
		contains(unnamed, "item `1`")
	}
	every broken in [object.union(phase, {"metric": {"statistic": "p95"}}), object.union(phase, {"op": "gte"})] {
		some named in messages(broken, "enum")
		contains(named, "item `CAN-1`")
		some unnamed in messages(object.remove(broken, ["id"]), "enum")
		contains(unnamed, "item `1`")
	}
	some named in messages(measuring("request_latency", "p95", "ratio"), "ratio")
	contains(named, "item `A`")
	some unnamed in messages(object.remove(measuring("request_latency", "p95", "ratio"), ["id"]), "ratio")
	contains(unnamed, "item `1`")
}

test_the_messages_name_the_missing_part if {
	messages(object.remove(ttft, ["metric"]), null) == {"item `LOAD-1` has no metric"}
	messages(object.remove(ttft, ["op"]), null) == {"item `LOAD-1` has no operator (`op`)"}
	messages(object.remove(ttft, ["threshold"]), null) == {"item `LOAD-1` has no threshold"}
	messages(object.union(ttft, {"metric": {"name": ""}}), null) == {"the metric of item `LOAD-1` has no name"}
}

test_an_empty_text_and_null_are_missing_too if {
	every nothing in ["", null] {
		places(object.union(ttft, {"op": nothing}), "time") == {array.concat(at, ["op"])}
		places(object.union(ttft, {"metric": {"unit": nothing}}), null) == {array.concat(at, ["metric", "unit"])}
	}
}

test_flags_a_time_in_seconds_and_a_throughput_without_a_fitting_unit if {
	unit := {array.concat(at, ["metric", "unit"])}
	places(measuring("startup_seconds", "value", "count"), "count") == unit
	places(measuring("throughput", "mean", "ms"), "time") == unit
}

test_names_have_neither_mean_nor_order_nor_percentiles if {
	statistic := {array.concat(at, ["metric", "statistic"])}
	every name in ["mean", "max", "p50", "p95", "p99"] {
		places(object.union(phase, {"metric": {"statistic": name}}), "enum") == statistic
	}
	every name in ["mean", "max", "p50"] { places(object.union(ttft, {"metric": {"statistic": name}}), "time") == set() }
}

measuring(name, statistic, unit) := {
	"id": "A", "metric": {"name": name, "statistic": statistic, "unit": unit},
	"op": "lte", "threshold": 0.5,
}

places(item, null) := found if {
	found := testing.places(rule.finding) with input as {"spec": {"items": [item]}, "facts": {"items": [{}]}}
}

places(item, dimension) := found if {
	dimension != null
	found := testing.places(rule.finding) with input as {"spec": {"items": [item]}, "facts": {"items": [{"dimension": dimension}]}}
}

messages(item, dimension) := found if {
	found := {f.message | some f in rule.finding} with input as {
		"spec": {"items": [item]},
		"facts": {"items": [{key: value | some key, value in {"dimension": dimension}; value != null}]},
	}
}
