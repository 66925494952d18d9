package servelint.rules.slo["burnrate-unreachable_test"]

import data.servelint.rules.slo["burnrate-unreachable"] as rule

test_flags_burn_rate_above_the_whole_budget if {
	places(spec(14.4, 0.9)) == {["spec", "alerts", 0, "burnRate"]}
	places(spec(6, 0.8)) == {["spec", "alerts", 0, "burnRate"]}
}

test_flags_burn_rate_that_needs_every_request_to_fail if {
	places(spec(10, 0.9)) == {["spec", "alerts", 0, "burnRate"]}
	places(spec(20, 0.95)) == {["spec", "alerts", 0, "burnRate"]}
}

test_accepts_burn_rate_within_reach if {
	count(places(spec(14.4, 0.94))) == 0
	count(places(spec(9.99, 0.9))) == 0
	count(places(spec(1, 0.5))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"alerts": [{"burnRate": 14.4}]}, "facts": {"alerts": [{}]}})) == 0
}

spec(burn_rate, target) := {
	"spec": {
		"alerts": [{"slo": "latency", "burnRate": burn_rate}],
		"slos": [{"name": "latency", "target": target}],
	},
	"facts": {"alerts": [{
		"slo": 0,
		"errorRatio": burn_rate * (1 - target),
		"maxReachableBurnRate": 1 / (1 - target),
	}]},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}
