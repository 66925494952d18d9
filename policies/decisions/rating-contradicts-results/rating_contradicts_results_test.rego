package servelint.rules.decisions["rating-contradicts-results_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["rating-contradicts-results"] as rule

rating(option) := ["decisions", 0, "spec", "decisions", 0, "options", option, "tradeoffs", "performance", "rating"]

flagged := {{
	"at": rating(1),
	"says": ["`D1`", "`b`", "`neutral`", "`a`", "`better`", "`b`", "95", "300", "9", "`b.json`", "`a`", "700", "3", "`a.json`"],
	"related": [rating(0)],
}}

test_flags_the_better_result_that_is_rated_lower if {
	said(bad) == flagged
}

test_accepts_ratings_in_the_order_of_the_results if {
	said(testing.after(bad, {"/decisions/0/spec/decisions/0/options/1/tradeoffs/performance/rating": "better"})) == set()
	said(result(1, {"/evidence/measurements/0/value": 0.75})) == set()
}

test_accepts_a_difference_within_the_noise if {
	said(result(1, {"/evidence/measurements/0/value": 0.64})) == set()
	said(result(1, {"/evidence/measurements/0/value": 0.62})) != set()
}

test_accepts_a_result_at_less_load if {
	said(result(1, {"/evidence/offeredRps": 2.6})) == set()
	said(result(1, {"/evidence/offeredRps": 2.8})) != set()
	said(result(1, {"/evidence/offeredRps": "unbounded"})) == set()
}

test_accepts_a_result_with_shorter_requests if {
	said(result(1, {"/evidence/subject/inputTokens": 100})) == set()
	said(result(1, {"/evidence/subject/inputTokens": 850})) != set()
}

test_accepts_a_result_with_more_failures if {
	said(result(1, {"/errorRatio": 0.2})) == set()
}

test_accepts_other_statistics_and_metrics if {
	said(result(1, {"/evidence/measurements/0/statistic": "p50"})) == set()
	said(result(1, {"/evidence/measurements/0/metric": "request_latency"})) == set()
}

test_accepts_one_file_for_both if {
	said(result(1, {"/path": "a.json"})) == set()
}

test_flags_only_what_the_objectives_of_the_drivers_show if {
	other := {"name": "e2e", "indicator": {"type": "request_latency"}}
	with_other := testing.after(bad, {
		"/serving/spec/slos/-": other,
		"/serving/facts/slos/-": {"percentile": "p95"},
		"/decisions/0/facts/results/0/evidence/measurements/-": {"metric": "request_latency", "statistic": "p95", "unit": "s", "value": 1},
		"/decisions/0/facts/results/1/evidence/measurements/-": {"metric": "request_latency", "statistic": "p95", "unit": "s", "value": 2},
	})
	said(with_other) == flagged
	said(testing.after(with_other, {"/decisions/0/spec/decisions/0/drivers": ["slo/ttft"]})) == flagged
	said(testing.after(with_other, {"/decisions/0/spec/decisions/0/drivers": ["cost"]})) == set()
}

claim(option, op, value, unit) := {
	"at": ["spec", "decisions", 0, "options", option, "tradeoffs", "performance", "claim"],
	"metric": "throughput",
	"statistic": "mean",
	"op": op,
	"results": [{"path": sprintf("%d.json", [option]), "result": {"value": value, "unit": unit}, "evidence": {"offeredRps": 9}}],
}

claimed(first, second) := testing.after(bad, {"/decisions/0/facts": {"claims": [first, second], "results": []}})

more := claimed(claim(0, "gte", 300, "rps"), claim(1, "gte", 450, "rps"))

test_flags_the_better_claim_that_is_rated_lower if {
	said(more) == {{
		"at": rating(1),
		"says": ["`D1`", "`b`", "`neutral`", "`a`", "`better`", "`b`", "450", "`a`", "300"],
		"related": [rating(0)],
	}}
	said(claimed(claim(0, "lte", 450, "ms"), claim(1, "lt", 300, "ms"))) != set()
}

test_accepts_claims_in_the_order_of_the_ratings if {
	said(claimed(claim(0, "gte", 450, "rps"), claim(1, "gte", 300, "rps"))) == set()
	said(claimed(claim(0, "lte", 300, "ms"), claim(1, "lte", 450, "ms"))) == set()
}

test_accepts_claims_that_cannot_be_ordered if {
	said(claimed(claim(0, "gte", 440, "rps"), claim(1, "gte", 450, "rps"))) == set()
	said(claimed(claim(0, "gte", 300, "rps"), claim(1, "lte", 450, "rps"))) == set()
	said(claimed(claim(0, "eq", 300, "rps"), claim(1, "eq", 450, "rps"))) == set()
	said(claimed(claim(0, "gte", 300, "rps"), claim(1, "gte", 450, "tokens/s"))) == set()
	said(testing.after(more, {"/decisions/0/facts/claims/1/metric": "goodput"})) == set()
	said(testing.after(more, {"/decisions/0/facts/claims/1/statistic": "max"})) == set()
	said(testing.after(more, {"/decisions/0/facts/claims/1/results/0/path": "0.json"})) == set()
	said(testing.after(more, {"/decisions/0/facts/claims/1/results/0/evidence/offeredRps": 3})) == set()
	said(testing.after(more, {"/decisions/0/facts/claims/1/results/0/errorRatio": 0.5})) == set()
	said(testing.without(more, ["/decisions/0/facts/claims/1/results/0/result"])) == set()
	said(testing.without(more, ["/decisions/0/facts/claims/1/results/0/evidence/offeredRps"])) != set()
}

test_says_once_what_both_show if {
	both := testing.after(bad, {"/decisions/0/facts/claims": [claim(0, "gte", 300, "rps"), claim(1, "gte", 450, "rps")]})
	said(both) == flagged
}

test_ignores_decisions_that_no_longer_apply if {
	said(testing.after(more, {"/decisions/0/spec/decisions/0/status": "superseded"})) == set()
	said(testing.after(bad, {"/decisions/0/spec/decisions/0/status": "superseded"})) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	said(testing.without(bad, ["/decisions/0/facts/results"])) == set()
}

result(option, changes) := testing.after(bad, {place: value |
	some path, value in changes
	place := concat("", [sprintf("/decisions/0/facts/results/%d", [option]), path])
})

measured(option, path, value, rps) := {
	"at": ["spec", "decisions", 0, "options", option, "tradeoffs", "performance", "evidence", 0],
	"path": path,
	"status": "read",
	"evidence": {
		"offeredRps": rps,
		"subject": {"inputTokens": 900},
		"measurements": [{"metric": "time_to_first_token", "statistic": "p95", "unit": "s", "value": value}],
	},
}

bad := {
	"serving": {
		"spec": {"slos": [{"name": "ttft", "indicator": {"type": "time_to_first_token"}}]},
		"facts": {"slos": [{"percentile": "p95"}]},
	},
	"decisions": [{
		"spec": {"decisions": [{
			"id": "D1",
			"status": "accepted",
			"drivers": ["ttft"],
			"options": [
				{"id": "a", "tradeoffs": {"performance": {"rating": "better"}}},
				{"id": "b", "tradeoffs": {"performance": {"rating": "neutral"}}},
			],
		}]},
		"facts": {"results": [measured(0, "a.json", 0.7, 3), measured(1, "b.json", 0.3, 9)]},
	}],
}

said(review) := found if {
	found := testing.all(rule.finding) with input as review
}
