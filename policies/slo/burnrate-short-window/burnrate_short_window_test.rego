package servelint.rules.slo["burnrate-short-window_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["burnrate-short-window"] as rule

hour := 3600

test_flags_short_window_that_is_not_shorter if {
	places(spec(hour, hour)) == {["spec", "alerts", 0, "shortWindow"]}
	places(spec(300, hour)) == {["spec", "alerts", 0, "shortWindow"]}
}

test_flags_short_window_out_of_proportion if {
	places(spec(hour, hour / 4)) == {["spec", "alerts", 0, "shortWindow"]}
	places(spec(hour, 60)) == {["spec", "alerts", 0, "shortWindow"]}
}

test_accepts_about_one_twelfth if {
	every pair in [[hour, 300], [6 * hour, 1800], [24 * hour, 2 * hour], [72 * hour, 6 * hour], [96 * hour, 6 * hour]] {
		count(places(spec(pair[0], pair[1]))) == 0
	}
}

test_accepts_the_bounds if {
	count(places(spec(hour, 600))) == 0
	count(places(spec(hour, 150))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"alerts": [{"longWindow": "1h"}]}, "facts": {"alerts": [{}]}})) == 0
}

test_the_message_names_both_windows_and_the_usual_one if {
	said(spec(hour, 60)) == {{
		"at": ["spec", "alerts", 0, "shortWindow"],
		"says": ["`60s`", "1", "60", "`3600s`", "1", "12", "5"],
	}}
}

test_a_short_window_that_is_not_shorter_is_told_apart_from_one_that_is_too_long if {
	said(spec(hour, hour)) == {{"at": ["spec", "alerts", 0, "shortWindow"], "says": ["`3600s`", "`3600s`"]}}
	said(spec(hour, hour / 2)) == {{
		"at": ["spec", "alerts", 0, "shortWindow"],
		"says": ["`1800s`", "1", "2", "`3600s`", "1", "12", "5"],
	}}
}

test_flags_windows_just_beyond_the_bounds if {
	count(places(spec(hour, 601))) == 1
	count(places(spec(hour, 144))) == 1
}

spec(long, short) := {
	"spec": {"alerts": [{"longWindow": sprintf("%vs", [long]), "shortWindow": sprintf("%vs", [short])}]},
	"facts": {
		"spec": {"alerts": [{"longWindow": long, "shortWindow": short}]},
		"alerts": [{"windowRatio": long / short}],
	},
}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
