package servelint.lib.pods_test

import data.servelint.lib.pods

# Replicas, weight, surge, and the pods of the canary and of the stable version, worked out from the rules of Argo's controller.
canaries := [
	[0, 50, 0, 0, 0],
	[0, 50, 1, 0, 0],
	[1, 0, 0, 0, 1],
	[1, 1, 0, 0, 1],
	[1, 49, 0, 0, 1],
	[1, 50, 0, 1, 0],
	[1, 99, 0, 1, 0],
	[1, 100, 0, 1, 0],
	[1, 0, 1, 0, 1],
	[1, 10, 1, 1, 1],
	[1, 50, 1, 1, 1],
	[1, 99, 1, 1, 1],
	[1, 100, 1, 1, 0],
	[2, 1, 0, 1, 1],
	[2, 10, 1, 1, 2],
	[2, 50, 1, 1, 1],
	[2, 99, 1, 2, 1],
	[2, 100, 1, 2, 0],
	[3, 10, 0, 1, 2],
	[3, 10, 1, 1, 3],
	[3, 25, 1, 1, 3],
	[3, 33, 1, 1, 2],
	[3, 49, 0, 1, 2],
	[3, 49, 1, 2, 2],
	[3, 50, 0, 2, 1],
	[3, 50, 1, 2, 2],
	[4, 5, 1, 1, 4],
	[4, 20, 0, 1, 3],
	[4, 20, 1, 1, 4],
	[4, 30, 1, 1, 3],
	[4, 75, 1, 3, 1],
	[5, 5, 0, 1, 4],
	[5, 5, 1, 1, 5],
	[5, 25, 0, 1, 4],
	[5, 50, 0, 3, 2],
	[5, 50, 1, 3, 3],
	[5, 90, 1, 5, 1],
	[6, 10, 1, 1, 6],
	[6, 20, 1, 1, 5],
	[8, 20, 1, 2, 7],
	[8, 40, 1, 3, 5],
	[10, 0, 1, 0, 10],
	[10, 1, 1, 1, 10],
	[10, 5, 0, 1, 9],
	[10, 14, 0, 1, 9],
	[10, 15, 0, 2, 8],
	[10, 18, 1, 2, 9],
	[10, 19, 1, 2, 9],
	[10, 20, 1, 2, 8],
	[10, 23, 1, 2, 8],
	[10, 24, 1, 3, 8],
	[10, 25, 1, 3, 8],
	[10, 99, 0, 9, 1],
	[10, 99, 1, 10, 1],
	[10, 100, 1, 10, 0],
	[20, 1, 1, 1, 20],
	[20, 33, 0, 7, 13],
]

test_a_canary_has_the_pods_that_argo_gives_it if {
	wrong := [row |
		some row in canaries
		[replicas, weight, surge, canary, stable] := row
		pods.canary(replicas, weight, surge) != {"canary": canary, "total": canary + stable}
	]
	wrong == []
}

# Where half a pod cannot be rounded up, because none would be left of the stable version, it is not rounded down either.
test_a_canary_may_have_no_pod_at_all if {
	every pair in [[2, 75], [5, 90], [10, 95], [25, 98], [50, 99]] {
		[replicas, weight] := pair
		pods.canary(replicas, weight, 0) == {"canary": 0, "total": replicas}
	}
}

test_a_surge_is_rounded_up_and_what_may_be_missing_down if {
	table := [
		["25%", "25%", 1, 1, 0],
		["25%", "25%", 3, 1, 0],
		["25%", "25%", 4, 1, 1],
		["25%", "25%", 5, 2, 1],
		["25%", "25%", 10, 3, 2],
		["50%", "50%", 2, 1, 1],
		[1, 0, 4, 1, 0],
		["0%", "34%", 10, 0, 3],
		["39%", "39%", 10, 4, 3],
		["100%", 0, 3, 3, 0],
		[0, "25%", 3, 0, 1],
		["0%", "0%", 10, 0, 1],
		[0, 0, 10, 0, 1],
	]
	wrong := [row |
		some row in table
		[surge, unavailable, replicas, more, fewer] := row
		pods.limits(surge, unavailable, replicas) != {"surge": more, "unavailable": fewer}
	]
	wrong == []
}

# A PodDisruptionBudget rounds both of its settings up.
test_a_percentage_of_a_budget_is_rounded_up if {
	pods.up("50%", 3) == 2
	pods.up("50%", 1) == 1
	pods.up("100%", 7) == 7
	pods.up("25%", 4) == 1
	pods.up("0%", 4) == 0
	pods.up("1%", 4) == 1
	pods.up(2, 4) == 2
	pods.down("50%", 3) == 1
}

test_what_is_no_setting_is_undefined if {
	every text in ["", "some", "25", "${SURGE}", "-5%", "2.5%"] {
		not pods.up(text, 4)
		not pods.down(text, 4)
		not pods.limits(text, 0, 4)
		not pods.limits(0, text, 4)
	}
}
