package servelint.rules.capacity["capacity-below-peak_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["capacity-below-peak"] as rule

test_flags_capacity_below_peak if {
	places(spec(7000)) == {["spec", "capacity", "replicas", "max"]}
	places(spec(6481)) == {["spec", "capacity", "replicas", "max"]}
}

test_accepts_capacity_at_or_above_peak if {
	count(places(spec(6480))) == 0
	count(places(spec(4000))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(json.remove(spec(7000), ["spec/traffic"]))) == 0
	count(places(json.remove(spec(7000), ["facts"]))) == 0
	count(places(json.remove(spec(7000), ["facts/capacity/atMax"]))) == 0
}

spec(peak) := {
	"spec": {"capacity": {"replicas": {"max": 24}}, "traffic": {"peakRps": peak}},
	"facts": {"capacity": {"effectiveRps": 270, "atMax": 24 * 270}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["spec", "capacity", "replicas", "max"],
			"related": [["spec", "traffic", "peakRps"]],
			"says": ["`24`", "270", "6480", "`7000`", "26"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {"capacity": {"atMax": 6480, "effectiveRps": 270}},
	"spec": {"capacity": {"replicas": {"max": 24}}, "traffic": {"peakRps": 7000}},
}

test_ignores_other_numbers_of_capacity_at_max if {
	said_more([{"op": "replace", "path": "/facts/capacity/atMax", "value": 6999.9999999930005}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {"capacity": {"atMax": 6480, "effectiveRps": 270}},
	"spec": {"capacity": {"replicas": {"max": 24}}, "traffic": {"peakRps": 7000}},
}
