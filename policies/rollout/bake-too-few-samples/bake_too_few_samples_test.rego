package servelint.rules.rollout["bake-too-few-samples_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["bake-too-few-samples"] as rule

test_flags_a_step_that_sees_too_few_requests if {
	said(check(45, 93)) == {{
		"at": ["spec", "rollout", "steps", 1, "bake"],
		"related": [["spec", "rollout", "analysis", 0]],
		"says": ["2", "45", "10", "93", "`ttft`"],
		"help": "Make `bake` and `window` at least 20m41s long, or give the step a larger weight.",
	}}
	{f.says[1] | some f in said(check(92, 93))} == {"92"}
}

test_flags_a_step_without_traffic_which_no_bake_time_helps if {
	said(object.remove(check(0, 93), ["neededBakeSeconds"])) == {{
		"at": ["spec", "rollout", "steps", 1, "bake"],
		"related": [["spec", "rollout", "analysis", 0]],
		"says": ["2", "0", "10", "93", "`ttft`"],
		"help": "Give the step some traffic before an analysis judges it.",
	}}
}

test_accepts_exactly_as_many_as_needed if {
	said(check(93, 93)) == set()
	said(check(92.99999999999999, 93)) == set()
}

test_ignores_analyses_that_need_no_number_and_unknown_traffic if {
	said(object.remove(check(45, 93), ["requiredSamples"])) == set()
	said(object.remove(check(45, 93), ["troughSamples"])) == set()
	count(rule.finding) == 0 with input as {}
}

check(seen, needed) := {
	"step": 1,
	"analysis": 0,
	"sampleSeconds": 600,
	"troughSamples": seen,
	"requiredSamples": needed,
	"neededBakeSeconds": 1240.2,
}

said(row) := found if {
	found := testing.all(rule.finding) with input as {
		"spec": {"rollout": {"analysis": [{"name": "ttft"}]}},
		"facts": {"rollout": {"analysis": [{}], "checks": [row]}},
	}
}
