package servelint.rules.capacity["canary-capacity_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["canary-capacity"] as rule

test_flags_step_that_its_replicas_cannot_carry if {
	places(spec([{"weight": 5, "canaryReplicas": 1}, {"weight": 25, "canaryReplicas": 2}])) == {["spec", "rollout", "steps", 1, "canaryReplicas"]}
	places(spec([{"weight": 1, "canaryReplicas": 0}])) == {["spec", "rollout", "steps", 0, "canaryReplicas"]}
}

test_accepts_step_that_its_replicas_carry if {
	count(places(spec([{"weight": 25, "canaryReplicas": 4}, {"weight": 100, "canaryReplicas": 15}]))) == 0
}

test_accepts_exact_fit if {
	count(places(spec([{"weight": 27, "canaryReplicas": 4}]))) == 0
	count(places(spec([{"weight": 28, "canaryReplicas": 4}]))) == 1
}

test_ignores_steps_without_replicas if {
	count(places(spec([{"weight": 90}, {"canaryReplicas": 1}, {"weight": 900, "canaryReplicas": 1}]))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	doc := spec([{"weight": 90, "canaryReplicas": 1}])
	count(places(json.remove(doc, ["facts"]))) == 0
	count(places(json.remove(doc, ["spec/traffic"]))) == 0
}

spec(steps) := {
	"spec": {"rollout": {"steps": steps}, "traffic": {"peakRps": 4000}},
	"facts": {"capacity": {"effectiveRps": 270}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_a_scale_of_a_manifest_below_its_weight if {
	in_manifest({"weight": 50, "at": ["s"], "canaryReplicas": 4}) == {["artifacts", 0, "s"]}
}

test_accepts_a_scale_of_a_manifest_that_carries_its_weight if {
	in_manifest({"weight": 50, "at": ["s"], "canaryReplicas": 5}) == set()
	in_manifest({"weight": 50, "at": ["s"]}) == set()
}

in_manifest(step) := found if {
	found := {f.at | some f in rule.finding} with input as {
		"serving": {"spec": {"traffic": {"peakRps": 100}}, "facts": {"capacity": {"effectiveRps": 10}}},
		"artifacts": [{"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "rollout": {"steps": [step]}}}],
	}
}

test_flags_other_numbers_of_steps_weight if {
	said_1([{"op": "replace", "path": "/spec/rollout/steps/0/weight", "value": 100}]) == {
		{
			"at": ["spec", "rollout", "steps", 0, "canaryReplicas"],
			"related": [["spec", "rollout", "steps", 0, "weight"]],
			"says": ["`100`", "4000", "`0`", "0", "15"],
		},
	}
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 51}]) == {
		{
			"at": ["artifacts", 0, "s"],
			"related": [["serving", "spec", "capacity", "perReplica", "throughputRps"]],
			"says": ["`a`", "51", "51", "`4`", "40", "6"],
		},
	}
}

test_ignores_other_numbers_of_steps_canary_replicas if {
	said_1([{"op": "replace", "path": "/spec/rollout/steps/0/canaryReplicas", "value": -1}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {"capacity": {"effectiveRps": 270}},
	"spec": {"rollout": {"steps": [{"canaryReplicas": 0, "weight": 1}]}, "traffic": {"peakRps": 4000}},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"role": "rollout",
				"rollout": {"steps": [{"at": ["s"], "canaryReplicas": 4, "weight": 50}]},
			},
		},
	],
	"serving": {"facts": {"capacity": {"effectiveRps": 10}}, "spec": {"traffic": {"peakRps": 100}}},
}

test_ignores_other_numbers_of_steps_weight if {
	said_more([{"op": "replace", "path": "/spec/rollout/steps/0/weight", "value": 100.00000000010002}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {"capacity": {"effectiveRps": 270}},
	"spec": {"rollout": {"steps": [{"canaryReplicas": 0, "weight": 1}]}, "traffic": {"peakRps": 4000}},
}
