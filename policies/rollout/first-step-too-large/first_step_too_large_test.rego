package servelint.rules.rollout["first-step-too-large_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["first-step-too-large"] as rule

test_flags_a_large_first_step if {
	every strategy in ["canary", "linear"] {
		said(spec(strategy, [25, 50, 100])) == {{"at": ["spec", "rollout", "steps", 0, "weight"], "says": ["25", "10", "`maxFirstStepPercent`"]}}
	}
}

test_flags_the_first_step_that_users_see if {
	said(spec("canary", [0, 25, 100])) == {{"at": ["spec", "rollout", "steps", 1, "weight"], "says": ["25", "10", "`maxFirstStepPercent`"]}}
}

test_flags_all_traffic_at_once if {
	said(spec("canary", [100])) == {{"at": ["spec", "rollout", "steps", 0, "weight"], "says": ["100", "10", "`maxFirstStepPercent`"]}}
}

test_flags_with_the_limit_that_a_team_set if {
	set := {"maxFirstStepPercent": 20, "stated": ["maxFirstStepPercent"]}
	{finding.message | some finding in rule.finding with input as spec("canary", [25, 100]) with data.servelint.policy as set} == {"first step sends 25 % of traffic to an unproven version; the team allows 20 %"}
}

test_accepts_a_first_step_as_large_as_the_limit if {
	said(spec("canary", [10, 50, 100])) == set()
	said(spec("canary", [1, 50, 100])) == set()
}

test_ignores_strategies_without_weights if {
	said(spec("blueGreen", [100])) == set()
	said(spec("rolling", [100])) == set()
}

test_ignores_unfinished_documents if {
	said({}) == set()
	said(spec("canary", [])) == set()
	said({"spec": {"rollout": {"strategy": "canary"}}}) == set()
	said({"spec": {"rollout": {"strategy": "canary", "steps": [{}, {"weight": 50}]}}}) == set()
}

spec(strategy, weights) := {"spec": {"rollout": {"strategy": strategy, "steps": [{"weight": w} | some w in weights]}}}

test_flags_a_manifest_with_a_large_first_step if {
	every platform in ["argo-rollouts", "flagger"] {
		every weights in [[20, 60], [0, 20, 60]] {
			said(manifest(platform, weights)) == {{"at": ["artifacts", 0, "step 20"], "says": ["`ranker`", "20", "10", "`maxFirstStepPercent`"]}}
		}
	}
}

test_accepts_a_manifest_with_a_first_step_as_large_as_the_limit if {
	said(manifest("argo-rollouts", [10, 60])) == set()
	said(manifest("argo-rollouts", [1, 60])) == set()
}

# A manifest that goes to 100 at once makes no canary, which weights-increasing and rollout-drift judge.
test_ignores_a_manifest_with_a_single_step_to_full_traffic if {
	said(manifest("argo-rollouts", [100])) == set()
}

test_ignores_manifests_beside_a_specification_with_steps if {
	planned := {"serving": {"spec": {"rollout": {"steps": [{"weight": 100}]}}}}
	said(object.union(manifest("argo-rollouts", [20, 60]), planned)) == set()
}

test_ignores_platforms_that_hold_one_weight if {
	said(manifest("kserve", [20, 60])) == set()
}

manifest(platform, weights) := {"serving": {}, "artifacts": [{"facts": {
	"kind": "Rollout",
	"name": "ranker",
	"role": "rollout",
	"platform": platform,
	"rollout": {"steps": [{"weight": w, "at": [sprintf("step %d", [w])]} | some w in weights]},
}}]}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.policy as {"maxFirstStepPercent": 10}
}
