package servelint.rules.rollout["weights-increasing_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["weights-increasing"] as rule

test_flags_a_weight_that_falls_or_repeats if {
	every strategy in ["canary", "linear"] {
		said(spec(strategy, [5, 50, 20, 100])) == {not_more(2, ["3", "20", "50", "2"])}
		said(spec(strategy, [25, 25, 100])) == {not_more(1, ["2", "25", "25", "1"])}
	}
}

not_more(i, says) := {
	"at": ["spec", "rollout", "steps", i, "weight"],
	"related": [["spec", "rollout", "steps", i - 1, "weight"]],
	"says": says,
}

test_flags_a_plan_that_does_not_end_with_full_traffic if {
	every last in [50, 99] {
		said(spec("canary", [5, last])) == {{"at": ["spec", "rollout", "steps", 1, "weight"], "says": [sprintf("%d", [last]), "100"]}}
	}
}

test_flags_a_plan_without_steps if {
	said(spec("canary", [])) == {{"at": ["spec", "rollout", "steps"], "says": ["`canary`"]}}
	said({"spec": {"rollout": {"strategy": "linear"}}}) == {{"at": ["spec", "rollout", "steps"], "says": ["`linear`"]}}
}

test_accepts_weights_that_rise_to_full_traffic if {
	said(spec("canary", [0, 1, 5, 50, 100])) == set()
	said(spec("linear", [100])) == set()
}

test_ignores_strategies_without_weights if {
	every strategy in ["blueGreen", "rolling", "shadow"] {
		said(spec(strategy, [])) == set()
		said(spec(strategy, [50, 5])) == set()
	}
}

test_ignores_steps_without_weights if {
	said({"spec": {"rollout": {"strategy": "canary", "steps": [{}, {"bake": "5m"}]}}}) == set()
	said({"spec": {"rollout": {}}}) == set()
	said({}) == set()
}

spec(strategy, weights) := {"spec": {"rollout": {"strategy": strategy, "steps": [{"weight": w} | some w in weights]}}}

test_flags_a_manifest_whose_weights_fall_or_repeat if {
	every platform in ["argo-rollouts", "flagger", "kserve"] {
		said(manifest(platform, [50, 20])) == {{
			"at": ["artifacts", 0, "step", 20],
			"related": [["artifacts", 0, "step", 50]],
			"says": ["2", "`ranker`", "20", "50"],
		}}
	}
	count(said(manifest("argo-rollouts", [20, 20]))) == 1
}

test_accepts_a_manifest_that_ends_below_full_traffic if {
	said(manifest("argo-rollouts", [5, 50])) == set()
}

test_flags_a_canary_of_argo_without_steps_as_a_warning if {
	help := "Add steps: `setWeight` with rising weights, each with a pause or an analysis."
	without_steps := {{"at": ["artifacts", 0, "canary"], "severity": "warning", "help": help, "says": ["`ranker`"]}}
	said(manifest("argo-rollouts", [])) == without_steps
	said(testing.without(manifest("argo-rollouts", []), ["/artifacts/0/facts/rollout/steps"])) == without_steps
}

test_ignores_a_canary_without_steps_beside_a_specification_with_steps if {
	planned := {"serving": {"spec": {"rollout": {"steps": [{"weight": 100}]}}}}
	said(object.union(manifest("argo-rollouts", []), planned)) == set()
}

test_ignores_rollouts_that_need_no_steps if {
	said(manifest("flagger", [])) == set()
	said(testing.after(manifest("argo-rollouts", []), {"/artifacts/0/facts/rollout/strategy/value": "blueGreen"})) == set()
}

test_ignores_steps_that_cannot_be_read_but_lists_them if {
	doc := testing.after(manifest("argo-rollouts", []), {"/artifacts/0/facts/rollout/unreadStep": ["step 1"]})
	said(doc) == set()
	open := testing.all(rule.unchecked) with input as doc
	open == {{"at": ["artifacts", 0, "step 1"], "says": ["`ranker`"]}}
}

manifest(platform, weights) := {"serving": {}, "artifacts": [{"facts": {
	"kind": "Rollout",
	"name": "ranker",
	"role": "rollout",
	"platform": platform,
	"rollout": {
		"at": ["canary"],
		"strategy": {"value": "canary", "at": ["canary"]},
		"steps": [{"weight": w, "at": ["step", w]} | some w in weights],
	},
}}]}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
