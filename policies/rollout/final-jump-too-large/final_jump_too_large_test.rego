package servelint.rules.rollout["final-jump-too-large_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["final-jump-too-large"] as rule

test_flags_jump_from_a_small_step if {
	places(spec("canary", [5, 20, 100])) == {["spec", "rollout", "steps", 1, "weight"]}
}

test_flags_jump_after_an_unfinished_plan if {
	places(spec("linear", [5, 20])) == {["spec", "rollout", "steps", 1, "weight"]}
}

test_accepts_jump_at_the_limit if {
	count(places(spec("canary", [5, 20, 50, 100]))) == 0
}

test_ignores_plans_without_a_partial_step if {
	count(places(spec("canary", [100]))) == 0
	count(places(spec("canary", []))) == 0
}

test_ignores_strategies_without_weights if {
	count(places(spec("blueGreen", [5, 100]))) == 0
	count(places(spec("shadow", [5, 100]))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"rollout": {"strategy": "canary"}}})) == 0
	count(places({"spec": {"rollout": {"strategy": "canary", "steps": [{"weight": 5}, {}]}}})) == 0
}

spec(strategy, weights) := {"spec": {"rollout": {
	"strategy": strategy,
	"steps": [{"weight": w} | some w in weights],
}}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
		with data.servelint.policy as {"maxFinalJumpPercent": 50}
}

test_flags_manifests_whose_last_jump_is_large if {
	in_manifest([{"weight": 5, "at": ["s0"]}, {"weight": 20, "at": ["s1"]}], {}) == {["artifacts", 0, "s1"]}
}

test_accepts_manifests_in_small_steps if {
	in_manifest([{"weight": 5, "at": ["s0"]}, {"weight": 60, "at": ["s1"]}], {}) == set()
}

test_ignores_manifests_beside_a_specification if {
	in_manifest([{"weight": 5, "at": ["s0"]}, {"weight": 20, "at": ["s1"]}], {"spec": {"rollout": {"steps": [{"weight": 100}]}}}) == set()
}

in_manifest(steps, serving) := found if {
	manifests := [{"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "platform": "argo-rollouts", "rollout": {"steps": steps}}}]
	found := {f.at | some f in rule.finding} with input as {"serving": serving, "artifacts": manifests}
		with data.servelint.policy as {"maxFinalJumpPercent": 50}
}

test_flags_another_artifacts_platform if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/platform", "value": "flagger"}]) == {{"at": ["artifacts", 0, "s1"], "says": ["`a`", "20", "80", "50"]}}
}

test_flags_other_numbers_of_steps_weight if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/1/weight", "value": 100}]) == {{"at": ["artifacts", 0, "s0"], "says": ["`a`", "5", "95", "50"]}}
}

test_flags_the_places if {
	said_1([]) == {{"at": ["spec", "rollout", "steps", 1, "weight"], "says": ["20", "80", "50"]}}
}

test_ignores_other_numbers_of_steps_weight if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/1/weight", "value": 50}]) == set()
}

test_ignores_without_artifacts_platform if {
	said_2([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"maxFinalJumpPercent": 50}
}

example_1 := {"spec": {"rollout": {"steps": [{"weight": 5}, {"weight": 20}], "strategy": "linear"}}}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"maxFinalJumpPercent": 50}
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"steps": [{"at": ["s0"], "weight": 5}, {"at": ["s1"], "weight": 20}]},
			},
		},
	],
	"serving": {},
}
