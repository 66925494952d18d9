package servelint.rules.rollout["rollout-budget-exposure_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollout-budget-exposure"] as rule

# The budget is 1000 s, of which the team allows a rollout 10 %: 100 s of total failure.
test_flags_the_step_that_spends_too_much if {
	said(latency([5, 50], 201)) == {exposed(1, ["2", "10.1", "`p99`", "3", "21", "`slow`", "10", "`maxRolloutBudgetFraction`"])}
	said(latency([50], 600)) == {exposed(0, ["1", "30", "`p99`", "10", "`slow`", "10", "`maxRolloutBudgetFraction`"])}
}

test_flags_a_second_against_a_budget_of_a_second if {
	small := testing.after(latency([50], 1), {"/facts/slos/0/windowSeconds": 100})
	said(small) == {exposed(0, ["1", "50", "`p99`", "1", "`slow`", "10", "`maxRolloutBudgetFraction`"])}
	tiny := testing.after(latency([50], 0.001), {"/facts/slos/0/windowSeconds": 0.1})
	count(said(tiny)) == 1
}

test_accepts_a_step_that_spends_exactly_the_limit if {
	said(latency([50], 200)) == set()
	said(latency([50], 200.0000001)) == set()
}

test_accepts_a_small_step if {
	said(latency([5], 600)) == set()
}

# The window of 1000 s reaches 2 % errors after 20 s, so a detection of 180 s exposes 200 s.
test_flags_errors_that_are_found_late if {
	said(errors("gt", 0.02, 182)) == {exposed(0, ["1", "10.1", "`p99`", "3", "22", "`slow`", "10", "`maxRolloutBudgetFraction`"])}
	said(errors("lt", 0.98, 182)) == {exposed(0, ["1", "10.1", "`p99`", "3", "22", "`slow`", "10", "`maxRolloutBudgetFraction`"])}
}

test_accepts_errors_that_are_found_exactly_in_time if {
	said(errors("gt", 0.02, 180)) == set()
	said(errors("lt", 0.98, 180)) == set()
}

test_ignores_checks_of_another_analysis if {
	other := testing.after(latency([50], 600), {
		"/facts/rollout/checks/0/analysis": 1,
		"/spec/rollout/analysis/-": {"name": "ctr"},
		"/facts/rollout/analysis/-": {"kind": "metric"},
	})
	said(other) == set()
}

test_ignores_a_metric_without_an_slo_which_has_no_budget if {
	said(testing.without(latency([50], 600), ["/facts/rollout/analysis/0/slo"])) == set()
	said(testing.after(errors("gt", 0.02, 1000), {"/facts/rollout/analysis/0/kind": "metric"})) == set()
}

test_ignores_an_slo_that_leaves_no_budget if {
	said(testing.after(latency([50], 600), {"/facts/slos/0/budgetRatio": 0})) == set()
	said(testing.after(latency([50], 600), {"/facts/slos/0/budgetRatio": -1})) == set()
}

test_ignores_an_analysis_that_stops_at_once if {
	said(latency([50], 0)) == set()
}

test_ignores_unfinished_documents if {
	every path in ["/facts", "/facts/slos", "/facts/slos/0/windowSeconds", "/facts/rollout/analysis/0/exposureSeconds"] {
		said(testing.without(latency([50], 600), [path])) == set()
	}
	said(testing.without(errors("gt", 0.02, 1000), ["/facts/spec"])) == set()
	said({}) == set()
}

exposed(step, says) := {
	"at": ["spec", "rollout", "steps", step, "weight"],
	"related": [["spec", "rollout", "analysis", 0], ["spec", "slos", 0]],
	"says": says,
}

latency(weights, exposure) := {
	"spec": {"slos": [{"name": "p99"}], "rollout": {"analysis": [{"name": "slow"}]}},
	"facts": {
		"slos": [{"windowSeconds": 100000, "budgetRatio": 0.01}],
		"rollout": {
			"analysis": [{"kind": "latency", "slo": 0, "exposureSeconds": exposure}],
			"checks": [{"step": i, "analysis": 0, "weight": w} | some i, w in weights],
		},
	},
}

errors(op, threshold, detection) := testing.after(latency([50], 0), {
	"/spec/rollout/analysis/0": {"name": "slow", "op": op, "threshold": threshold},
	"/facts/spec": {"rollout": {"analysis": [{"window": 1000}]}},
	"/facts/rollout/analysis/0": {"kind": "availability", "slo": 0, "detectionSeconds": detection},
})

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.policy as {"maxRolloutBudgetFraction": 0.1}
}
