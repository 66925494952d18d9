package servelint.rules.rollout["rollout-budget-exposure_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollout-budget-exposure"] as rule

# A budget of 1000 s: 100 s of total failure are 10 %.
test_flags_step_that_risks_too_much if {
	places(latency([5, 50], 201)) == {["spec", "rollout", "steps", 1, "weight"]}
}

test_says_the_numbers if {
	some f in rule.finding with input as latency([50], 600) with data.servelint.policy as policy
	f.message == "step 1 can spend 30 % of the budget of SLO `p99` in the 10m until `slow` stops it; the team allows 10 %"
}

test_accepts_exactly_the_limit if {
	count(places(latency([50], 200))) == 0
}

test_accepts_small_exposure if {
	count(places(latency([5], 600))) == 0
}

test_flags_errors_that_are_found_late if {
	places(errors("gt", 0.02, 1000)) == {["spec", "rollout", "steps", 0, "weight"]}
}

# 20 s to fill the window up to the threshold, 180 s to detect.
test_accepts_errors_exactly_at_the_limit if {
	count(places(errors("gt", 0.02, 180))) == 0
	count(places(errors("lt", 0.98, 180))) == 0
	count(places(errors("lt", 0.98, 181))) == 1
}

test_ignores_metrics_without_a_budget if {
	free := json.patch(latency([50], 600), [{"op": "remove", "path": "/facts/rollout/analysis/0/slo"}])
	count(places(free)) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(object.remove(latency([50], 600), ["facts"]))) == 0
	count(places(json.remove(latency([50], 600), ["facts/slos"]))) == 0
	count(places(json.remove(latency([50], 600), ["facts/slos/0/windowSeconds"]))) == 0
	count(places(json.remove(latency([50], 600), ["facts/rollout/analysis/0/exposureSeconds"]))) == 0
	count(places(json.remove(errors("gt", 0.02, 1000), ["facts/spec"]))) == 0
}

policy := {"maxRolloutBudgetFraction": 0.1}

slos := {"slos": [{"kind": "latency", "windowSeconds": 100000, "budgetRatio": 0.01}]}

latency(weights, exposure) := {
	"spec": {"slos": [{"name": "p99"}], "rollout": {"analysis": [{"name": "slow"}]}},
	"facts": object.union(slos, {"rollout": {
		"analysis": [{"kind": "latency", "slo": 0, "exposureSeconds": exposure}],
		"checks": [{"step": i, "analysis": 0, "weight": w} | some i, w in weights],
	}}),
}

errors(op, threshold, detection) := {
	"spec": {
		"slos": [{"name": "availability"}],
		"rollout": {"analysis": [{"name": "errors", "op": op, "threshold": threshold}]},
	},
	"facts": object.union(slos, {
		"spec": {"rollout": {"analysis": [{"window": 1000}]}},
		"rollout": {
			"analysis": [{"kind": "availability", "slo": 0, "detectionSeconds": detection}],
			"checks": [{"step": 0, "analysis": 0, "weight": 50}],
		},
	}),
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc with data.servelint.policy as policy
}

test_flags_other_numbers_of_slos_window_seconds if {
	said([{"op": "replace", "path": "/facts/slos/0/windowSeconds", "value": 100}]) == {
		{
			"at": ["spec", "rollout", "steps", 0, "weight"],
			"related": [["spec", "rollout", "analysis", 0], ["spec", "slos", 0]],
			"says": ["1", "30000", "`p99`", "10", "`slow`", "10"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"maxRolloutBudgetFraction": 0.1}
}

example := {
	"facts": {
		"rollout": {
			"analysis": [{"exposureSeconds": 600, "kind": "latency", "slo": 0}],
			"checks": [{"analysis": 0, "step": 0, "weight": 50}],
		},
		"slos": [{"budgetRatio": 0.01, "kind": "latency", "windowSeconds": 100000}],
	},
	"spec": {"rollout": {"analysis": [{"name": "slow"}]}, "slos": [{"name": "p99"}]},
}

test_flags_other_numbers_of_analysis_exposure_seconds if {
	said_more_1([{"op": "replace", "path": "/facts/rollout/analysis/0/exposureSeconds", "value": 1}]) == {
		{
			"at": ["spec", "rollout", "steps", 0, "weight"],
			"related": [["spec", "rollout", "analysis", 0], ["spec", "slos", 0]],
			"says": ["1", "50", "`p99`", "1", "`slow`", "10"],
		},
	}
}

test_flags_other_numbers_of_slos_window_seconds_too if {
	said_more_1([{"op": "replace", "path": "/facts/slos/0/windowSeconds", "value": 0.01}]) == {
		{
			"at": ["spec", "rollout", "steps", 0, "weight"],
			"related": [["spec", "rollout", "analysis", 0], ["spec", "slos", 0]],
			"says": ["1", "300000000", "`p99`", "10", "`slow`", "10"],
		},
	}
}

test_ignores_without_analysis_kind if {
	said_more_2([{"op": "remove", "path": "/facts/rollout/analysis/0/kind"}]) == set()
}

said_more_1(changes) := found if {
	doc := json.patch(example_more_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"maxRolloutBudgetFraction": 0.1}
}

example_more_1 := {
	"facts": {
		"rollout": {
			"analysis": [{"exposureSeconds": 600, "kind": "latency", "slo": 0}],
			"checks": [{"analysis": 0, "step": 0, "weight": 50}],
		},
		"slos": [{"budgetRatio": 0.01, "kind": "latency", "windowSeconds": 100}],
	},
	"spec": {"rollout": {"analysis": [{"name": "slow"}]}, "slos": [{"name": "p99"}]},
}

said_more_2(changes) := found if {
	doc := json.patch(example_more_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"maxRolloutBudgetFraction": 0.1}
}

example_more_2 := {
	"facts": {
		"rollout": {
			"analysis": [{"detectionSeconds": 181, "kind": "availability", "slo": 0}],
			"checks": [{"analysis": 0, "step": 0, "weight": 50}],
		},
		"slos": [{"budgetRatio": 0.01, "kind": "latency", "windowSeconds": 100000}],
		"spec": {"rollout": {"analysis": [{"window": 1000}]}},
	},
	"spec": {
		"rollout": {"analysis": [{"name": "errors", "op": "lt", "threshold": 0.98}]},
		"slos": [{"name": "availability"}],
	},
}
