package servelint.rules.rollout["step-without-analysis_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["step-without-analysis"] as rule

judged := {"weight": 5, "bake": "10m", "analysis": ["p99"]}

test_accepts_a_step_that_bakes_and_is_judged if {
	said(spec("canary", judged)) == set()
}

test_flags_a_step_that_no_analysis_judges if {
	every weight in [1, 5, 99] {
		said(spec("canary", {"weight": weight, "bake": "10m"})) == {{
			"at": ["spec", "rollout", "steps", 0, "analysis"],
			"says": ["1", sprintf("%d", [weight])],
		}}
	}
	count(said(spec("canary", object.union(judged, {"analysis": []})))) == 1
}

test_flags_a_step_that_does_not_bake if {
	every weight in [1, 5, 99] {
		said(spec("linear", {"weight": weight, "analysis": ["p99"]})) == {{
			"at": ["spec", "rollout", "steps", 0, "bake"],
			"says": ["1", sprintf("%d", [weight])],
		}}
	}
}

test_flags_a_bake_time_of_zero if {
	said(object.union(spec("canary", object.union(judged, {"bake": "0s"})), baked(0))) == {{
		"at": ["spec", "rollout", "steps", 0, "bake"],
		"says": ["1", "5"],
	}}
}

test_accepts_a_bake_time_of_a_second if {
	said(object.union(spec("canary", object.union(judged, {"bake": "1s"})), baked(1))) == set()
}

baked(seconds) := {"facts": {"spec": {"rollout": {"steps": [{"bake": seconds}]}}}}

test_ignores_steps_of_no_and_of_all_traffic if {
	said(spec("canary", {"weight": 0})) == set()
	said(spec("canary", {"weight": 100})) == set()
}

test_ignores_strategies_without_weights if {
	every strategy in ["blueGreen", "rolling", "shadow"] {
		said(spec(strategy, {"weight": 5})) == set()
	}
}

test_ignores_unfinished_documents if {
	said({}) == set()
	said({"spec": {"rollout": {"strategy": "canary"}}}) == set()
	said(spec("canary", {})) == set()
}

spec(strategy, step) := {"spec": {"rollout": {"strategy": strategy, "steps": [step]}}}

test_flags_a_rollout_of_argo_once_with_all_weights_that_nothing_judges if {
	said(rollout({"steps": [step(5), step(50)]})) == {{"at": ["artifacts", 0, "step", 5], "says": ["`ranker`", "5", "50"]}}
	said(rollout({"steps": [step(1), step(99)]})) == {{"at": ["artifacts", 0, "step", 1], "says": ["`ranker`", "1", "99"]}}
	said(rollout({"steps": [step(0), step(50), step(100)]})) == {{"at": ["artifacts", 0, "step", 50], "says": ["`ranker`", "50"]}}
}

test_accepts_a_rollout_with_an_analysis_in_the_background if {
	said(rollout({"background": beside, "steps": [step(5)]})) == set()
}

test_accepts_a_rollout_that_waits_for_a_person if {
	waits := object.union(step(5), {"indefinite": true})
	said(rollout({"steps": [waits, step(50)]})) == set()
	said(rollout({"steps": [step(5), object.union(step(50), {"indefinite": true})]})) == set()
}

# At none and at all of the traffic a person has nothing to compare.
test_flags_a_rollout_that_waits_before_or_after_its_steps if {
	every weight in [0, 100] {
		count(said(rollout({"steps": [object.union(step(weight), {"indefinite": true}), step(50)]}))) == 1
	}
}

test_accepts_a_step_with_an_analysis_of_its_own if {
	said(rollout({"steps": [step(5)], "stepAnalyses": at_first})) == set()
}

test_flags_steps_before_the_background_analysis_starts if {
	said(rollout({"background": beside, "steps": [early(step(5)), step(50)]})) == {{"at": ["artifacts", 0, "step", 5], "says": ["`ranker`", "5"]}}
}

# The templates are in none of the files, so they may judge.
beside := {"templates": [{"name": "elsewhere"}]}

at_first := [{"name": "elsewhere", "step": 0}]

test_flags_a_background_analysis_of_nothing if {
	said(rollout({"background": {}, "steps": [step(5)]})) != set()
}

test_flags_steps_whose_only_analysis_is_a_dry_run if {
	flagged := {{"at": ["artifacts", 0, "step", 5], "says": ["`ranker`", "5"]}}
	dry := {"value": ["^p9", "error"], "at": ["dryRun"]}
	every of in [
		{"background": {"templates": [{"name": "checks", "dryRun": dry}]}},
		{"stepAnalyses": [{"name": "checks", "dryRun": dry, "step": 0}]},
	] {
		said(with_checks(of, [{"name": "p99"}, {"name": "errors"}])) == flagged
		said(with_checks(of, [{"name": "p99"}, {"name": "clicks"}])) == set()
		said(with_checks(of, [])) == set()
	}
	own := {"background": {"templates": [{"name": "checks"}]}}
	said(with_checks(own, [{"name": "p99", "dryRun": true}])) == flagged
	said(with_checks(own, [{"name": "p99"}])) == set()
}

with_checks(of, metrics) := {"artifacts": array.concat(
	rollout(object.union(of, {"steps": [step(5)]})).artifacts,
	[{"facts": {"kind": "AnalysisTemplate", "name": "checks", "role": "analysis", "analyses": metrics}}],
)}

early(step) := object.union(step, {"beforeBackground": true})

test_flags_a_step_of_argo_without_a_pause if {
	every weight in [1, 5, 99] {
		said(rollout({"background": beside, "steps": [object.union(step(weight), {"bakeSeconds": 0})]})) == {{
			"at": ["artifacts", 0, "step", weight],
			"says": ["1", "`ranker`", sprintf("%d", [weight])],
		}}
	}
}

test_accepts_steps_of_no_and_of_all_traffic_without_a_pause if {
	every weight in [0, 100] {
		said(rollout({"background": beside, "steps": [object.union(step(weight), {"bakeSeconds": 0})]})) == set()
	}
}

test_ignores_a_step_where_a_plugin_runs_but_lists_it if {
	every weight in [1, 5, 99] {
		said(rollout({"steps": [plugin(weight)]})) == {{"at": ["artifacts", 0, "step", weight], "says": ["`ranker`", sprintf("%d", [weight])]}}
	}
}

test_ignores_a_plugin_beside_an_analysis_which_judges if {
	said(rollout({"steps": [plugin(5)], "stepAnalyses": at_first})) == set()
	said(rollout({"background": beside, "steps": [plugin(5)]})) == set()
	said(rollout({"background": beside, "steps": [early(plugin(5))]})) != set()
}

test_ignores_a_plugin_without_users if {
	said(rollout({"steps": [plugin(0), plugin(100)]})) == set()
}

plugin(weight) := object.union(step(weight), {"plugin": true})

test_ignores_platforms_that_judge_in_other_ways if {
	every steps in [[step(5)], [object.union(step(5), {"bakeSeconds": 0})], [plugin(5)]] {
		said(testing.after(rollout({"steps": steps}), {"/artifacts/0/facts/platform": "sagemaker"})) == set()
	}
}

step(weight) := {"weight": weight, "at": ["step", weight], "bakeSeconds": 60}

rollout(fact) := {"artifacts": [{"facts": {
	"kind": "Rollout",
	"name": "ranker",
	"role": "rollout",
	"platform": "argo-rollouts",
	"rollout": fact,
}}]}

said(doc) := wrong | open if {
	wrong := testing.all(rule.finding) with input as doc
	open := testing.all(rule.unchecked) with input as doc
}
