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

test_accepts_parts_of_a_short_window if {
	every pair in [[13.44, hour], [3.5, 6 * hour], [1.4, day], [0.98, 3 * day]] {
		count(places(spec(pair[0], pair[1], 7 * day))) == 0
	}
	every pair in [[3.36, hour], [1.4, 6 * hour], [2.8, 6 * hour]] {
		count(places(spec(pair[0], pair[1], 7 * day))) == 0
	}
	count(places(spec(30, 6 * hour, 60 * day))) == 1
}

test_flags_a_rate_that_is_far_too_low if {
	contains(message(spec(0.1, hour, 28 * day)), "13.44 would spend the usual 2 %")
	contains(message(alerting(1, [2419200])), "13.44 would spend the usual 2 %")
}

test_the_message_names_factor_windows_and_the_nearest_share if {
	said(spec(14.4, hour, 28 * day)) == {{
		"at": ["spec", "alerts", 0, "burnRate"],
		"related": [["spec", "slos", 0, "window"]],
		"says": ["`14.4`", "`3600s`", "2.14", "28", "13.44", "2"],
	}}
	said(alerting(14.4, [2419200])) == {{
		"at": ["artifacts", 0, "rate"],
		"related": [["artifacts", 0, "window"]],
		"says": ["14.4", "`fast`", "1", "2.14", "28", "13.44", "2"],
	}}
	contains(message(alerting(14.4, [2419200])), "alert `fast`")
}

test_the_shares_of_short_windows_end_at_seven_days if {
	contains(message(alerting(14.4, [604800])), "13.44 would spend the usual 8 %")
	contains(message(alerting(14.4, [604801])), "16.8 would spend the usual 10 %")
	contains(message(spec(14.4, hour, 7 * day)), "13.44 would spend the usual 8 %")
}

test_the_smallest_windows_are_compared if {
	places(alerting(14.4, [1])) == {["artifacts", 0, "rate"]}
	places(testing.after(alerting(14.4, [2419200]), {"/artifacts/0/facts/alerts/0/longSeconds/value": 1})) == {["artifacts", 0, "rate"]}
	places(alerting(1, [2419200])) == {["artifacts", 0, "rate"]}
}

test_ignores_rates_and_windows_that_are_not_above_zero if {
	places(alerting(0, [2419200])) == set()
	places(alerting(14.4, [-1])) == set()
	places(testing.after(alerting(14.4, [2419200]), {"/artifacts/0/facts/alerts/0/longSeconds/value": -1})) == set()
}

test_between_two_shares_the_lower_one_is_named if {
	contains(message(testing.after(spec(30, 6 * hour, 60 * day), {"/facts/alerts/0/budgetFraction": 0})), "4.8 would spend the usual 2 %")
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
	at := testing.places(rule.finding) with input as doc
}

alerting(rate, windows) := {"artifacts": [{"facts": {
	"slos": [{"windowSeconds": {"value": seconds, "at": ["window"]}} | some seconds in windows],
	"alerts": [{"name": "fast", "burnRate": {"value": rate, "at": ["rate"]}, "longSeconds": {"value": 3600, "at": ["long"]}}],
}}]}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
