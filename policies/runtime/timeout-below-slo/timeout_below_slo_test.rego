package servelint.rules.runtime["timeout-below-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["timeout-below-slo"] as rule

test_flags_server_timeout_below_the_slowest_slo if {
	places(spec({"client": 90, "gateway": 75, "server": 30})) == {["spec", "timeouts", "server"]}
}

test_flags_the_timeout_that_cuts_first if {
	all_short := spec({"client": 31, "gateway": 20, "server": 10})
	places(all_short) == {["spec", "timeouts", "server"]}
	some f in rule.finding with input as all_short
	{other.at[2] | some other in f.related; other.at[1] == "timeouts"} == {"client", "gateway"}
}

test_flags_below_time_to_first_token if {
	first := {
		"spec": {
			"timeouts": {"server": "500ms"},
			"slos": [{"name": "ttft-p95", "indicator": {"type": "time_to_first_token"}}],
		},
		"facts": {"spec": {"timeouts": {"server": 0.5}}, "slos": [{"valueSeconds": 0.8}]},
	}
	places(first) == {["spec", "timeouts", "server"]}
}

test_accepts_timeout_equal_to_the_slo if {
	count(places(spec({"client": 90, "gateway": 75, "server": 32}))) == 0
}

test_ignores_time_per_output_token if {
	slow_tokens := {
		"spec": {
			"timeouts": {"server": "1s"},
			"slos": [{"name": "tpot", "indicator": {"type": "time_per_output_token"}}],
		},
		"facts": {"spec": {"timeouts": {"server": 1}}, "slos": [{"valueSeconds": 2}]},
	}
	count(places(slow_tokens)) == 0
}

test_ignores_slo_without_a_value if {
	count(places(object.union(spec({"server": 1}), {"facts": {"slos": [{}, {}]}}))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"timeouts": {}}, "facts": {"spec": {"timeouts": {}}}})) == 0
	count(places(object.remove(spec({"server": 1}), ["facts"]))) == 0
}

test_shows_the_slo_and_the_other_short_timeouts if {
	found := testing.all(rule.finding) with input as spec({"client": 31, "gateway": 20, "server": 10})
	found == {{
		"at": ["spec", "timeouts", "server"],
		"related": [
			["spec", "slos", 0, "value"],
			["spec", "timeouts", "client"],
			["spec", "timeouts", "gateway"],
		],
		"says": ["`10s`", "32", "`e2e-p95`"],
	}}
}

spec(seconds) := {
	"spec": {
		"timeouts": {name: sprintf("%vs", [n]) | some name, n in seconds},
		"slos": [
			{"name": "e2e-p95", "indicator": {"type": "request_latency"}},
			{"name": "e2e-p50", "indicator": {"type": "request_latency"}},
		],
	},
	"facts": {"spec": {"timeouts": seconds}, "slos": [{"valueSeconds": 32}, {"valueSeconds": 8}]},
}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}
