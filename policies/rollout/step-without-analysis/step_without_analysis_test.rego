package servelint.rules.rollout["step-without-analysis_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["step-without-analysis"] as rule

test_flags_step_without_analysis if {
	places(spec("canary", {"weight": 5, "bake": "10m"})) == {["spec", "rollout", "steps", 0, "analysis"]}
	places(spec("canary", {"weight": 5, "bake": "10m", "analysis": []})) == {["spec", "rollout", "steps", 0, "analysis"]}
}

test_flags_step_without_bake if {
	places(spec("linear", {"weight": 99, "analysis": ["p99"]})) == {["spec", "rollout", "steps", 0, "bake"]}
}

test_flags_bake_of_zero if {
	doc := object.union(
		spec("canary", {"weight": 5, "analysis": ["p99"], "bake": "0s"}),
		{"facts": {"spec": {"rollout": {"steps": [{"bake": 0}]}}}},
	)
	places(doc) == {["spec", "rollout", "steps", 0, "bake"]}
}

test_accepts_judged_step if {
	count(places(spec("canary", {"weight": 5, "bake": "10m", "analysis": ["p99"]}))) == 0
}

test_ignores_full_and_empty_steps if {
	count(places(spec("canary", {"weight": 100}))) == 0
	count(places(spec("canary", {"weight": 0}))) == 0
}

test_ignores_strategies_without_weights if {
	every strategy in ["blueGreen", "rolling", "shadow"] {
		count(places(spec(strategy, {"weight": 5}))) == 0
	}
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"rollout": {"strategy": "canary"}}})) == 0
	count(places(spec("canary", {}))) == 0
}

spec(strategy, step) := {"spec": {"rollout": {"strategy": strategy, "steps": [step]}}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_a_manifest_that_nothing_judges if {
	in_manifest({"steps": [{"weight": 5, "at": ["a"], "bakeSeconds": 60}, {"weight": 50, "at": ["b"], "bakeSeconds": 60}]}) == {["artifacts", 0, "a"]}
}

test_flags_a_manifest_that_does_not_pause if {
	in_manifest({"background": {}, "steps": [{"weight": 5, "at": ["a"], "bakeSeconds": 0}]}) == {["artifacts", 0, "a"]}
}

test_accepts_manifests_that_are_judged if {
	in_manifest({"background": {}, "steps": [{"weight": 5, "at": ["a"], "bakeSeconds": 60}]}) == set()
	in_manifest({"steps": [{"weight": 5, "at": ["a"], "analysis": true}]}) == set()
}

in_manifest(rollout) := found if {
	manifests := [{"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "platform": "argo-rollouts", "rollout": rollout}}]
	found := {f.at | some f in rule.finding} with input as {"artifacts": manifests}
}

test_flags_steps_before_the_background_analysis if {
	early := {"weight": 5, "at": ["a"], "bakeSeconds": 60, "beforeBackground": true}
	late := {"weight": 50, "at": ["b"], "bakeSeconds": 60}
	in_manifest({"background": {}, "steps": [early, late]}) == {["artifacts", 0, "a"]}
}

test_ignores_plugins_but_says_so if {
	plugin := {"weight": 5, "at": ["a"], "plugin": true}
	in_manifest({"steps": [plugin]}) == set()
	manifests := [{"facts": {"kind": "Rollout", "role": "rollout", "platform": "argo-rollouts", "rollout": {"steps": [plugin]}}}]
	gaps := {f.at | some f in rule.unchecked} with input as {"artifacts": manifests}
	gaps == {["artifacts", 0, "a"]}
}

test_ignores_other_numbers_of_steps_weight if {
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 100}]) == set()
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 0}]) == set()
}

test_ignores_without_artifacts_platform if {
	said([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"steps": [{"at": ["a"], "plugin": true, "weight": 5}]},
			},
		},
	],
}

test_flags_other_numbers_of_steps_weight if {
	said_more_1([{"op": "replace", "path": "/spec/rollout/steps/0/weight", "value": 1}]) == {{"at": ["spec", "rollout", "steps", 0, "analysis"], "says": ["1", "1"]}}
	said_more_2([{"op": "replace", "path": "/spec/rollout/steps/0/weight", "value": 1}]) == {{"at": ["spec", "rollout", "steps", 0, "bake"], "says": ["1", "1"]}}
	said_more_3([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 1}]) == {{"at": ["artifacts", 0, "a"], "says": ["`a`", "1"]}}
	said_more_4([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 1}]) == {{"at": ["artifacts", 0, "a"], "says": ["1", "`a`", "1"]}}
	said_more_5([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/1/weight", "value": 100}]) == {{"at": ["artifacts", 0, "a"], "says": ["`a`", "5"]}}
	said_more_5([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 1}]) == {{"at": ["artifacts", 0, "a"], "says": ["`a`", "1", "50"]}}
	said_more_5([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 0}]) == {{"at": ["artifacts", 0, "b"], "says": ["`a`", "50"]}}
}

test_ignores_other_numbers_of_steps_weight_too if {
	said_more_4([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 100}]) == set()
	said_more_4([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 0}]) == set()
}

test_ignores_without_artifacts_platform_too if {
	said_more_4([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
	said_more_5([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
}

said_more_1(changes) := found if {
	doc := json.patch(example_more_1, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_more_1 := {"spec": {"rollout": {"steps": [{"bake": "10m", "weight": 5}], "strategy": "canary"}}}

said_more_2(changes) := found if {
	doc := json.patch(example_more_2, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_more_2 := {"spec": {"rollout": {"steps": [{"analysis": ["p99"], "weight": 99}], "strategy": "linear"}}}

said_more_3(changes) := found if {
	doc := json.patch(example_more_3, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_more_3 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"steps": [{"at": ["a"], "plugin": true, "weight": 5}]},
			},
		},
	],
}

said_more_4(changes) := found if {
	doc := json.patch(example_more_4, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_more_4 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"background": {}, "steps": [{"at": ["a"], "bakeSeconds": 0, "weight": 5}]},
			},
		},
	],
}

said_more_5(changes) := found if {
	doc := json.patch(example_more_5, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_more_5 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {
					"steps": [{"at": ["a"], "bakeSeconds": 60, "weight": 5}, {"at": ["b"], "bakeSeconds": 60, "weight": 50}],
				},
			},
		},
	],
}
