package servelint.rules.rollout["traffic-shift-out-of-range_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["traffic-shift-out-of-range"] as rule

# SageMaker takes a canary up to 50 %, linear steps of 10 to 50 % and a wait up to an hour.
test_flags_a_canary_that_is_too_large if {
	said("canary", 51, 300) == {{"at": ["artifacts", 0, "step"], "says": ["51", "50"]}}
}

test_flags_a_linear_step_outside_of_the_limits if {
	every step in [9, 51] {
		said("linear", step, 300) == {{"at": ["artifacts", 0, "step"], "says": [sprintf("%d", [step]), "10", "50"]}}
	}
}

test_flags_a_wait_of_more_than_an_hour if {
	every strategy in ["canary", "linear"] {
		said(strategy, 10, 3601) == {{"at": ["artifacts", 0, "wait"], "says": ["1", "1", "1"]}}
	}
}

test_flags_each_shape_of_step_by_its_name if {
	some canary in rule.finding with input as review("sagemaker", "canary", 51, 300)
	startswith(canary.message, "a canary of 51 %")
	some linear in rule.finding with input as review("sagemaker", "linear", 51, 300)
	startswith(linear.message, "a linear step of 51 %")
}

test_accepts_the_limits_themselves if {
	said("canary", 50, 3600) == set()
	said("canary", 1, 0) == set()
	said("linear", 10, 3600) == set()
	said("linear", 50, 3600) == set()
}

test_ignores_other_platforms if {
	every strategy in ["canary", "linear"] {
		count(rule.finding) == 0 with input as review("ray-serve", strategy, 60, 7200)
	}
}

review(platform, strategy, step, wait) := {"artifacts": [{"facts": {"platform": platform, "role": "rollout", "rollout": {
	"strategy": {"value": strategy, "at": ["strategy"]},
	"stepPercent": {"value": step, "at": ["step"]},
	"intervalSeconds": {"value": wait, "at": ["wait"]},
}}}]}

said(strategy, step, wait) := found if {
	found := testing.all(rule.finding) with input as review("sagemaker", strategy, step, wait)
}

# Strategy, percent of a step, wait, wait at the end and limit in seconds, and whether the waits fit.
timed := [
	["linear", 10, 1800, 600, 3600, false],
	["linear", 25, 600, 600, 2400, false],
	["linear", 25, 600, 600, 2401, true],
	["linear", 30, 600, 0, 1801, true],
	["canary", 10, 600, 600, 1200, false],
	["canary", 10, 600, 600, 1201, true],
	["allAtOnce", 10, 600, 600, 1000, true],
]

test_the_waits_fit_into_the_time_of_the_update if {
	wrong := [row |
		some row in timed
		[strategy, percent, wait, end, limit, fits] := row
		policy := {"BlueGreenUpdatePolicy": {"TerminationWaitInSeconds": end, "MaximumExecutionTimeoutInSeconds": limit}}
		shift := {"strategy": {"value": strategy}, "stepPercent": {"value": percent, "at": ["p"]}, "intervalSeconds": {"value": wait, "at": ["w"]}}
		exceeded(policy, shift) == fits
	]
	wrong == []
}

test_a_rolling_update_waits_after_each_batch if {
	shift := {"strategy": {"value": "rolling"}, "intervalSeconds": {"value": 600, "at": ["w"]}}
	batches(25, 2400, shift)
	not batches(25, 2401, shift)
	not batches(50, 2400, shift)
}

batches(percent, limit, shift) if exceeded(
	{"RollingUpdatePolicy": {"MaximumBatchSize": {"Type": "CAPACITY_PERCENT", "Value": percent}, "MaximumExecutionTimeoutInSeconds": limit}},
	shift,
)

exceeded(policy, shift) := count([f |
	some f in found
	f.at[count(f.at) - 1] == "MaximumExecutionTimeoutInSeconds"
]) > 0 if {
	doc := {"artifacts": [object.union(policy, {"facts": {"platform": "sagemaker", "role": "rollout", "rollout": object.union({"at": []}, shift)}})]}
	found := rule.finding with input as doc
		with data.servelint.platforms as {"defaults": {}}
}

test_flags_a_rule_whose_backends_all_weigh_nothing if {
	at := [f.at | some f in weighed("gateway-api", [0, 0])]
	at == [["artifacts", 1, "rule"]]
	count(weighed("gateway-api", [0])) == 1
	count(weighed("istio", [0, 0])) == 1
}

test_accepts_a_rule_with_a_backend_that_answers if {
	weighed("gateway-api", [0, 1]) == set()
	weighed("gateway-api", []) == set()

	# A single destination of Istio gets all requests, whatever its weight.
	weighed("istio", [0]) == set()
	unweighed := testing.without(rule_of("gateway-api", [0, 0]), ["/artifacts/1/facts/routes/0/backends/0/weight"])
	found := testing.all(rule.finding) with input as unweighed
	found == set()
}

weighed(platform, weights) := found if {
	found := testing.all(rule.finding) with input as rule_of(platform, weights)
}

rule_of(platform, weights) := {"artifacts": [
	{"facts": {"kind": "Service", "platform": "kubernetes", "name": "ranker"}},
	{"facts": {"kind": "HTTPRoute", "platform": platform, "name": "front", "routes": [{
		"at": ["rule"],
		"backends": [{"name": "ranker", "weight": {"value": weight, "at": ["weight"]}} | some weight in weights],
	}]}},
]}
