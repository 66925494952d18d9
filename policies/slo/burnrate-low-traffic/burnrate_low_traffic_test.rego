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

test_the_message_names_the_alert_the_errors_and_the_traffic if {
	found := testing.all(rule.finding) with input as spec(0.2)
		with data.servelint.policy as {"minExpectedErrorsAtThreshold": 2}
	found == {{
		"at": ["spec", "alerts", 0, "shortWindow"],
		"related": [["spec", "traffic", "troughRps"]],
		"says": ["`14.4`", "`availability`", "0.2", "`5m`", "`1.5`", "2"],
	}}
}

test_accepts_the_limit_within_rounding_noise if {
	count(places(spec(1.999999999998))) == 0
}

spec(errors) := {
	"spec": {
		"alerts": [{"slo": "availability", "burnRate": 14.4, "shortWindow": "5m"}],
		"traffic": {"troughRps": 1.5},
	},
	"facts": {"alerts": [{"troughErrors": errors}]},
}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
		with data.servelint.policy as {"minExpectedErrorsAtThreshold": 2}
}
