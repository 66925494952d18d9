package servelint.rules.rollout["rollback-threshold-unresolvable_test"]

import data.servelint.rules.rollout["rollback-threshold-unresolvable"] as rule

test_flags_threshold_below_one_error if {
	places(spec("gt", 0.0005, [1800])) == {["spec", "rollout", "analysis", 0, "threshold"]}
}

test_says_the_numbers if {
	some f in rule.finding with input as spec("gt", 0.0005, [1800]) with data.servelint.policy as policy
	f.message == concat(" ", [
		"analysis `errors` fails at 0.05 % errors, only 0.9 of the 1800 requests that step 1 sees",
		"at trough; 2 are wanted",
	])
}

test_flags_the_step_with_the_fewest_requests_once if {
	some f in rule.finding with input as spec("gt", 0.0005, [3000, 1800, 9000]) with data.servelint.policy as policy
	f.related[0].at == ["spec", "rollout", "steps", 1]
	count(places(spec("gt", 0.0005, [3000, 1800, 9000]))) == 1
}

test_flags_success_floor if {
	count(places(spec("lt", 0.9995, [1800]))) == 1
}

test_flags_zero_tolerance if {
	count(places(spec("gt", 0, [1800]))) == 1
}

test_accepts_exactly_the_wanted_errors if {
	count(places(spec("gt", 0.001, [2000]))) == 0
	count(places(spec("lt", 0.999, [2000]))) == 0
}

test_accepts_more_errors if {
	count(places(spec("gt", 0.0025, [1800, 9000]))) == 0
}

test_ignores_other_kinds_of_analysis if {
	count(places(json.patch(spec("gt", 0.0005, [1800]), [{
		"op": "replace",
		"path": "/facts/rollout/analysis/0/kind",
		"value": "metric",
	}]))) == 0
}

test_ignores_analysis_that_no_step_names if {
	count(places(spec("gt", 0.0005, []))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(object.remove(spec("gt", 0.0005, [1800]), ["facts"]))) == 0
	count(places(json.remove(spec("gt", 0.0005, [1800]), ["facts/rollout/checks"]))) == 0
	count(places(json.remove(spec("gt", 0.0005, [1800]), ["facts/rollout/checks/0/troughSamples"]))) == 0
}

policy := {"minExpectedErrorsAtThreshold": 2}

spec(op, threshold, samples) := {
	"spec": {"rollout": {"analysis": [{"name": "errors", "slo": "availability", "op": op, "threshold": threshold}]}},
	"facts": {"rollout": {
		"analysis": [{"kind": "availability", "slo": 0}],
		"checks": [{"step": i, "analysis": 0, "troughSamples": n} | some i, n in samples],
	}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc with data.servelint.policy as policy
}
