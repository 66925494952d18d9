package servelint.rules.capacity["scale-to-zero-vs-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["scale-to-zero-vs-slo"] as rule

test_flags_cold_start_beyond_slo if {
	places(spec(0, 40, "request_latency")) == {["spec", "capacity", "replicas", "min"]}
	places(spec(0, 0.9, "time_to_first_token")) == {["spec", "capacity", "replicas", "min"]}
}

test_flags_once_for_several_slos if {
	found := rule.finding with input as spec(0, 40, "request_latency")
	[count(f.related) | some f in found] == [2]
}

test_accepts_cold_start_within_slo if {
	count(places(spec(0, 0.8, "request_latency"))) == 0
}

test_accepts_replicas_that_stay if {
	count(places(spec(1, 40, "request_latency"))) == 0
}

test_ignores_times_that_a_cold_start_does_not_touch if {
	count(places(spec(0, 40, "time_per_output_token"))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	doc := spec(0, 40, "request_latency")
	count(places(json.remove(doc, ["spec/capacity/replicas"]))) == 0
	count(places(json.remove(doc, ["facts/spec"]))) == 0
	count(places(json.remove(doc, ["facts/slos"]))) == 0
}

spec(least, cold_start, type) := {
	"spec": {
		"capacity": {"replicas": {"min": least}, "coldStart": sprintf("%vs", [cold_start])},
		"slos": [{"indicator": {"type": type}}, {"indicator": {"type": type}}],
	},
	"facts": {
		"spec": {"capacity": {"coldStart": cold_start}},
		"slos": [{"valueSeconds": 0.8}, {"valueSeconds": 2}],
	},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_a_manifest_that_scales_to_nothing if {
	places(review(0, 2)) == {["artifacts", 0, "minReplicas"]}
}

test_ignores_a_manifest_that_agrees_with_the_specification if {
	count(places(review(0, 0))) == 0
}

test_accepts_a_manifest_that_keeps_replicas if {
	count(places(review(1, 2))) == 0
}

review(least, said) := {
	"serving": {"spec": spec(said, 40, "request_latency").spec, "facts": spec(said, 40, "request_latency").facts},
	"artifacts": [{"facts": {
		"kind": "InferenceService",
		"role": "workload",
		"workload": {"minReplicas": {"value": least, "at": ["minReplicas"]}},
	}}],
}

test_flags_another_indicator_type if {
	said_2([{"op": "replace", "path": "/serving/spec/slos/0/indicator/type", "value": "time_to_first_token"}]) == {
		{
			"at": ["artifacts", 0, "minReplicas"],
			"related": [["serving", "spec", "slos", 0, "value"], ["serving", "spec", "slos", 1, "value"]],
			"says": ["`0`", "`40s`", "800"],
		},
	}
}

test_flags_other_numbers_of_replicas_min if {
	said_2([{"op": "replace", "path": "/serving/spec/capacity/replicas/min", "value": 1}]) == {
		{
			"at": ["artifacts", 0, "minReplicas"],
			"related": [["serving", "spec", "slos", 0, "value"], ["serving", "spec", "slos", 1, "value"]],
			"says": ["`0`", "`40s`", "800"],
		},
	}
}

test_flags_other_numbers_of_slos_value_seconds if {
	said_2([{"op": "replace", "path": "/serving/facts/slos/0/valueSeconds", "value": 40}]) == {
		{
			"at": ["artifacts", 0, "minReplicas"],
			"related": [["serving", "spec", "slos", 1, "value"]],
			"says": ["`0`", "`40s`", "2"],
		},
	}
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "capacity", "replicas", "min"],
			"related": [["spec", "slos", 0, "value"], ["spec", "slos", 1, "value"]],
			"says": ["`0`", "`40s`", "800"],
		},
	}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {"slos": [{"valueSeconds": 0.8}, {"valueSeconds": 2}], "spec": {"capacity": {"coldStart": 40}}},
	"spec": {
		"capacity": {"coldStart": "40s", "replicas": {"min": 0}},
		"slos": [{"indicator": {"type": "request_latency"}}, {"indicator": {"type": "request_latency"}}],
	},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "InferenceService",
				"role": "workload",
				"workload": {"minReplicas": {"at": ["minReplicas"], "value": 0}},
			},
		},
	],
	"serving": {
		"facts": {"slos": [{"valueSeconds": 0.8}, {"valueSeconds": 2}], "spec": {"capacity": {"coldStart": 40}}},
		"spec": {
			"capacity": {"coldStart": "40s", "replicas": {"min": 2}},
			"slos": [{"indicator": {"type": "request_latency"}}, {"indicator": {"type": "request_latency"}}],
		},
	},
}
