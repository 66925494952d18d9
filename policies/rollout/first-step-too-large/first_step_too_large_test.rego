package servelint.rules.rollout["first-step-too-large_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["first-step-too-large"] as rule

test_flags_large_first_step if {
	places(spec("canary", [25, 50, 100])) == {["spec", "rollout", "steps", 0, "weight"]}
}

test_flags_large_step_after_an_empty_one if {
	places(spec("linear", [0, 25, 100])) == {["spec", "rollout", "steps", 1, "weight"]}
}

test_flags_all_at_once if {
	places(spec("canary", [100])) == {["spec", "rollout", "steps", 0, "weight"]}
}

test_accepts_first_step_at_the_limit if {
	count(places(spec("canary", [10, 50, 100]))) == 0
}

test_ignores_strategies_without_weights if {
	count(places(spec("blueGreen", [100]))) == 0
	count(places(spec("rolling", [100]))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(spec("canary", []))) == 0
	count(places({"spec": {"rollout": {"strategy": "canary"}}})) == 0
	count(places({"spec": {"rollout": {"strategy": "canary", "steps": [{}, {"weight": 50}]}}})) == 0
}

spec(strategy, weights) := {"spec": {"rollout": {
	"strategy": strategy,
	"steps": [{"weight": w} | some w in weights],
}}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
		with data.servelint.policy as {"maxFirstStepPercent": 10}
}

test_flags_manifests_whose_first_step_is_large if {
	in_manifest([{"weight": 20, "at": ["s0"]}, {"weight": 60, "at": ["s1"]}], {}) == {["artifacts", 0, "s0"]}
}

test_accepts_manifests_in_small_steps if {
	in_manifest([{"weight": 5, "at": ["s0"]}, {"weight": 60, "at": ["s1"]}], {}) == set()
}

test_ignores_manifests_beside_a_specification if {
	in_manifest([{"weight": 20, "at": ["s0"]}, {"weight": 60, "at": ["s1"]}], {"spec": {"rollout": {"steps": [{"weight": 100}]}}}) == set()
}

in_manifest(steps, serving) := found if {
	manifests := [{"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "platform": "argo-rollouts", "rollout": {"steps": steps}}}]
	found := {f.at | some f in rule.finding} with input as {"serving": serving, "artifacts": manifests}
		with data.servelint.policy as {"maxFirstStepPercent": 10}
}

test_flags_another_artifacts_platform if {
	said([{"op": "replace", "path": "/artifacts/0/facts/platform", "value": "flagger"}]) == {{"at": ["artifacts", 0, "s0"], "says": ["`a`", "20", "10"]}}
}

test_flags_other_numbers_of_steps_weight if {
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 0}]) == {{"at": ["artifacts", 0, "s1"], "says": ["`a`", "60", "10"]}}
}

test_ignores_other_numbers_of_steps_weight if {
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 100}]) == set()
	said([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 10}]) == set()
}

test_ignores_without_artifacts_platform if {
	said([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"maxFirstStepPercent": 10}
}

example := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"steps": [{"at": ["s0"], "weight": 20}, {"at": ["s1"], "weight": 60}]},
			},
		},
	],
	"serving": {},
}

test_ignores_other_numbers_of_steps_weight_too if {
	said_more([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 1}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"maxFirstStepPercent": 10}
}

example_more := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "flagger",
				"role": "rollout",
				"rollout": {"steps": [{"at": ["s0"], "weight": 20}, {"at": ["s1"], "weight": 60}]},
			},
		},
	],
	"serving": {},
}
