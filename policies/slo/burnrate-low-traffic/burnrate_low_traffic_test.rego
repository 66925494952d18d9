package servelint.rules.slo["burnrate-low-traffic_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["burnrate-low-traffic"] as rule

test_flags_less_than_two_errors if {
	places(spec(0.2)) == {["spec", "alerts", 0, "shortWindow"]}
	places(spec(1.99)) == {["spec", "alerts", 0, "shortWindow"]}
}

test_accepts_two_errors_and_more if {
	count(places(spec(2))) == 0
	count(places(spec(1296))) == 0
}

test_accepts_what_the_team_accepts if {
	found := rule.finding with input as spec(1.5) with data.servelint.policy as {"minExpectedErrorsAtThreshold": 1}
	count(found) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"alerts": [{}]}, "facts": {"alerts": [{}]}})) == 0
}

spec(errors) := {
	"spec": {
		"alerts": [{"slo": "availability", "burnRate": 14.4, "shortWindow": "5m"}],
		"traffic": {"troughRps": 1.5},
	},
	"facts": {"alerts": [{"troughErrors": errors}]},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
		with data.servelint.policy as {"minExpectedErrorsAtThreshold": 2}
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["spec", "alerts", 0, "shortWindow"],
			"related": [["spec", "traffic", "troughRps"]],
			"says": ["`14.4`", "`availability`", "0.2", "`5m`", "`1.5`", "2"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"minExpectedErrorsAtThreshold": 2}
}

example := {
	"facts": {"alerts": [{"troughErrors": 0.2}]},
	"spec": {
		"alerts": [{"burnRate": 14.4, "shortWindow": "5m", "slo": "availability"}],
		"traffic": {"troughRps": 1.5},
	},
}

test_ignores_other_numbers_of_alerts_trough_errors if {
	said_more([{"op": "replace", "path": "/facts/alerts/0/troughErrors", "value": 1.999999999998}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"minExpectedErrorsAtThreshold": 2}
}

example_more := {
	"facts": {"alerts": [{"troughErrors": 0.2}]},
	"spec": {
		"alerts": [{"burnRate": 14.4, "shortWindow": "5m", "slo": "availability"}],
		"traffic": {"troughRps": 1.5},
	},
}
