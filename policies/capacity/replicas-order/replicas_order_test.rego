package servelint.rules.capacity["replicas-order_test"]

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

test_flags_manifests_whose_bounds_are_mixed_up if {
	in_manifest({"workload": {"minReplicas": {"value": 5, "at": ["m"]}, "maxReplicas": {"value": 4, "at": ["x"]}}}) == {["artifacts", 0, "m"]}
	in_manifest({"autoscaler": {"min": {"value": 5, "at": ["m"]}, "max": {"value": 4, "at": ["x"]}}}) == {["artifacts", 0, "m"]}
}

test_accepts_manifests_in_order_and_without_a_maximum if {
	in_manifest({"workload": {"minReplicas": {"value": 4, "at": ["m"]}, "maxReplicas": {"value": 4, "at": ["x"]}}}) == set()
	in_manifest({"workload": {"minReplicas": {"value": 4, "at": ["m"]}, "maxReplicas": {"value": 0, "at": ["x"]}}}) == set()
}

in_manifest(facts) := found if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": object.union({"kind": "InferenceService", "name": "a"}, facts)}]}
}
