package servelint.rules.verification["evidence-omitted_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["evidence-omitted"] as rule

test_flags_a_later_result_that_misses if {
	said(review(other)) == {{
		"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
		"says": ["`b.json`", "`LOAD-1`", "`p95 ttft`", "1.91"],
	}}
	said(review(object.union(other, {"startedAt": "2026-10-07T09:00:12"}))) != set()
}

test_flags_a_ratio_that_misses if {
	ratio := testing.after(review(object.union(other, {"measurements": [{"metric": "availability", "statistic": "ratio", "value": 0.9, "unit": "ratio"}]})), {
		"/checklists/0/spec/items/0/metric": {"name": "availability", "statistic": "ratio", "unit": "percent"},
		"/checklists/0/spec/items/0/op": "gte",
		"/checklists/0/facts/items/0/metric": "availability",
		"/checklists/0/facts/items/0/thresholdRatio": 0.99,
	})
	{finding.says | some finding in said(ratio)} == {["`b.json`", "`LOAD-1`", "`availability`", "90"]}
}

test_flags_a_later_result_that_contradicts_itself if {
	gone := object.union(other, {"measurements": [], "withdrawn": [{"metric": "time_to_first_token", "statistic": "p95", "why": "it contradicts the file"}]})
	said(review(gone)) == {{
		"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
		"says": ["`b.json`", "`p95 ttft`", "`LOAD-1`"],
	}}
	every changed in [{"metric": "request_latency"}, {"statistic": "p99"}] {
		said(review(testing.after(gone, {"/withdrawn/0": object.union(gone.withdrawn[0], changed)}))) == set()
	}
	said(review(object.union(gone, {"startedAt": "2026-10-05T09:00:12"}))) == set()
	said(review(object.union(gone, {"model": "acme/small"}))) == set()
	said(review(object.union(gone, {"format": "guidellm"}))) == set()
}

test_accepts_earlier_results if {
	said(review(object.union(other, {"startedAt": "2026-10-05T09:00:12"}))) == set()
	said(review(object.union(other, {"startedAt": "2026-10-06T09:00:12"}))) == set()

	# Nobody knows which one is later.
	said(review(object.union(other, {"startedAt": "2026-10-07T09:00:12Z"}))) == set()
}

test_accepts_results_of_something_else if {
	said(review(object.union(other, {"model": "acme/small"}))) == set()
	said(review(object.union(other, {"format": "guidellm"}))) == set()
	every changed in [{"metric": "request_latency"}, {"statistic": "p99"}, {"value": 0.7}, {"unit": "1/s"}] {
		measurement := object.union(other.measurements[0], changed)
		said(review(object.union(other, {"measurements": [measurement]}))) == set()
	}
}

test_accepts_reviews_without_such_files if {
	said(testing.without(review(other), ["/facts/omitted"])) == set()
	said(testing.after(review(other), {"/facts/omitted": []})) == set()
	said({}) == set()
}

other := {
	"path": "b.json",
	"format": "vllm-bench",
	"startedAt": "2026-10-07T08:00:00",
	"model": "acme/chat",
	"measurements": [{"metric": "time_to_first_token", "statistic": "p95", "value": 1.9124, "unit": "s"}],
}

review(omitted) := {
	"facts": {"omitted": [omitted]},
	"checklists": [{
		"spec": {"items": [{
			"id": "LOAD-1",
			"metric": {"name": "ttft", "statistic": "p95", "unit": "ms"},
			"op": "lte",
			"threshold": 800,
		}]},
		"facts": {"items": [{
			"metric": "time_to_first_token",
			"thresholdSeconds": 0.8,
			"results": [{
				"at": ["spec", "items", 0, "evidence", 0],
				"path": "a.json",
				"evidence": {"format": "vllm-bench", "startedAt": "2026-10-06T09:00:12", "subject": {"model": "acme/chat"}},
			}],
		}]},
	}],
}

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}
