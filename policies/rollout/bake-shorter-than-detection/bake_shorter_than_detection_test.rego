package servelint.rules.rollout["bake-shorter-than-detection_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["bake-shorter-than-detection"] as rule

test_flags_a_step_that_ends_before_its_analysis_can_fail if {
	every bake in [600, 900] {
		said(spec([bake], 900)) == {{
			"at": ["spec", "rollout", "steps", 0, "bake"],
			"related": [["spec", "rollout", "analysis", 0]],
			"says": ["1", sprintf("%d", [bake / 60]), "`errors`", "15"],
		}}
	}
}

test_flags_an_analysis_once_with_its_other_short_steps if {
	said(spec([1200, 800, 600], 900)) == {{
		"at": ["spec", "rollout", "steps", 1, "bake"],
		"related": [["spec", "rollout", "analysis", 0], ["spec", "rollout", "steps", 2, "bake"]],
		"says": ["2", "13", "20", "`errors`", "15"],
	}}
}

test_flags_each_analysis_at_its_own_steps if {
	two := json.patch(spec([600, 600], 900), [
		{"op": "add", "path": "/spec/rollout/analysis/-", "value": {"name": "p99"}},
		{"op": "add", "path": "/facts/rollout/analysis/-", "value": {"detectionSeconds": 900}},
		{"op": "add", "path": "/facts/rollout/checks/-", "value": {"step": 1, "analysis": 1, "bakeSeconds": 600}},
	])
	said(two) == {
		{
			"at": ["spec", "rollout", "steps", 0, "bake"],
			"related": [["spec", "rollout", "analysis", 0], ["spec", "rollout", "steps", 1, "bake"]],
			"says": ["1", "10", "`errors`", "15"],
		},
		{
			"at": ["spec", "rollout", "steps", 1, "bake"],
			"related": [["spec", "rollout", "analysis", 1]],
			"says": ["2", "10", "`p99`", "15"],
		},
	}
}

test_accepts_a_step_that_outlasts_its_analysis if {
	said(spec([901], 900)) == set()
	said(spec([600], 0)) == set()
}

test_ignores_times_that_are_not_known if {
	said(json.remove(spec([600], 900), ["facts/rollout/checks/0/bakeSeconds"])) == set()
	said(json.remove(spec([600], 900), ["facts/rollout/analysis/0/detectionSeconds"])) == set()
	said(object.remove(spec([600], 900), ["facts"])) == set()
	said({}) == set()
}

spec(bakes, detection) := {
	"spec": {"rollout": {"analysis": [{"name": "errors"}]}},
	"facts": {"rollout": {
		"analysis": [{"detectionSeconds": detection}],
		"checks": [{"step": i, "analysis": 0, "bakeSeconds": bake} | some i, bake in bakes],
	}},
}

test_flags_a_pause_of_argo_that_ends_before_a_metric_can_fail if {
	said(manifests([step(5, 600), step(50, 300)], 2, 150)) == {{
		"at": ["artifacts", 0, "step 50"],
		"related": [["artifacts", 1, "metric"]],
		"says": ["`ranker`", "50", "5", "`p99`", "5"],
	}}
	said(manifests([step(1, 1)], 1, 1)) == {{
		"at": ["artifacts", 0, "step 1"],
		"related": [["artifacts", 1, "metric"]],
		"says": ["`ranker`", "1", "1", "`p99`", "1"],
	}}
}

test_accepts_a_pause_of_argo_that_lets_a_metric_fail if {
	said(manifests([step(5, 301)], 2, 150)) == set()
}

test_accepts_a_metric_that_fails_at_its_first_measurement if {
	said(manifests([step(5, 300)], 0, 600)) == set()
}

test_ignores_steps_of_argo_that_judge_nothing if {
	said(manifests([step(0, 300)], 2, 150)) == set()
	said(manifests([step(100, 300)], 2, 150)) == set()
	said(manifests([step(5, 0)], 2, 150)) == set()
}

test_ignores_flagger_which_stays_at_a_weight_until_its_checks_pass if {
	canary := {"facts": {"kind": "Canary", "role": "rollout", "platform": "flagger", "rollout": {"steps": [step(5, 300)]}, "analyses": [metric(2, 150)]}}
	said({"artifacts": [canary]}) == set()
}

step(weight, seconds) := {"weight": weight, "at": [sprintf("step %d", [weight])], "bakeSeconds": seconds}

metric(limit, interval) := {"name": "p99", "at": ["metric"], "failureLimit": {"value": limit}, "intervalSeconds": {"value": interval}}

manifests(steps, limit, interval) := {"artifacts": [
	{"facts": {"kind": "Rollout", "name": "ranker", "role": "rollout", "platform": "argo-rollouts", "rollout": {
		"background": {"templates": [{"name": "t"}]},
		"steps": steps,
	}}},
	{"facts": {"kind": "AnalysisTemplate", "name": "t", "role": "analysis", "analyses": [metric(limit, interval)]}},
]}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
