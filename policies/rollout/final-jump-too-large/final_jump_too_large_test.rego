package servelint.rules.rollout["final-jump-too-large_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["final-jump-too-large"] as rule

test_flags_a_jump_from_the_last_step_before_full_traffic if {
	every strategy in ["canary", "linear"] {
		said(spec(strategy, [5, 20, 100])) == {{"at": ["spec", "rollout", "steps", 1, "weight"], "says": ["20", "80", "50", "`maxFinalJumpPercent`"]}}
	}
}

test_flags_a_plan_that_does_not_reach_full_traffic if {
	said(spec("canary", [5, 20])) == {{"at": ["spec", "rollout", "steps", 1, "weight"], "says": ["20", "80", "50", "`maxFinalJumpPercent`"]}}
}

test_accepts_a_jump_as_large_as_the_limit if {
	said(spec("canary", [5, 20, 50, 100])) == set()
}

test_ignores_a_plan_without_a_partial_step if {
	said(spec("canary", [100])) == set()
	said(spec("canary", [])) == set()
}

test_ignores_strategies_without_weights if {
	said(spec("blueGreen", [5, 100])) == set()
	said(spec("shadow", [5, 100])) == set()
}

test_ignores_unfinished_documents if {
	said({}) == set()
	said({"spec": {"rollout": {"strategy": "canary"}}}) == set()
	said({"spec": {"rollout": {"strategy": "canary", "steps": [{"weight": 5}, {}]}}}) == set()
}

spec(strategy, weights) := {"spec": {"rollout": {"strategy": strategy, "steps": [{"weight": w} | some w in weights]}}}

test_flags_a_manifest_whose_last_jump_is_too_large if {
	every platform in ["argo-rollouts", "flagger"] {
		every weights in [[5, 20], [5, 20, 100]] {
			said(manifest(platform, weights)) == {{"at": ["artifacts", 0, "step 20"], "says": ["`ranker`", "20", "80", "50", "`maxFinalJumpPercent`"]}}
		}
	}
}

test_accepts_a_manifest_whose_last_jump_is_as_large_as_the_limit if {
	said(manifest("argo-rollouts", [5, 50])) == set()
}

test_ignores_manifests_without_a_partial_step if {
	said(manifest("argo-rollouts", [100])) == set()
}

test_ignores_manifests_beside_a_specification_with_steps if {
	planned := {"serving": {"spec": {"rollout": {"steps": [{"weight": 100}]}}}}
	said(object.union(manifest("argo-rollouts", [5, 20]), planned)) == set()
}

test_flags_steps_that_send_no_traffic if {
	said(manifest("argo-rollouts", [0])) == {{
		"at": ["artifacts", 0, "canary"],
		"help": "Add `setWeight` steps on the way to 100.",
		"says": ["`ranker`", "100", "50", "`maxFinalJumpPercent`"],
	}}
	said(manifest("flagger", [0])) == set()
}

test_ignores_platforms_that_hold_one_weight if {
	said(manifest("kserve", [5, 20])) == set()
}

manifest(platform, weights) := {"serving": {}, "artifacts": [{"facts": {
	"kind": "Rollout",
	"name": "ranker",
	"role": "rollout",
	"platform": platform,
	"rollout": {"at": ["canary"], "steps": [{"weight": w, "at": [sprintf("step %d", [w])]} | some w in weights]},
}}]}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.policy as {"maxFinalJumpPercent": 50}
}
