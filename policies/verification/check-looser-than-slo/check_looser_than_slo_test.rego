package servelint.rules.verification["check-looser-than-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["check-looser-than-slo"] as rule

at := ["checklists", 0, "spec", "items", 0]

threshold := {array.concat(at, ["threshold"])}

test_flags_a_threshold_above_the_slo if {
	places(latency("lte", "p95", 900), {"thresholdSeconds": 0.9}) == threshold
}

test_accepts_the_value_itself_and_below if {
	places(latency("lte", "p95", 800), {"thresholdSeconds": 0.8}) == set()
	places(latency("lt", "p95", 700), {"thresholdSeconds": 0.7}) == set()
}

test_flags_a_weaker_statistic if {
	every statistic in ["p50", "mean"] {
		places(latency("lte", statistic, 800), {"thresholdSeconds": 0.8}) == {array.concat(at, ["metric", "statistic"])}
	}
}

test_accepts_a_stronger_statistic if {
	every statistic in ["p95", "p99", "p99.9", "max", "value", "phase"] {
		places(latency("lte", statistic, 800), {"thresholdSeconds": 0.8}) == set()
	}
}

test_flags_the_wrong_direction if {
	places(latency("gte", "p95", 800), {"thresholdSeconds": 0.8}) == {array.concat(at, ["op"])}
}

test_ignores_another_known_latency if {
	item := object.union(latency("lte", "p95", 30000), {"metric": {"name": "request_latency"}})
	places(item, {"thresholdSeconds": 30}) == set()
}

test_flags_names_of_the_tool if {
	item := object.union(latency("lte", "p95", 900), {"metric": {"name": "http_req_duration"}})
	places(item, {"thresholdSeconds": 0.9}) == threshold
}

test_flags_ratios_beyond_the_target if {
	places(ratio("gte", 0.89), {"thresholdRatio": 0.89}) == threshold
	places(ratio("lte", 0.11), {"thresholdRatio": 0.11}) == threshold
}

test_accepts_ratios_at_the_target if {
	places(ratio("gte", 0.9), {"thresholdRatio": 0.9}) == set()
	places(ratio("lte", 0.1), {"thresholdRatio": 0.1}) == set()
	places(ratio("eq", 0), {"thresholdRatio": 0}) == set()
}

test_flags_a_throughput_below_the_slo if {
	places(throughput("gte", 99), {}) == threshold
	places(throughput("gte", 100), {}) == set()
}

test_flags_a_rollback_slower_than_promised if {
	item := {"id": "RB-1", "verifies": ["rollback/rto"], "op": "lte", "threshold": 301, "metric": {"unit": "s"}}
	places(item, {"thresholdSeconds": 301}) == threshold
	places(item, {"thresholdSeconds": 300}) == set()
}

test_ignores_phases_other_slos_and_missing_fields if {
	places({"id": "CAN-1", "verifies": ["slo/ttft-p95", "slo/availability"], "op": "eq", "threshold": "Successful"}, {"dimension": "enum"}) == set()
	places(object.union(latency("lte", "p95", 900), {"verifies": ["slo/unknown"]}), {"thresholdSeconds": 0.9}) == set()
	places({}, {}) == set()
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"serving": {"spec": {}}, "checklists": [{}]}
}

test_each_upper_limit_and_each_lower_limit_has_two_operators if {
	places(latency("lt", "p95", 900), {"thresholdSeconds": 0.9}) == threshold
	places(latency("gt", "p95", 800), {"thresholdSeconds": 0.8}) == {array.concat(at, ["op"])}
	places(ratio("gt", 0.89), {"thresholdRatio": 0.89}) == threshold
	places(ratio("lt", 0.11), {"thresholdRatio": 0.11}) == threshold
	places(throughput("gt", 99), {}) == threshold
	places(rollback("lt"), {"thresholdSeconds": 301}) == threshold
}

test_a_check_in_the_wrong_direction_is_not_called_too_loose if {
	places(latency("gte", "p95", 900), {"thresholdSeconds": 0.9}) == {array.concat(at, ["op"])}
	places(rollback("gte"), {"thresholdSeconds": 301}) == set()
}

test_an_upper_limit_of_a_throughput_is_compared_the_other_way if {
	every op in ["lte", "lt"] {
		places(throughput(op, 101), {}) == threshold
		places(throughput(op, 100), {}) == set()
		places(throughput(op, 99), {}) == set()
	}
	places(throughput("gte", 101), {}) == set()
	places(throughput("eq", 99), {}) == set()
	places(throughput("eq", 101), {}) == set()
}

test_goodput_and_quality_are_compared_as_throughput_is if {
	every type in ["goodput", "quality"] { places_of(measuring(type, type)) == threshold }
}

test_ignores_plain_numbers_of_another_metric if {
	places_of(measuring("throughput", "goodput")) == set()
	places_of(measuring("cost", "cost")) == set()
}

test_a_ratio_says_nothing_about_another_slo_than_availability if {
	places(throughput("gte", 100), {"thresholdRatio": 0.5}) == set()
}

test_a_target_of_one_is_reported_elsewhere if {
	doc := testing.after(review(ratio("gte", 0.89), {"thresholdRatio": 0.89}), {"/serving/spec/slos/0/target": 1})
	places_of(doc) == set()
}

test_flags_ratios_just_beyond_the_noise_of_binary_numbers if {
	places(ratio("gte", 0.8999999985), {"thresholdRatio": 0.8999999985}) == threshold
}

test_a_mean_is_weaker_than_every_percentile if {
	doc := testing.after(review(latency("lte", "mean", 800), {"thresholdSeconds": 0.8}), {"/serving/facts/slos/1/percentile": "p1"})
	places_of(doc) == {array.concat(at, ["metric", "statistic"])}
}

test_an_item_that_does_not_verify_the_rollback_may_last_longer if {
	places(object.union(rollback("lte"), {"verifies": ["slo/unknown"]}), {"thresholdSeconds": 301}) == set()
}

test_shows_what_each_check_is_compared_with if {
	related(latency("lte", "p95", 900), {"thresholdSeconds": 0.9}) == {["serving", "spec", "slos", 1, "value"]}
	related(latency("gte", "p95", 800), {"thresholdSeconds": 0.8}) == {["serving", "spec", "slos", 1, "value"]}
	related(latency("lte", "p50", 800), {"thresholdSeconds": 0.8}) == {["serving", "spec", "slos", 1, "target"]}
	related(ratio("gte", 0.89), {"thresholdRatio": 0.89}) == {["serving", "spec", "slos", 0, "target"]}
	related(throughput("gte", 99), {}) == {["serving", "spec", "slos", 2, "value"]}
	related(rollback("lte"), {"thresholdSeconds": 301}) == {["serving", "spec", "rollback", "rto"]}
}

test_every_kind_of_latency_is_compared_only_with_itself if {
	kinds := {"request_latency", "time_to_first_token", "time_per_output_token", "inter_token_latency"}
	every type in kinds {
		others := kinds - {type}
		places_of(timing(type, type)) == threshold
		every name in others { places_of(timing(name, type)) == set() }
	}
}

latency(op, statistic, value) := {
	"id": "LOAD-1", "verifies": ["slo/ttft-p95"], "op": op, "threshold": value,
	"metric": {"name": "time_to_first_token", "statistic": statistic, "unit": "ms"},
}

ratio(op, value) := {
	"id": "LOAD-1", "verifies": ["slo/availability"], "op": op, "threshold": value,
	"metric": {"name": "ratio", "statistic": "value", "unit": "ratio"},
}

throughput(op, value) := {
	"id": "LOAD-1", "verifies": ["slo/tokens"], "op": op, "threshold": value,
	"metric": {"name": "throughput", "statistic": "mean", "unit": "tokens/s"},
}

rollback(op) := {"id": "RB-1", "verifies": ["rollback/rto"], "op": op, "threshold": 301, "metric": {"unit": "s"}}

# An item about a metric of that name, too low for an SLO of that type.
measuring(name, type) := testing.after(
	review(object.union(throughput("gte", 99), {"metric": {"name": name}}), {}),
	{"/serving/spec/slos/2/indicator/type": type},
)

places(item, facts) := places_of(review(item, facts))

places_of(doc) := found if {
	found := testing.places(rule.finding) with input as doc
}

related(item, facts) := {path | some f in found; some path in f.related} if {
	found := testing.all(rule.finding) with input as review(item, facts)
}

review(item, facts) := {
	"serving": {
		"spec": {
			"slos": [
				{"name": "availability", "indicator": {"type": "availability"}, "target": 0.9},
				{"name": "ttft-p95", "indicator": {"type": "time_to_first_token"}, "value": "800ms", "target": 0.95},
				{"name": "tokens", "indicator": {"type": "throughput"}, "op": "gte", "value": 100, "target": 0.95},
			],
			"rollback": {"rto": "5m"},
		},
		"facts": {
			"slos": [{"kind": "availability"}, {"kind": "latency", "percentile": "p95", "valueSeconds": 0.8}, {"kind": "throughput"}],
			"spec": {"rollback": {"rto": 300}},
		},
	},
	"checklists": [{"spec": {"items": [item]}, "facts": {"items": [facts]}}],
}

# An item about a latency of that name, too slow for an SLO of that type.
timing(name, type) := testing.after(
	review(object.union(latency("lte", "p95", 900), {"metric": {"name": name}}), {"thresholdSeconds": 0.9}),
	{"/serving/spec/slos/1/indicator/type": type},
)
