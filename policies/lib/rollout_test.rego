package servelint.lib.rollout_test

import data.servelint.lib.compare
import data.servelint.lib.rollout

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
