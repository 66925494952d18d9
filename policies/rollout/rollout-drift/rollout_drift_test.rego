package servelint.rules.rollout["rollout-drift_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollout-drift"] as rule

steps := [{"weight": 5, "at": ["a"], "bakeSeconds": 600}, {"weight": 50, "at": ["b"], "bakeSeconds": 600}]

test_flags_other_weights if {
	places("argo-rollouts", {"steps": [{"weight": 10, "at": ["a"]}, {"weight": 50, "at": ["b"]}]}) == {["artifacts", 0, "s"]}
	places("flagger", {"steps": [{"weight": 5, "at": ["a"]}]}) == {["artifacts", 0, "s"]}
}

test_flags_no_steps_at_all if {
	places("argo-rollouts", {"steps": []}) == {["artifacts", 0, "s"]}
}

test_flags_other_times if {
	places("argo-rollouts", {"steps": [steps[0], {"weight": 50, "at": ["b"], "bakeSeconds": 60}]}) == {["artifacts", 0, "b"]}
}

test_flags_another_strategy if {
	places("argo-rollouts", {"strategy": {"value": "blueGreen", "at": ["k"]}}) == {["artifacts", 0, "k"]}
}

test_accepts_the_same_steps_with_and_without_the_last if {
	places("argo-rollouts", {}) == set()
	places("argo-rollouts", {"steps": array.concat(steps, [{"weight": 100, "at": ["c"]}])}) == set()
}

test_accepts_a_first_step_that_carries_nothing if {
	idle := {"weight": 0, "at": ["z"], "bakeSeconds": 60}
	places("argo-rollouts", {"steps": array.concat([idle], steps)}) == set()
	places("argo-rollouts", {"steps": [idle, steps[0], {"weight": 50, "at": ["b"], "bakeSeconds": 60}]}) == {["artifacts", 0, "b"]}
}

test_accepts_times_that_are_not_known if {
	places("argo-rollouts", {"steps": [{"weight": 5, "at": ["a"]}, {"weight": 50, "at": ["b"], "indefinite": true}]}) == set()
}

test_flags_a_weight_of_kserve_that_is_no_step if {
	places("kserve", {"steps": [{"weight": 10, "at": ["p"]}]}) == {["artifacts", 0, "p"]}
	places("kserve", {"steps": [{"weight": 5, "at": ["p"]}]}) == set()
}

test_ignores_manifests_without_a_specification if {
	count(rule.finding) == 0 with input as {"artifacts": [rollout("argo-rollouts", {})]}
}

rollout(platform, change) := {"facts": {
	"kind": "Rollout", "name": "a", "role": "rollout", "platform": platform,
	"rollout": object.union({"at": ["s"], "strategy": {"value": "canary", "at": ["k"]}, "steps": steps}, change),
}}

places(platform, change) := found if {
	found := {f.at | some f in rule.finding} with input as {
		"serving": {
			"spec": {"rollout": {"strategy": "canary", "steps": [{"weight": 5}, {"weight": 50}, {"weight": 100}]}},
			"facts": {"spec": {"rollout": {"steps": [{"bake": 600}, {"bake": 600}, {}]}}},
		},
		"artifacts": [rollout(platform, change)],
	}
}

test_flags_another_artifacts_platform if {
	said_4([{"op": "replace", "path": "/artifacts/0/facts/platform", "value": "flagger"}]) == {
		{
			"at": ["artifacts", 0, "k"],
			"related": [["serving", "spec", "rollout", "strategy"]],
			"says": ["`a`", "`blueGreen`", "`canary`"],
		},
	}
}

test_flags_another_rollout_strategy if {
	said_1([{"op": "replace", "path": "/serving/spec/rollout/strategy", "value": "blueGreen"}]) == {
		{
			"at": ["artifacts", 0, "k"],
			"related": [["serving", "spec", "rollout", "strategy"]],
			"says": ["`a`", "`canary`", "`blueGreen`"],
		},
		{
			"at": ["artifacts", 0, "s"],
			"related": [["serving", "spec", "rollout", "steps"]],
			"says": ["`a`", "5", "50"],
		},
	}
	said_1([{"op": "replace", "path": "/serving/spec/rollout/strategy", "value": "other"}]) == {{"at": ["artifacts", 0, "s"], "related": [["serving", "spec", "rollout", "steps"]], "says": ["`a`", "5", "50"]}}
	said_1([{"op": "replace", "path": "/serving/spec/rollout/strategy", "value": "linear"}]) == {{"at": ["artifacts", 0, "s"], "related": [["serving", "spec", "rollout", "steps"]], "says": ["`a`", "5", "50"]}}
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/strategy/value", "value": "blueGreen"}]) == {{"at": ["artifacts", 0, "p"], "related": [["serving", "spec", "rollout", "steps"]], "says": ["`a`", "10", "5", "50"]}}
	said_4([{"op": "replace", "path": "/serving/spec/rollout/strategy", "value": "linear"}]) == {
		{
			"at": ["artifacts", 0, "k"],
			"related": [["serving", "spec", "rollout", "strategy"]],
			"says": ["`a`", "`blueGreen`", "`linear`"],
		},
	}
}

test_flags_fewer_rollout_steps if {
	said_1([{"op": "remove", "path": "/serving/spec/rollout/steps/0"}]) == {{"at": ["artifacts", 0, "s"], "related": [["serving", "spec", "rollout", "steps"]], "says": ["`a`", "50"]}}
	said_2([{"op": "remove", "path": "/serving/spec/rollout/steps/0"}]) == {{"at": ["artifacts", 0, "p"], "related": [["serving", "spec", "rollout", "steps"]], "says": ["`a`", "10", "50"]}}
}

test_flags_other_numbers_of_steps_bake_seconds if {
	said_3([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/bakeSeconds", "value": 601}]) == {
		{
			"at": ["artifacts", 0, "a"],
			"related": [["serving", "spec", "rollout", "steps", 0, "bake"]],
			"says": ["`a`", "5", "10", "1", "10"],
		},
		{
			"at": ["artifacts", 0, "b"],
			"related": [["serving", "spec", "rollout", "steps", 1, "bake"]],
			"says": ["`a`", "50", "60", "10"],
		},
	}
}

test_flags_other_numbers_of_steps_weight if {
	said_1([{"op": "replace", "path": "/serving/spec/rollout/steps/0/weight", "value": 0.5}]) == {{"at": ["artifacts", 0, "s"], "related": [["serving", "spec", "rollout", "steps"]], "says": ["`a`", "0.5", "50"]}}
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 0.5}]) == {{"at": ["artifacts", 0, "p"], "related": [["serving", "spec", "rollout", "steps"]], "says": ["`a`", "0.5", "5", "50"]}}
}

test_ignores_another_rollout_strategy if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/rollout/strategy/value", "value": "other"}]) == set()
}

test_ignores_other_numbers_of_steps_weight if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 100}]) == set()
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 0}]) == set()
}

test_ignores_without_serving if {
	said_2([{"op": "remove", "path": "/serving"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"at": ["s"], "steps": [], "strategy": {"at": ["k"], "value": "canary"}},
			},
		},
	],
	"serving": {
		"facts": {"spec": {"rollout": {"steps": [{"bake": 600}, {"bake": 600}, {}]}}},
		"spec": {"rollout": {"steps": [{"weight": 5}, {"weight": 50}, {"weight": 100}], "strategy": "canary"}},
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
				"kind": "Rollout",
				"name": "a",
				"platform": "kserve",
				"role": "rollout",
				"rollout": {"at": ["s"], "steps": [{"at": ["p"], "weight": 10}], "strategy": {"at": ["k"], "value": "canary"}},
			},
		},
	],
	"serving": {
		"facts": {"spec": {"rollout": {"steps": [{"bake": 600}, {"bake": 600}, {}]}}},
		"spec": {"rollout": {"steps": [{"weight": 5}, {"weight": 50}, {"weight": 100}], "strategy": "canary"}},
	},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {
					"at": ["s"],
					"steps": [{"at": ["a"], "bakeSeconds": 600, "weight": 5}, {"at": ["b"], "bakeSeconds": 60, "weight": 50}],
					"strategy": {"at": ["k"], "value": "canary"},
				},
			},
		},
	],
	"serving": {
		"facts": {"spec": {"rollout": {"steps": [{"bake": 600}, {"bake": 600}, {}]}}},
		"spec": {"rollout": {"steps": [{"weight": 5}, {"weight": 50}, {"weight": 100}], "strategy": "canary"}},
	},
}

said_4(changes) := found if {
	doc := json.patch(example_4, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_4 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {
					"at": ["s"],
					"steps": [{"at": ["a"], "bakeSeconds": 600, "weight": 5}, {"at": ["b"], "bakeSeconds": 600, "weight": 50}],
					"strategy": {"at": ["k"], "value": "blueGreen"},
				},
			},
		},
	],
	"serving": {
		"facts": {"spec": {"rollout": {"steps": [{"bake": 600}, {"bake": 600}, {}]}}},
		"spec": {"rollout": {"steps": [{"weight": 5}, {"weight": 50}, {"weight": 100}], "strategy": "canary"}},
	},
}
