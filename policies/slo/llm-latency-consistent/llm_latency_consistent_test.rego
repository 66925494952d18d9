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
	mean := testing.after(spec(20, 0.95), {"/spec/slos/0/indicator/statistic": "mean"})
	count(places(mean)) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(testing.without(spec(20, 0.95), ["/facts/generation"]))) == 0
	count(places(testing.without(spec(20, 0.95), ["/facts/slos/0/valueSeconds"]))) == 0
	count(places(testing.without(spec(20, 0.95), ["/spec/slos/0/target"]))) == 0
}

test_a_token_limit_at_a_higher_percentile_need_not_add_up if {
	every type in ["time_to_first_token", "time_per_output_token", "inter_token_latency"] {
		count(places(beside(spec(20, 0.95), type, 0.99))) == 0
		count(places(beside(spec(20, 0.99), type, 0.99))) == 1
	}
}

test_the_percentile_of_another_indicator_does_not_matter if {
	count(places(beside(spec(20, 0.95), "availability", 0.999))) == 1
}

test_the_message_names_limit_and_tokens if {
	found := testing.all(rule.finding) with input as spec(20, 0.95)
	found == {{
		"at": ["spec", "slos", 0, "value"],
		"related": [["spec", "traffic", "outputTokens", "p95"]],
		"says": ["`e2e`", "`20s`", "30.75", "`600`"],
	}}
}

test_a_limit_that_is_no_number_of_seconds_is_silent if {
	text := testing.after(spec(20, 0.95), {"/facts/generation/p95Seconds": "x"})
	count(places(text)) == 0
	count(places(testing.without(spec(20, 0.95), ["/spec/slos/0/indicator"]))) == 0
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
	at := testing.places(rule.finding) with input as doc
}

beside(doc, type, target) := json.patch(doc, [{
	"op": "add",
	"path": "/spec/slos/-",
	"value": {"name": "tokens", "indicator": {"type": type}, "value": "800ms", "target": target},
}])
