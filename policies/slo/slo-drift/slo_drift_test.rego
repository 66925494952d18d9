package servelint.rules.slo["slo-drift_test"]

import data.servelint.lib.testing
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

test_ignores_a_number_in_the_wrong_unit if {
	slo := object.union(objective("availability", 0.00999), {"unit": "percent", "rawTarget": placed(0.999, "t")})
	places(review([slo])) == set()
}

test_flags_the_only_one_about_availability if {
	places(review([object.union(objective("requests", 0.99), {"indicator": "availability"})])) == {["artifacts", 0, "t"]}
}

test_accepts_a_manifest_that_states_what_the_specification_says if {
	places(review([objective("availability", 0.999)])) == set()
	places(review([objective("ranker-availability", 0.999)])) == set()
	seconds := {"name": "latency", "at": ["o"], "windowSeconds": placed(2592000, "w"), "thresholdSeconds": placed(0.1, "l")}
	places(review([seconds])) == set()
}

test_the_messages_name_both_numbers if {
	slo := {"name": "latency", "at": ["o"], "windowSeconds": placed(604800, "w"), "thresholdSeconds": placed(0.2, "l")}
	said(review([slo])) == {
		{
			"at": ["artifacts", 0, "l"],
			"related": [["serving", "spec", "slos", 1, "value"]],
			"says": ["`latency`", "200", "100"],
		},
		{
			"at": ["artifacts", 0, "w"],
			"related": [["serving", "spec", "slos", 1, "window"]],
			"says": ["`latency`", "7", "30"],
		},
	}
	said(review([objective("ranker-availability", 0.995)])) == {{
		"at": ["artifacts", 0, "t"],
		"related": [["serving", "spec", "slos", 0, "target"]],
		"says": ["`ranker-availability`", "99.5", "99.9"],
	}}
	said(alerting(0.01)) == {{
		"at": ["artifacts", 0, "b"],
		"related": [["serving", "spec", "slos"]],
		"says": ["`a`", "1", "`availability`", "0.1"],
		"severity": "warning",
	}}
}

test_the_messages_say_objective_or_alert if {
	slo := object.union(objective("latency", 0.9), {"windowSeconds": placed(604800, "w"), "thresholdSeconds": placed(0.2, "l")})
	found := {f.message | some f in rule.finding} with input as review([slo])
	count(found) == 3
	every message in found { startswith(message, "objective `latency` ") }
	alert := {f.message | some f in rule.finding} with input as alerting(0.01)
	every message in alert { startswith(message, "alert `a` ") }
	open := {u.message | some u in rule.unchecked} with input as review([objective("freshness", 0.5)])
	every message in open { contains(message, "objective `freshness`") }
}

test_an_slo_without_a_name_is_called_by_its_number if {
	doc := testing.after(alerting(0.01), {"/serving/spec/slos/0": {}})
	{f.says | some f in said(doc)} == {["`a`", "1", "`1`", "0.1"]}
}

test_a_budget_may_be_a_thousandth_off if {
	places(alerting(0.0010009)) == set()
	places(alerting(0.0010015)) == {["artifacts", 0, "b"]}
	places(alerting(1.01)) == {["artifacts", 0, "b"]}
}

test_one_of_several_budgets_is_enough if {
	doc := testing.after(alerting(0.01), {"/serving/facts/slos/1/budgetRatio": 0.01})
	places(doc) == set()
}

test_a_target_of_one_has_no_budget_to_compare if {
	doc := testing.after(review([objective("availability", 0.995)]), {"/serving/spec/slos/0/target": 1})
	places(doc) == set()
}

test_budgets_of_other_platforms_are_not_compared if {
	places(testing.without(alerting(0.01), ["/artifacts/0/facts/platform"])) == set()
	other := testing.after(alerting(0.01), {"/artifacts/0/facts/platform": "openslo"})
	places(other) == set()
}

test_ignores_reviews_without_specification if {
	places({"artifacts": [{"facts": {"slos": [objective("availability", 0.5)]}}]}) == set()
	places(testing.without(alerting(0.01), ["/serving"])) == set()
	left(testing.without(review([objective("availability", 0.5)]), ["/serving"])) == set()
}

test_ignores_objectives_that_are_not_in_the_specification if {
	places(review([objective("freshness", 0.5)])) == set()
	left(review([objective("freshness", 0.5)])) == {["artifacts", 0, "o"]}
	left(review([objective("availability", 0.5)])) == set()
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
	at := testing.places(rule.finding) with input as review
}

left(doc) := at if {
	at := {u.at | some u in rule.unchecked} with input as doc
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
