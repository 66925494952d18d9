package servelint.rules.rollout["rollout-drift_test"]

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
