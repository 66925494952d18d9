package servelint.rules.capacity["capacity-below-peak-after-loss_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["capacity-below-peak-after-loss"] as rule

test_flags_peak_above_what_remains if {
	places(spec(5000)) == {["spec", "capacity", "replicas", "max"]}
	places(spec(4321)) == {["spec", "capacity", "replicas", "max"]}
}

test_accepts_peak_that_what_remains_carries if {
	count(places(spec(4320))) == 0
	count(places(spec(4000))) == 0
}

test_ignores_peak_that_is_not_carried_without_loss if {
	count(places(spec(6481))) == 0
	count(places(spec(6480))) == 1
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(json.remove(spec(5000), ["spec/traffic"]))) == 0
	count(places(json.remove(spec(5000), ["facts/capacity/afterLoss"]))) == 0
}

spec(peak) := {
	"spec": {"capacity": {"replicas": {"max": 24}}, "traffic": {"peakRps": peak}},
	"facts": {"capacity": {"effectiveRps": 270, "atMax": 24 * 270, "lostReplicas": 8, "afterLoss": 16 * 270}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["spec", "capacity", "replicas", "max"],
			"related": [["spec", "traffic", "peakRps"]],
			"says": ["`24`", "8", "4320", "`5000`", "19"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {"capacity": {"afterLoss": 4320, "atMax": 6480, "effectiveRps": 270, "lostReplicas": 8}},
	"spec": {"capacity": {"replicas": {"max": 24}}, "traffic": {"peakRps": 5000}},
}

test_ignores_other_numbers_of_capacity_after_loss if {
	said_more([{"op": "replace", "path": "/facts/capacity/afterLoss", "value": 6479.99999999352}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {"capacity": {"afterLoss": 4320, "atMax": 6480, "effectiveRps": 270, "lostReplicas": 8}},
	"spec": {"capacity": {"replicas": {"max": 24}}, "traffic": {"peakRps": 6480}},
}
