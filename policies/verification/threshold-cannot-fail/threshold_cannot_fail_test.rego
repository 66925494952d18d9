package servelint.rules.verification["threshold-cannot-fail_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["threshold-cannot-fail"] as rule

test_flags_what_is_never_below_zero if {
	every dimension in ["time", "ratio", "rate", "count", "bytes"] {
		places(checklist({"op": "gte", "threshold": 0}, {"dimension": dimension})) == {threshold}
		places(checklist({"op": "gt", "threshold": -1}, {"dimension": dimension})) == {threshold}
		places(checklist({"op": "gt", "threshold": 0, "category": "quality"}, {"dimension": dimension})) == set()
		places(checklist({"op": "lte", "threshold": 0}, {"dimension": dimension})) == set()
	}
	places(checklist({"op": "gte", "threshold": 0}, {"dimension": "none"})) == set()
	places(checklist({"op": "eq", "threshold": "Successful"}, {"dimension": "enum"})) == set()
}

test_flags_what_is_never_above_one if {
	every facts in [{"dimension": "ratio", "thresholdRatio": 1}, {"dimension": "ratio", "thresholdRatio": 1.5}] {
		places(checklist({"op": "lte", "threshold": 1}, facts)) == {threshold}
	}
	places(checklist({"op": "lt", "threshold": 100}, {"dimension": "ratio", "thresholdRatio": 1})) == set()
	places(checklist({"op": "lt", "threshold": 101}, {"dimension": "ratio", "thresholdRatio": 1.01})) == {threshold}
	places(checklist({"op": "lte", "threshold": 0.99}, {"dimension": "ratio", "thresholdRatio": 0.99})) == set()
	places(checklist({"op": "gte", "threshold": 1}, {"dimension": "ratio", "thresholdRatio": 1})) == set()
}

test_accepts_less_of_what_does_not_block if {
	said(checklist({"op": "gte", "threshold": 0, "gate": "advisory"}, {"dimension": "ratio"})) == {{
		"at": threshold,
		"severity": "warning",
		"says": ["`L`", "`gte 0`", "0"],
	}}
}

test_flags_a_single_request_as_load if {
	first := {"category": "load", "gate": "blocking", "metric": {"name": "served"}}
	every op, value in {"gte": 1, "gt": 0} {
		places(checklist(object.union(first, {"op": op, "threshold": value}), {"dimension": "count"})) == {threshold}
	}
	places(checklist(object.union(first, {"op": "gte", "threshold": 2}), {"dimension": "count"})) == set()
	places(checklist(object.union(first, {"op": "gt", "threshold": 1}), {"dimension": "count"})) == set()
	every changed in [{"category": "quality"}, {"gate": "advisory"}, {"metric": {"name": "replicas_added"}}] {
		item := object.union(object.union(first, {"op": "gte", "threshold": 1}), changed)
		places(checklist(item, {"dimension": "count"})) == set()
	}
}

test_flags_analyses_that_never_fail if {
	every metric in ["judge_win_rate", "hit_ratio", "share_percent", "wait_seconds", "wait_ms", "queue_latency", "queue_duration", "errors_total", "error_count", "heap_bytes"] {
		places(spec({"metric": metric, "op": "lt", "threshold": 0})) == {analysis_place}
		places(spec({"metric": metric, "op": "lte", "threshold": -1})) == {analysis_place}
		places(spec({"metric": metric, "op": "lte", "threshold": 0})) == set()
	}
	every metric in ["score", "score_difference", "rank_correlation"] {
		places(spec({"metric": metric, "op": "lt", "threshold": 0})) == set()
	}
	places(spec({"metric": "hit_ratio", "op": "gt", "threshold": 1})) == {analysis_place}
	places(spec({"metric": "hit_ratio", "op": "gte", "threshold": 1})) == set()
	places(spec({"metric": "request_rate", "op": "gt", "threshold": 1})) == set()
}

test_flags_latencies_below_zero if {
	document := object.union(spec({"slo": "ttft", "op": "lt", "threshold": "0ms"}), {"facts": {"spec": {"rollout": {"analysis": [{"threshold": 0}]}}}})
	places(document) == {analysis_place}
	other := object.union(spec({"slo": "ttft", "op": "gt", "threshold": "800ms"}), {"facts": {"spec": {"rollout": {"analysis": [{"threshold": 0.8}]}}}})
	places(other) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	places(checklist({}, {"dimension": "ratio"})) == set()
}

threshold := ["spec", "items", 0, "threshold"]

analysis_place := ["spec", "rollout", "analysis", 0, "threshold"]

checklist(item, facts) := {"spec": {"items": [object.union({"id": "L", "gate": "blocking"}, item)]}, "facts": {"items": [facts]}}

spec(analysis) := {"spec": {"rollout": {"analysis": [object.union({"name": "a"}, analysis)]}}}

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}

places(document) := at if {
	at := testing.places(rule.finding) with input as document
}
