package servelint.rules.slo["burnrate-arithmetic_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["burnrate-arithmetic"] as rule

hour := 3600

day := 24 * hour

test_flags_factor_of_another_window if {
	places(spec(14.4, hour, 28 * day)) == {["spec", "alerts", 0, "burnRate"]}
	places(spec(14.4, 6 * hour, 30 * day)) == {["spec", "alerts", 0, "burnRate"]}
}

test_names_the_nearest_factor if {
	contains(message(spec(14.4, hour, 28 * day)), "13.44 would spend the usual 2 %")
	contains(message(spec(7, 6 * hour, 30 * day)), "6 would spend the usual 5 %")
}

test_accepts_factors_of_the_workbook if {
	every pair in [[14.4, hour], [6, 6 * hour], [3, day], [1, 3 * day]] {
		count(places(spec(pair[0], pair[1], 30 * day))) == 0
	}
	every pair in [[13.44, hour], [5.6, 6 * hour], [2.8, day], [0.933, 3 * day]] {
		count(places(spec(pair[0], pair[1], 28 * day))) == 0
	}
}

test_accepts_parts_of_a_short_window if {
	every pair in [[13.44, hour], [3.5, 6 * hour], [1.4, day], [0.98, 3 * day]] {
		count(places(spec(pair[0], pair[1], 7 * day))) == 0
	}
	count(places(spec(30, 6 * hour, 60 * day))) == 1
}

test_accepts_up_to_five_percent_off if {
	count(places(spec(15.12, hour, 30 * day))) == 0
	count(places(spec(15.13, hour, 30 * day))) == 1
	count(places(spec(13.68, hour, 30 * day))) == 0
	count(places(spec(13.67, hour, 30 * day))) == 1
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"alerts": [{}]}, "facts": {"alerts": [{}], "slos": []}})) == 0
	doc := spec(14.4, 6 * hour, 30 * day)
	every path in ["facts/alerts/0/slo", "facts/alerts/0/budgetFraction", "facts/slos/0/windowSeconds"] {
		count(places(json.remove(doc, [path]))) == 0
	}
}

spec(burn_rate, long, window) := {
	"spec": {"alerts": [{"burnRate": burn_rate, "longWindow": sprintf("%ds", [long])}]},
	"facts": {
		"spec": {"alerts": [{"longWindow": long}]},
		"alerts": [{"slo": 0, "budgetFraction": (burn_rate * long) / window}],
		"slos": [{"windowSeconds": window}],
	},
}

message(doc) := words if {
	words := concat("", [f.message | some f in rule.finding]) with input as doc
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_an_alert_of_a_manifest_with_a_factor_of_another_window if {
	places(alerting(14.4, [2419200])) == {["artifacts", 0, "rate"]}
}

test_accepts_the_factor_of_the_window if {
	places(alerting(13.44, [2419200])) == set()
	places(alerting(14.4, [2592000])) == set()
}

test_ignores_alerts_where_windows_differ_or_are_not_written if {
	places(alerting(14.4, [2419200, 604800])) == set()
	places(alerting(14.4, [])) == set()
}

alerting(rate, windows) := {"artifacts": [{"facts": {
	"slos": [{"windowSeconds": {"value": seconds, "at": ["window"]}} | some seconds in windows],
	"alerts": [{"burnRate": {"value": rate, "at": ["rate"]}, "longSeconds": {"value": 3600, "at": ["long"]}}],
}}]}

test_flags_other_numbers_of_alerts_budget_fraction if {
	said_2([{"op": "replace", "path": "/facts/alerts/0/budgetFraction", "value": 0}]) == {
		{
			"at": ["spec", "alerts", 0, "burnRate"],
			"related": [["spec", "slos", 0, "window"]],
			"says": ["`30`", "`21600s`", "0", "60", "4.8", "2"],
		},
	}
}

test_flags_other_numbers_of_alerts_burn_rate if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/alerts/0/burnRate/value", "value": 1}]) == {
		{
			"at": ["artifacts", 0, "rate"],
			"related": [["artifacts", 0, "window"]],
			"says": ["1", "1", "0.15", "28", "13.44", "2"],
		},
	}
}

test_flags_other_numbers_of_alerts_long_seconds if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/alerts/0/longSeconds/value", "value": 1}]) == {
		{
			"at": ["artifacts", 0, "rate"],
			"related": [["artifacts", 0, "window"]],
			"says": ["14.4", "1", "0", "28", "48384", "2"],
		},
	}
}

test_flags_other_numbers_of_slos_window_seconds if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/slos/0/windowSeconds/value", "value": 604800}]) == {
		{
			"at": ["artifacts", 0, "rate"],
			"related": [["artifacts", 0, "window"]],
			"says": ["14.4", "1", "8.57", "7", "13.44", "8"],
		},
	}
	said_1([{"op": "replace", "path": "/artifacts/0/facts/slos/0/windowSeconds/value", "value": 1}]) == {
		{
			"at": ["artifacts", 0, "rate"],
			"related": [["artifacts", 0, "window"]],
			"says": ["14.4", "1", "5184000", "1", "0.0001", "42"],
		},
	}
}

test_ignores_other_numbers_of_alerts_burn_rate if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/alerts/0/burnRate/value", "value": 0}]) == set()
}

test_ignores_other_numbers_of_alerts_long_seconds if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/alerts/0/longSeconds/value", "value": -1}]) == set()
}

test_ignores_other_numbers_of_slos_window_seconds if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/slos/0/windowSeconds/value", "value": -1}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"artifacts": [
		{
			"facts": {
				"alerts": [{"burnRate": {"at": ["rate"], "value": 14.4}, "longSeconds": {"at": ["long"], "value": 3600}}],
				"slos": [{"windowSeconds": {"at": ["window"], "value": 2419200}}],
			},
		},
	],
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"facts": {
		"alerts": [{"budgetFraction": 0.125, "slo": 0}],
		"slos": [{"windowSeconds": 5184000}],
		"spec": {"alerts": [{"longWindow": 21600}]},
	},
	"spec": {"alerts": [{"burnRate": 30, "longWindow": "21600s"}]},
}

test_flags_other_numbers_of_slos_window_seconds_too if {
	said_more([{"op": "replace", "path": "/facts/slos/0/windowSeconds", "value": 0}]) == {
		{
			"at": ["spec", "alerts", 0, "burnRate"],
			"related": [["spec", "slos", 0, "window"]],
			"says": ["`30`", "`21600s`", "0", "0", "0", "2"],
		},
	}
	said_more([{"op": "replace", "path": "/facts/slos/0/windowSeconds", "value": 604800.0000006049}]) == {
		{
			"at": ["spec", "alerts", 0, "burnRate"],
			"related": [["spec", "slos", 0, "window"]],
			"says": ["`30`", "`21600s`", "0", "7", "0.56", "2"],
		},
	}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {
		"alerts": [{"budgetFraction": 0, "slo": 0}],
		"slos": [{"windowSeconds": 5184000}],
		"spec": {"alerts": [{"longWindow": 21600}]},
	},
	"spec": {"alerts": [{"burnRate": 30, "longWindow": "21600s"}]},
}
