package servelint.rules.verification["check-looser-than-slo_test"]

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

places(item, facts) := found if {
	found := {f.at | some f in rule.finding} with input as {
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
}
