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

spec(long, short) := {
	"spec": {"alerts": [{"longWindow": sprintf("%vs", [long]), "shortWindow": sprintf("%vs", [short])}]},
	"facts": {
		"spec": {"alerts": [{"longWindow": long, "shortWindow": short}]},
		"alerts": [{"windowRatio": long / short}],
	},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_other_numbers_of_alerts_window_ratio if {
	said([{"op": "replace", "path": "/facts/alerts/0/windowRatio", "value": 1}]) == {{"at": ["spec", "alerts", 0, "shortWindow"], "says": ["`60s`", "`3600s`"]}}
}

test_flags_the_places if {
	said([]) == {{"at": ["spec", "alerts", 0, "shortWindow"], "says": ["`60s`", "1", "60", "`3600s`", "1", "12", "5"]}}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {"alerts": [{"windowRatio": 60}], "spec": {"alerts": [{"longWindow": 3600, "shortWindow": 60}]}},
	"spec": {"alerts": [{"longWindow": "3600s", "shortWindow": "60s"}]},
}

test_flags_other_numbers_of_alerts_window_ratio_too if {
	said_more([{"op": "replace", "path": "/facts/alerts/0/windowRatio", "value": 2}]) == {{"at": ["spec", "alerts", 0, "shortWindow"], "says": ["`60s`", "1", "2", "`3600s`", "1", "12", "5"]}}
	said_more([{"op": "replace", "path": "/facts/alerts/0/windowRatio", "value": 25}]) == {{"at": ["spec", "alerts", 0, "shortWindow"], "says": ["`60s`", "1", "25", "`3600s`", "1", "12", "5"]}}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {"alerts": [{"windowRatio": 1}], "spec": {"alerts": [{"longWindow": 3600, "shortWindow": 60}]}},
	"spec": {"alerts": [{"longWindow": "3600s", "shortWindow": "60s"}]},
}
