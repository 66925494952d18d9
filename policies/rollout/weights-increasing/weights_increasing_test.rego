package servelint.rules.rollout["weights-increasing_test"]

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
