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

test_flags_empty_serving_slos if {
	said_1([{"op": "replace", "path": "/serving/spec/slos/0", "value": {}}]) == {
		{
			"at": ["artifacts", 0, "b"],
			"related": [["serving", "spec", "slos"]],
			"says": ["`a`", "1", "`1`", "0.1"],
			"severity": "warning",
		},
	}
}

test_flags_other_numbers_of_alerts_budget_ratio if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/alerts/0/budgetRatio/value", "value": 1.01}]) == {
		{
			"at": ["artifacts", 0, "b"],
			"related": [["serving", "spec", "slos"]],
			"says": ["`a`", "101", "`availability`", "0.1"],
			"severity": "warning",
		},
	}
}

test_flags_other_numbers_of_slos_value_seconds if {
	said_2([{"op": "replace", "path": "/serving/facts/slos/1/valueSeconds", "value": 0.2}]) == {{"at": ["artifacts", 0, "w"], "related": [["serving", "spec", "slos", 1, "window"]], "says": ["`latency`", "7", "30"]}}
}

test_flags_other_numbers_of_slos_window_seconds if {
	said_2([{"op": "replace", "path": "/serving/facts/slos/1/windowSeconds", "value": 604800}]) == {
		{
			"at": ["artifacts", 0, "l"],
			"related": [["serving", "spec", "slos", 1, "value"]],
			"says": ["`latency`", "200", "100"],
		},
	}
}

test_flags_the_places if {
	said_2([]) == {
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
	said_3([]) == {
		{
			"at": ["artifacts", 0, "t"],
			"related": [["serving", "spec", "slos", 0, "target"]],
			"says": ["`ranker-availability`", "99.5", "99.9"],
		},
	}
}

test_ignores_other_numbers_of_slos_target if {
	said_3([{"op": "replace", "path": "/serving/spec/slos/0/target", "value": 1}]) == set()
}

test_ignores_without_artifacts_platform if {
	said_1([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
}

test_ignores_without_serving if {
	said_1([{"op": "remove", "path": "/serving"}]) == set()
	said_2([{"op": "remove", "path": "/serving"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_1 := {
	"artifacts": [
		{
			"facts": {"alerts": [{"budgetRatio": {"at": ["b"], "value": 0.01}, "name": "a"}], "platform": "prometheus"},
		},
	],
	"service": "ranker",
	"serving": {
		"facts": {
			"slos": [{"budgetRatio": 0.001, "windowSeconds": 2592000}, {"valueSeconds": 0.1, "windowSeconds": 2592000}],
		},
		"spec": {
			"slos": [
				{"indicator": {"type": "availability"}, "name": "availability", "target": 0.999},
				{"indicator": {"type": "request_latency"}, "name": "latency", "target": 0.99},
			],
		},
	},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"platform": "openslo",
				"slos": [
					{
						"at": ["o"],
						"name": "latency",
						"thresholdSeconds": {"at": ["l"], "value": 0.2},
						"windowSeconds": {"at": ["w"], "value": 604800},
					},
				],
			},
		},
	],
	"service": "ranker",
	"serving": {
		"facts": {
			"slos": [{"budgetRatio": 0.001, "windowSeconds": 2592000}, {"valueSeconds": 0.1, "windowSeconds": 2592000}],
		},
		"spec": {
			"slos": [
				{"indicator": {"type": "availability"}, "name": "availability", "target": 0.999},
				{"indicator": {"type": "request_latency"}, "name": "latency", "target": 0.99},
			],
		},
	},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_3 := {
	"artifacts": [
		{
			"facts": {
				"platform": "openslo",
				"slos": [
					{
						"at": ["o"],
						"name": "ranker-availability",
						"rawTarget": {"at": ["t"], "value": 0.995},
						"target": {"at": ["t"], "value": 0.995},
						"unit": "ratio",
					},
				],
			},
		},
	],
	"service": "ranker",
	"serving": {
		"facts": {
			"slos": [{"budgetRatio": 0.001, "windowSeconds": 2592000}, {"valueSeconds": 0.1, "windowSeconds": 2592000}],
		},
		"spec": {
			"slos": [
				{"indicator": {"type": "availability"}, "name": "availability", "target": 0.999},
				{"indicator": {"type": "request_latency"}, "name": "latency", "target": 0.99},
			],
		},
	},
}
