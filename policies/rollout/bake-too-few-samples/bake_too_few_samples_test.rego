package servelint.rules.rollout["bake-too-few-samples_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["bake-too-few-samples"] as rule

test_flags_too_few_samples if {
	places(spec(45, 93)) == {["spec", "rollout", "steps", 0, "bake"]}
}

test_says_the_numbers if {
	some f in rule.finding with input as spec(45, 93)
	f.message == "step 1 sees 45 requests at trough in 10m; 93 are needed before `ttft` can be judged"
	f.help == "Make `bake` and `window` at least 20m40s long, or give the step a larger weight."
}

test_flags_step_without_traffic if {
	idle := json.remove(spec(0, 93), ["facts/rollout/checks/0/neededBakeSeconds"])
	some f in rule.finding with input as idle
	f.help == "Give the step some traffic, or leave the analysis out of it."
}

test_flags_one_sample_too_few if {
	count(places(spec(92, 93))) == 1
}

test_accepts_exactly_enough if {
	count(places(spec(93, 93))) == 0
	count(places(spec(92.99999999999999, 93))) == 0
}

test_ignores_analyses_that_need_no_number if {
	count(places(json.remove(spec(45, 93), ["facts/rollout/checks/0/requiredSamples"]))) == 0
}

test_ignores_unknown_traffic if {
	count(places(json.remove(spec(45, 93), ["facts/rollout/checks/0/troughSamples"]))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(object.remove(spec(45, 93), ["facts"]))) == 0
}

spec(seen, needed) := {
	"spec": {"rollout": {"analysis": [{"name": "ttft"}]}},
	"facts": {"rollout": {"analysis": [{}], "checks": [{
		"step": 0,
		"analysis": 0,
		"sampleSeconds": 600,
		"troughSamples": seen,
		"requiredSamples": needed,
		"neededBakeSeconds": needed / 0.075,
	}]}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["spec", "rollout", "steps", 0, "bake"],
			"help": "Give the step some traffic, or leave the analysis out of it.",
			"related": [["spec", "rollout", "analysis", 0]],
			"says": ["1", "0", "10", "93", "`ttft`"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {
		"rollout": {
			"analysis": [{}],
			"checks": [{"analysis": 0, "requiredSamples": 93, "sampleSeconds": 600, "step": 0, "troughSamples": 0}],
		},
	},
	"spec": {"rollout": {"analysis": [{"name": "ttft"}]}},
}

test_flags_other_numbers_of_checks_needed_bake_seconds if {
	said_more([{"op": "replace", "path": "/facts/rollout/checks/0/neededBakeSeconds", "value": 1240.00000000124}]) == {
		{
			"at": ["spec", "rollout", "steps", 0, "bake"],
			"help": "Make `bake` and `window` at least 20m41s long, or give the step a larger weight.",
			"related": [["spec", "rollout", "analysis", 0]],
			"says": ["1", "45", "10", "93", "`ttft`"],
		},
	}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {
		"rollout": {
			"analysis": [{}],
			"checks": [
				{
					"analysis": 0,
					"neededBakeSeconds": 1240,
					"requiredSamples": 93,
					"sampleSeconds": 600,
					"step": 0,
					"troughSamples": 45,
				},
			],
		},
	},
	"spec": {"rollout": {"analysis": [{"name": "ttft"}]}},
}
