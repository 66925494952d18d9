package servelint.lib.rollout_test

import data.servelint.lib.compare
import data.servelint.lib.rollout
import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-looser-than-slo"] as looser
import data.servelint.rules.rollout["rollback-threshold-unresolvable"] as unresolvable

test_only_canary_and_linear_move_in_steps if {
	rollout.stepped with input as {"spec": {"rollout": {"strategy": "canary"}}}
	rollout.stepped with input as {"spec": {"rollout": {"strategy": "linear"}}}
	every strategy in ["blueGreen", "rolling", "shadow"] {
		not rollout.stepped with input as {"spec": {"rollout": {"strategy": strategy}}}
	}
	not rollout.stepped with input as {}
}

test_weights_are_known_together_or_not_at_all if {
	rollout.weights == [5, 100] with input as canary([{"weight": 5}, {"weight": 100}])
	not rollout.weights with input as canary([{}, {"weight": 100}])
	not rollout.weights with input as {"spec": {"rollout": {"strategy": "canary"}}}
	not rollout.weights with input as {"spec": {"rollout": {"strategy": "rolling", "steps": [{"weight": 100}]}}}
}

canary(steps) := {"spec": {"rollout": {"strategy": "canary", "steps": steps}}}

test_a_ceiling_is_the_error_ratio if {
	rollout.error_ratio({"op": "gt", "threshold": 0.02}) == 0.02
	rollout.error_ratio({"op": "gte", "threshold": 0.02}) == 0.02
}

test_a_floor_leaves_the_error_ratio if {
	not compare.above(rollout.error_ratio({"op": "lt", "threshold": 0.98}), 0.02)
	not compare.below(rollout.error_ratio({"op": "lte", "threshold": 0.98}), 0.02)
}

test_no_error_ratio_beyond_all_requests if {
	every op in ["gt", "lt"] {
		rollout.error_ratio({"op": op, "threshold": 0})
		rollout.error_ratio({"op": op, "threshold": 1}) in {0, 1}
		not rollout.error_ratio({"op": op, "threshold": 1.5})
		not rollout.error_ratio({"op": op, "threshold": -0.5})
	}
}

test_no_error_ratio_without_a_number if {
	not rollout.error_ratio({"op": "gt", "threshold": "2%"})
	not rollout.error_ratio({"op": "gt"})
	not rollout.error_ratio({"threshold": 0.02})
}

test_steps_count_from_one if {
	rollout.step(0) == "step 1"
}

test_requests_are_whole_from_ten if {
	rollout.requests(44.99999999) == 45
	rollout.requests(92.7) == 92
	rollout.requests(44.9999985) == 44
	rollout.requests(10) == 10
	rollout.requests(10.57) == 10
	rollout.requests(9.87) == 9.9
	rollout.requests(0.9) == 0.9
}

# Two errors in 3600 requests are 0.05556 %; an SLO of 99.9 % allows 0.1 %.
test_the_interval_reaches_from_what_the_traffic_resolves_to_what_the_slo_allows if {
	feasible([3600, 18000], 0.001) == "Fail between 0.0556 % and 0.1 % errors: 2 errors are 0.0556 % of the 3600 requests of step 1 at trough. SLO `availability` allows 0.1 %."
	feasible([9000, 2000], 0.001) == "Fail between 0.1 % and 0.1 % errors: 2 errors are 0.1 % of the 2000 requests of step 2 at trough. SLO `availability` allows 0.1 %."
}

# Two errors in 1800 requests are 0.11111 %.
test_without_an_interval_it_says_what_makes_room if {
	feasible([1800], 0.001) == "No threshold fits: 2 errors are 0.1112 % of the 1800 requests of step 1 at trough, but SLO `availability` allows 0.1 %. A longer window and bake, a larger weight or more traffic lowers the first number."
}

test_the_noise_of_fractions_moves_no_end if {
	startswith(feasible([8000], 1 - 0.9995), "Fail between 0.025 % and 0.05 % errors")
	startswith(feasible([4000], 1 - 0.9995), "Fail between 0.05 % and 0.05 % errors")
}

test_without_traffic_or_target_there_is_no_interval if {
	feasible([], 0.001) == ""
	feasible([0], 0.001) == ""
	feasible([1800], null) == ""
}

# Whoever follows the advice of one of the two rules hears nothing from the other.
test_both_ends_of_the_interval_satisfy_both_rules if {
	every samples in [2001, 2857, 3600, 7919, 123457] {
		every target in [0.9, 0.99, 0.995, 0.999] {
			ends := regex.find_n(`[0-9.]+`, feasible([samples], 1 - target), 2)
			every end in ends {
				ratio := to_number(end) / 100
				quiet(judged([samples], 1 - target, "gt", ratio))
				quiet(judged([samples], 1 - target, "lt", 1 - ratio))
			}
		}
	}
}

test_one_rule_shows_the_interval_of_a_threshold_that_neither_accepts if {
	doc := judged([1000], 0.001, "gt", 0.0015)
	interval := feasible([1000], 0.001)
	helps(found_looser(doc)) == {interval}
	count(found_unresolvable(doc)) == 1
	helps(found_unresolvable(doc)) == set()
}

test_the_other_shows_it_where_a_reason_is_given if {
	doc := testing.after(judged([1000], 0.001, "gt", 0.0015), {"/spec/rollout/analysis/0/justification": "few requests"})
	interval := feasible([1000], 0.001)
	count(found_looser(doc)) == 0
	helps(found_unresolvable(doc)) == {interval}
}

quiet(doc) if {
	count(found_looser(doc)) == 0
	count(found_unresolvable(doc)) == 0
}

test_each_analysis_has_its_first_step if {
	plan := {
		"analysis": [{"name": "a"}, {"name": "b"}, {"name": "unused"}, {}],
		"steps": [{"weight": 1, "analysis": ["b"]}, {"weight": 5, "analysis": ["a", "b"]}, {"weight": 100}],
	}
	rollout.first_steps(plan) == {"a": 1, "b": 0}
	rollout.first_steps({"steps": []}) == {}
}

test_errors_are_brought_into_one_measure if {
	rollout.failing_errors("gt", 0.02) == 0.02
	rollout.failing_errors("gte", 2) == 0.02
	rollout.failing_errors("lt", 0.75) == 0.25
	rollout.failing_errors("lte", 75) == 0.25
}

test_a_query_names_milliseconds if {
	every query in ["x_ms_bucket", "x_ms{a}", "x_ms[5m]", "avg(x_ms)", "x_ms", "x_milliseconds", "x * 1000", "x*1000"] {
		rollout.in_milliseconds(query)
	}
	every query in ["x_seconds_bucket", "x_msgs_total", "x"] { not rollout.in_milliseconds(query) }
}

helps(findings) := {finding.help | some finding in findings; finding.help}

found_looser(doc) := findings if {
	findings := looser.finding with input as doc
		with data.servelint.policy as {"minExpectedErrorsAtThreshold": 2}
}

found_unresolvable(doc) := findings if {
	findings := unresolvable.finding with input as doc
		with data.servelint.policy as {"minExpectedErrorsAtThreshold": 2}
}

# Empty where there is none.
feasible(samples, budget) := concat("", shown) if {
	shown := [text | text := rollout.feasible(0, 0, 2)] with input as judged(samples, budget, "gt", 0.001)
}

judged(samples, budget, op, threshold) := {
	"spec": {
		"rollout": {"analysis": [{"name": "errors", "slo": "availability", "op": op, "threshold": threshold}]},
		"slos": [{"name": "availability"}],
	},
	"facts": {
		"rollout": {
			"analysis": [{"kind": "availability", "slo": 0}],
			"checks": [{"step": i, "analysis": 0, "troughSamples": n} | some i, n in samples],
		},
		"slos": [{"budgetRatio": budget}],
	},
}
