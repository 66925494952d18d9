package servelint.rules.slo["percentiles-monotone_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["percentiles-monotone"] as rule

test_flags_p50_above_p99 if {
	places(spec([latency(0.5, 0.06), latency(0.99, 0.05)])) == {["spec", "slos", 0, "value"]}
}

test_flags_whatever_the_order if {
	places(spec([latency(0.99, 0.05), latency(0.95, 0.06)])) == {["spec", "slos", 1, "value"]}
}

test_accepts_rising_limits if {
	count(places(spec([latency(0.5, 0.02), latency(0.95, 0.04), latency(0.99, 0.05)]))) == 0
}

test_accepts_equal_limits if {
	count(places(spec([latency(0.5, 0.05), latency(0.99, 0.05)]))) == 0
}

test_ignores_other_places_and_indicators if {
	slow := latency(0.5, 0.06)
	at_server := testing.after(slow, {"/indicator/measuredAt": "server"})
	count(places(spec([at_server, latency(0.99, 0.05)]))) == 0
	first := testing.after(slow, {"/indicator/type": "time_to_first_token"})
	count(places(spec([first, latency(0.99, 0.05)]))) == 0
	mean := testing.after(slow, {"/indicator/statistic": "mean"})
	count(places(spec([mean, latency(0.99, 0.05)]))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"slos": [{}, {}]}})) == 0
	every path in ["op", "target", "indicator", "indicator/measuredAt", "name"] {
		count(places(spec([json.remove(latency(0.5, 0.06), [path]), latency(0.99, 0.05)]))) == 0
	}
	count(places(object.remove(spec([latency(0.5, 0.06), latency(0.99, 0.05)]), ["facts"]))) == 0
}

test_the_message_names_both_slos_and_their_percentiles if {
	found := testing.all(rule.finding) with input as spec([latency(0.5, 0.06), latency(0.99, 0.05)])
	found == {{
		"at": ["spec", "slos", 0, "value"],
		"related": [["spec", "slos", 1, "value"]],
		"says": ["`latency-0.5`", "`0.06s`", "50", "`0.05s`", "`latency-0.99`", "99"],
	}}
}

test_strict_limits_count_as_well if {
	strict := testing.after(latency(0.5, 0.06), {"/op": "lt"})
	places(spec([strict, latency(0.99, 0.05)])) == {["spec", "slos", 0, "value"]}
}

test_two_limits_at_one_percentile_are_silent if {
	count(places(spec([latency(0.99, 0.06), latency(0.99, 0.05)]))) == 0
}

test_the_higher_percentile_needs_an_upper_limit if {
	open := testing.without(latency(0.99, 0.05), ["/op"])
	count(places(spec([latency(0.5, 0.06), open]))) == 0
}

test_accepts_equal_limits_within_rounding_noise if {
	count(places(spec([latency(0.5, 0.050000000000050004), latency(0.99, 0.05)]))) == 0
}

latency(target, seconds) := {
	"name": sprintf("latency-%v", [target]),
	"indicator": {"type": "request_latency", "measuredAt": "gateway"},
	"op": "lte",
	"value": sprintf("%vs", [seconds]),
	"target": target,
	"seconds": seconds,
}

spec(objectives) := {
	"spec": {"slos": objectives},
	"facts": {"slos": [{"valueSeconds": o.seconds, "percentile": sprintf("p%v", [o.target * 100])} |
		some o in objectives
	]},
}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}
