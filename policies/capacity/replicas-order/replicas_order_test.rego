package servelint.rules.capacity["replicas-order_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["replicas-order"] as rule

test_flags_minimum_above_maximum if {
	places(spec({"min": 6, "max": 4})) == {["spec", "capacity", "replicas", "min"]}
}

test_accepts_ordered_bounds if {
	count(places(spec({"min": 2, "max": 4}))) == 0
	count(places(spec({"min": 4, "max": 4}))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(spec({"min": 6}))) == 0
	count(places(spec({"max": 6}))) == 0
}

spec(replicas) := {"spec": {"capacity": {"replicas": replicas}}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_bounds_of_manifests if {
	bounds := {"minReplicas": {"value": 5, "at": ["min"]}, "maxReplicas": {"value": 4, "at": ["max"]}}
	stated({"workload": bounds}) == {["artifacts", 0, "min"]}
	stated({"deployments": [bounds]}) == {["artifacts", 0, "min"]}
	stated({"autoscaler": {"min": bounds.minReplicas, "max": bounds.maxReplicas}}) == {["artifacts", 0, "min"]}
}

test_accepts_equal_bounds_and_ignores_single_ones if {
	bound := {"value": 4, "at": ["b"]}
	stated({"workload": {"minReplicas": bound, "maxReplicas": bound}}) == set()
	stated({"workload": {"minReplicas": bound}, "autoscaler": {"max": bound}}) == set()
	stated({}) == set()
}

stated(facts) := at if {
	at := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": object.union({"kind": "X"}, facts)}]}
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["spec", "capacity", "replicas", "min"],
			"related": [["spec", "capacity", "replicas", "max"]],
			"says": ["`6`", "`4`"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {"spec": {"capacity": {"replicas": {"max": 4, "min": 6}}}}
