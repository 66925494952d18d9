package servelint.rules.rollout["bake-shorter-than-detection_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["bake-shorter-than-detection"] as rule

test_flags_bake_shorter_than_detection if {
	places(spec(600, 900)) == {["spec", "rollout", "steps", 0, "bake"]}
}

test_flags_bake_equal_to_detection if {
	count(places(spec(900, 900))) == 1
}

test_flags_an_analysis_once if {
	again := json.patch(spec(600, 900), [{"op": "add", "path": "/facts/rollout/checks/-", "value": {"step": 2, "analysis": 0, "bakeSeconds": 600}}])
	places(again) == {["spec", "rollout", "steps", 0, "bake"]}
	some f in rule.finding with input as again
	f.related[1].at == ["spec", "rollout", "steps", 2, "bake"]
}

test_says_the_numbers if {
	some f in rule.finding with input as spec(600, 900)
	f.message == "step 1 bakes for 10m, but analysis `errors` cannot fail before 15m have passed"
}

test_accepts_longer_bake if {
	count(places(spec(901, 900))) == 0
}

test_accepts_immediate_detection if {
	count(places(spec(600, 0))) == 0
}

test_ignores_missing_facts if {
	count(places(json.remove(spec(600, 900), ["facts/rollout/checks/0/bakeSeconds"]))) == 0
	count(places(json.remove(spec(600, 900), ["facts/rollout/analysis/0/detectionSeconds"]))) == 0
	count(places(object.remove(spec(600, 900), ["facts"]))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
}

spec(bake, detection) := {
	"spec": {"rollout": {"analysis": [{"name": "errors"}]}},
	"facts": {"rollout": {
		"analysis": [{"detectionSeconds": detection}],
		"checks": [{"step": 0, "analysis": 0, "bakeSeconds": bake}],
	}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_a_pause_shorter_than_a_metric_of_a_manifest if {
	in_manifest(300, 2, 150) == {["artifacts", 0, "s"]}
}

test_accepts_a_pause_that_lets_a_metric_fail if {
	in_manifest(301, 2, 150) == set()
	in_manifest(300, 0, 600) == set()
}

in_manifest(bake, limit, interval) := found if {
	metric := {"name": "m", "at": ["m"], "failureLimit": {"value": limit}, "intervalSeconds": {"value": interval}}
	found := {f.at | some f in rule.finding} with input as {"artifacts": [
		{"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "platform": "argo-rollouts", "rollout": {
			"background": {"at": ["b"], "templates": [{"name": "t"}]},
			"steps": [{"weight": 5, "at": ["s"], "bakeSeconds": bake}],
		}}},
		{"facts": {"kind": "AnalysisTemplate", "name": "t", "role": "analysis", "analyses": [metric]}},
	]}
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "rollout", "steps", 0, "bake"],
			"related": [["spec", "rollout", "analysis", 0]],
			"says": ["1", "15", "`errors`", "15"],
		},
	}
}

test_ignores_other_numbers_of_steps_bake_seconds if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/bakeSeconds", "value": 0}]) == set()
}

test_ignores_other_numbers_of_steps_weight if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 100}]) == set()
	said_2([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 0}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {
		"rollout": {
			"analysis": [{"detectionSeconds": 900}],
			"checks": [{"analysis": 0, "bakeSeconds": 900, "step": 0}],
		},
	},
	"spec": {"rollout": {"analysis": [{"name": "errors"}]}},
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
				"rollout": {
					"background": {"at": ["b"], "templates": [{"name": "t"}]},
					"steps": [{"at": ["s"], "bakeSeconds": 300, "weight": 5}],
				},
			},
		},
		{
			"facts": {
				"analyses": [{"at": ["m"], "failureLimit": {"value": 2}, "intervalSeconds": {"value": 150}, "name": "m"}],
				"kind": "AnalysisTemplate",
				"name": "t",
				"role": "analysis",
			},
		},
	],
}

test_flags_other_numbers_of_steps_bake_seconds if {
	said_more([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/bakeSeconds", "value": 1}]) == {{"at": ["artifacts", 0, "s"], "related": [["artifacts", 1, "m"]], "says": ["`a`", "5", "1", "`m`", "5"]}}
}

test_flags_other_numbers_of_steps_weight if {
	said_more([{"op": "replace", "path": "/artifacts/0/facts/rollout/steps/0/weight", "value": 1}]) == {{"at": ["artifacts", 0, "s"], "related": [["artifacts", 1, "m"]], "says": ["`a`", "1", "5", "`m`", "5"]}}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {
					"background": {"at": ["b"], "templates": [{"name": "t"}]},
					"steps": [{"at": ["s"], "bakeSeconds": 300, "weight": 5}],
				},
			},
		},
		{
			"facts": {
				"analyses": [{"at": ["m"], "failureLimit": {"value": 2}, "intervalSeconds": {"value": 150}, "name": "m"}],
				"kind": "AnalysisTemplate",
				"name": "t",
				"role": "analysis",
			},
		},
	],
}
