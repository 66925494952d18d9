package servelint.rules.rollout["weights-increasing_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["weights-increasing"] as rule

test_flags_a_falling_weight if {
	places(spec("canary", [5, 50, 20, 100])) == {["spec", "rollout", "steps", 2, "weight"]}
}

test_flags_an_equal_weight if {
	places(spec("linear", [25, 25, 100])) == {["spec", "rollout", "steps", 1, "weight"]}
}

test_flags_a_last_step_below_100 if {
	places(spec("canary", [5, 50])) == {["spec", "rollout", "steps", 1, "weight"]}
}

test_flags_missing_steps if {
	places(spec("canary", [])) == {["spec", "rollout", "steps"]}
	places({"spec": {"rollout": {"strategy": "linear"}}}) == {["spec", "rollout", "steps"]}
}

test_accepts_rising_weights if {
	count(places(spec("canary", [0, 1, 5, 50, 100]))) == 0
	count(places(spec("linear", [100]))) == 0
}

test_ignores_strategies_without_weights if {
	every strategy in ["blueGreen", "rolling", "shadow"] {
		count(places(spec(strategy, []))) == 0
		count(places(spec(strategy, [50, 5]))) == 0
	}
}

test_ignores_steps_without_weight if {
	count(places({"spec": {"rollout": {"strategy": "canary", "steps": [{}, {"bake": "5m"}]}}})) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"rollout": {}}})) == 0
}

spec(strategy, weights) := {"spec": {"rollout": {
	"strategy": strategy,
	"steps": [{"weight": w} | some w in weights],
}}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_manifests_whose_weights_do_not_rise if {
	in_manifest([{"weight": 50, "at": ["a"]}, {"weight": 20, "at": ["b"]}], {}) == {["artifacts", 0, "b"]}
}

test_flags_a_canary_without_steps if {
	in_manifest([], {}) == {["artifacts", 0, "r"]}
	in_manifest([], {"spec": {"rollout": {"steps": [{"weight": 100}]}}}) == set()
}

test_accepts_manifests_that_end_below_100 if {
	in_manifest([{"weight": 5, "at": ["a"]}, {"weight": 50, "at": ["b"]}], {}) == set()
}

in_manifest(steps, serving) := found if {
	rollout := {"at": ["r"], "strategy": {"value": "canary", "at": ["r"]}, "steps": steps}
	manifests := [{"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "platform": "argo-rollouts", "rollout": rollout}}]
	found := {f.at | some f in rule.finding} with input as {"serving": serving, "artifacts": manifests}
}

test_flags_other_numbers_of_steps_weight if {
	said_3([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 20}]) == {{"at": ["artifacts", 0, "b"], "related": [["artifacts", 0, "a"]], "says": ["2", "`a`", "20", "20"]}}
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "rollout", "steps", 1, "weight"],
			"related": [["spec", "rollout", "steps", 0, "weight"]],
			"says": ["2", "25", "25", "1"],
		},
	}
	said_2([]) == {{"at": ["artifacts", 0, "r"], "says": ["`a`"], "severity": "warning"}}
}

test_ignores_without_artifacts_platform if {
	said_2([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
}

test_ignores_without_rollout_strategy if {
	said_2([{"op": "remove", "path": "/artifacts/0/facts/rollout/strategy"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"spec": {"rollout": {"steps": [{"weight": 25}, {"weight": 25}, {"weight": 100}], "strategy": "linear"}},
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
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"at": ["r"], "steps": [], "strategy": {"at": ["r"], "value": "canary"}},
			},
		},
	],
	"serving": {},
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
					"at": ["r"],
					"steps": [{"at": ["a"], "weight": 50}, {"at": ["b"], "weight": 20}],
					"strategy": {"at": ["r"], "value": "canary"},
				},
			},
		},
	],
	"serving": {},
}
