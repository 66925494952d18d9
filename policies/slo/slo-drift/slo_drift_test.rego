package servelint.rules.slo["slo-drift_test"]

import data.servelint.rules.slo["slo-drift"] as rule

test_flags_a_target_that_differs if {
	places(review([objective("ranker-availability", 0.995)])) == {["artifacts", 0, "t"]}
}

test_flags_window_and_limit_that_differ if {
	slo := {"name": "latency", "at": ["o"], "windowSeconds": placed(604800, "w"), "thresholdSeconds": placed(0.2, "l")}
	places(review([slo])) == {["artifacts", 0, "w"], ["artifacts", 0, "l"]}
}

test_flags_an_alert_on_a_budget_that_no_slo_leaves if {
	places(alerting(0.01)) == {["artifacts", 0, "b"]}
	places(alerting(0.0009999999999999432)) == set()
}

test_accepts_the_same if {
	places(review([objective("availability", 0.999)])) == set()
	places(review([objective("ranker-availability", 0.999)])) == set()
}

test_ignores_a_number_in_the_wrong_unit if {
	slo := object.union(objective("availability", 0.00999), {"unit": "percent", "rawTarget": placed(0.999, "t")})
	places(review([slo])) == set()
}

test_ignores_objectives_that_are_not_in_the_specification if {
	places(review([objective("freshness", 0.5)])) == set()
	left([objective("freshness", 0.5)]) == {["artifacts", 0, "o"]}
	left([objective("availability", 0.5)]) == set()
}

test_flags_the_only_one_about_availability if {
	places(review([object.union(objective("requests", 0.99), {"indicator": "availability"})])) == {["artifacts", 0, "t"]}
}

test_ignores_reviews_without_specification if {
	places({"artifacts": [{"facts": {"slos": [objective("availability", 0.5)]}}]}) == set()
}

placed(value, key) := {"value": value, "at": [key]}

objective(name, target) := {"name": name, "at": ["o"], "target": placed(target, "t"), "unit": "ratio", "rawTarget": placed(target, "t")}

serving := {
	"spec": {"slos": [
		{"name": "availability", "indicator": {"type": "availability"}, "target": 0.999},
		{"name": "latency", "indicator": {"type": "request_latency"}, "target": 0.99},
	]},
	"facts": {"slos": [
		{"budgetRatio": 0.001, "windowSeconds": 2592000},
		{"windowSeconds": 2592000, "valueSeconds": 0.1},
	]},
}

review(slos) := {"service": "ranker", "serving": serving, "artifacts": [{"facts": {"platform": "openslo", "slos": slos}}]}

alerting(budget) := {
	"service": "ranker",
	"serving": serving,
	"artifacts": [{"facts": {"platform": "prometheus", "alerts": [{"name": "a", "budgetRatio": placed(budget, "b")}]}}],
}

places(review) := at if {
	at := {f.at | some f in rule.finding} with input as review
}

left(slos) := at if {
	at := {u.at | some u in rule.unchecked} with input as review(slos)
}
