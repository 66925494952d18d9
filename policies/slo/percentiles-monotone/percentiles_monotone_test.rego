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
	at_server := json.patch(slow, [{"op": "replace", "path": "/indicator/measuredAt", "value": "server"}])
	count(places(spec([at_server, latency(0.99, 0.05)]))) == 0
	first := json.patch(slow, [{"op": "replace", "path": "/indicator/type", "value": "time_to_first_token"}])
	count(places(spec([first, latency(0.99, 0.05)]))) == 0
	mean := json.patch(slow, [{"op": "add", "path": "/indicator/statistic", "value": "mean"}])
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
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_another_slos_op if {
	said([{"op": "replace", "path": "/spec/slos/0/op", "value": "lt"}]) == {
		{
			"at": ["spec", "slos", 0, "value"],
			"related": [["spec", "slos", 1, "value"]],
			"says": ["`latency-0.5`", "`0.06s`", "50", "`0.05s`", "`latency-0.99`", "99"],
		},
	}
}

test_ignores_other_numbers_of_slos_target if {
	said([{"op": "replace", "path": "/spec/slos/0/target", "value": 0.99}]) == set()
}

test_ignores_without_slos_op if {
	said([{"op": "remove", "path": "/spec/slos/1/op"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {"slos": [{"percentile": "p50", "valueSeconds": 0.06}, {"percentile": "p99", "valueSeconds": 0.05}]},
	"spec": {
		"slos": [
			{
				"indicator": {"measuredAt": "gateway", "type": "request_latency"},
				"name": "latency-0.5",
				"op": "lte",
				"seconds": 0.06,
				"target": 0.5,
				"value": "0.06s",
			},
			{
				"indicator": {"measuredAt": "gateway", "type": "request_latency"},
				"name": "latency-0.99",
				"op": "lte",
				"seconds": 0.05,
				"target": 0.99,
				"value": "0.05s",
			},
		],
	},
}

test_ignores_other_numbers_of_slos_value_seconds if {
	said_more([{"op": "replace", "path": "/facts/slos/0/valueSeconds", "value": 0.050000000000050004}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {"slos": [{"percentile": "p50", "valueSeconds": 0.06}, {"percentile": "p99", "valueSeconds": 0.05}]},
	"spec": {
		"slos": [
			{
				"indicator": {"measuredAt": "gateway", "type": "request_latency"},
				"name": "latency-0.5",
				"op": "lt",
				"seconds": 0.06,
				"target": 0.5,
				"value": "0.06s",
			},
			{
				"indicator": {"measuredAt": "gateway", "type": "request_latency"},
				"name": "latency-0.99",
				"op": "lte",
				"seconds": 0.05,
				"target": 0.99,
				"value": "0.05s",
			},
		],
	},
}
