package servelint.rules.capacity["min-cannot-carry-average_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["min-cannot-carry-average"] as rule

test_flags_minimum_below_average if {
	places(spec(2, 480, 5)) == {["spec", "capacity", "replicas", "min"]}
	places(spec(3, 61, 6.73)) == {["spec", "capacity", "replicas", "min"]}
}

test_accepts_minimum_at_or_above_average if {
	count(places(spec(3, 480, 5))) == 0
	count(places(spec(3, 480, 6.72))) == 0
}

test_accepts_quick_starts if {
	count(places(spec(2, 60, 5))) == 0
}

test_ignores_scale_to_zero if {
	count(places(spec(0, 480, 5))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(json.remove(spec(2, 480, 5), ["spec/traffic"]))) == 0
	count(places(json.remove(spec(2, 480, 5), ["facts/spec"]))) == 0
	count(places(json.remove(spec(2, 480, 5), ["facts/capacity"]))) == 0
}

spec(least, cold_start, average) := {
	"spec": {
		"capacity": {"replicas": {"min": least}, "coldStart": sprintf("%ds", [cold_start])},
		"traffic": {"averageRps": average},
	},
	"facts": {
		"spec": {"capacity": {"coldStart": cold_start}},
		"capacity": {"effectiveRps": 2.24, "atMin": least * 2.24},
	},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_other_numbers_of_replicas_min if {
	said([{"op": "replace", "path": "/spec/capacity/replicas/min", "value": 1}]) == {
		{
			"at": ["spec", "capacity", "replicas", "min"],
			"related": [["spec", "capacity", "coldStart"]],
			"says": ["`1`", "4.48", "`5`", "`480s`", "3"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {"capacity": {"atMin": 4.48, "effectiveRps": 2.24}, "spec": {"capacity": {"coldStart": 480}}},
	"spec": {"capacity": {"coldStart": "480s", "replicas": {"min": 2}}, "traffic": {"averageRps": 5}},
}

test_ignores_other_numbers_of_capacity_at_min if {
	said_more([{"op": "replace", "path": "/facts/capacity/atMin", "value": 4.999999999995}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {"capacity": {"atMin": 4.48, "effectiveRps": 2.24}, "spec": {"capacity": {"coldStart": 480}}},
	"spec": {"capacity": {"coldStart": "480s", "replicas": {"min": 2}}, "traffic": {"averageRps": 5}},
}
