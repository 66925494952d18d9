package servelint.rules.slo["llm-latency-consistent_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["llm-latency-consistent"] as rule

test_flags_request_latency_below_token_limits if {
	places(spec(20, 0.95)) == {["spec", "slos", 0, "value"]}
	places(spec(30.74, 0.99)) == {["spec", "slos", 0, "value"]}
}

test_accepts_request_latency_at_or_above_token_limits if {
	count(places(spec(30.75, 0.95))) == 0
	count(places(spec(32, 0.95))) == 0
}

test_ignores_lower_percentiles_and_means if {
	count(places(spec(12, 0.5))) == 0
	mean := json.patch(spec(20, 0.95), [{"op": "add", "path": "/spec/slos/0/indicator/statistic", "value": "mean"}])
	count(places(mean)) == 0
}

test_ignores_request_latency_below_the_percentile_of_the_tokens if {
	first := {"name": "ttft-p99", "indicator": {"type": "time_to_first_token"}, "value": "800ms", "target": 0.99}
	add := [{"op": "add", "path": "/spec/slos/-", "value": first}]
	count(places(json.patch(spec(20, 0.95), add))) == 0
	count(places(json.patch(spec(20, 0.99), add))) == 1
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(json.remove(spec(20, 0.95), ["facts/generation"]))) == 0
	count(places(json.remove(spec(20, 0.95), ["facts/slos/0/valueSeconds"]))) == 0
	count(places(json.remove(spec(20, 0.95), ["spec/slos/0/target"]))) == 0
}

spec(seconds, target) := {
	"spec": {
		"slos": [{
			"name": "e2e",
			"indicator": {"type": "request_latency"},
			"value": sprintf("%vs", [seconds]),
			"target": target,
		}],
		"traffic": {"outputTokens": {"p95": 600}},
	},
	"facts": {
		"generation": {"p95Seconds": 0.8 + (599 * 0.05)},
		"slos": [{"valueSeconds": seconds}],
	},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["spec", "slos", 0, "value"],
			"related": [["spec", "traffic", "outputTokens", "p95"]],
			"says": ["`e2e`", "`20s`", "30.75", "`600`"],
		},
	}
}

test_ignores_another_generation_p95_seconds if {
	said([{"op": "replace", "path": "/facts/generation/p95Seconds", "value": "x"}]) == set()
}

test_ignores_without_slos_indicator if {
	said([{"op": "remove", "path": "/spec/slos/0/indicator"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {"generation": {"p95Seconds": 30.75}, "slos": [{"valueSeconds": 20}]},
	"spec": {
		"slos": [{"indicator": {"type": "request_latency"}, "name": "e2e", "target": 0.95, "value": "20s"}],
		"traffic": {"outputTokens": {"p95": 600}},
	},
}
