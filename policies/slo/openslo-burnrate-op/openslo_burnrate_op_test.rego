package servelint.rules.slo["openslo-burnrate-op_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["openslo-burnrate-op"] as rule

test_flags_an_alert_below_its_threshold if {
	places("lte", 14.4) == {["artifacts", 0, "op"]}
	places("lt", 1) == {["artifacts", 0, "op"]}
}

test_accepts_an_alert_above_its_threshold if {
	places("gt", 14.4) == set()
	places("gte", 14.4) == set()
}

test_ignores_what_is_not_written if {
	found := rule.finding with input as {"artifacts": [{"facts": {"alerts": [{}, {"op": {"value": "lte", "at": ["op"]}}]}}, {"facts": {}}]}
	count(found) == 0
}

places(op, rate) := at if {
	alert := {"name": "fast", "op": {"value": op, "at": ["op"]}, "burnRate": {"value": rate, "at": ["rate"]}}
	at := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"alerts": [alert]}}]}
}

test_ignores_other_numbers_of_alerts_burn_rate if {
	said([{"op": "replace", "path": "/artifacts/0/facts/alerts/0/burnRate/value", "value": 0}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"artifacts": [
		{
			"facts": {
				"alerts": [{"burnRate": {"at": ["rate"], "value": 1}, "name": "fast", "op": {"at": ["op"], "value": "lt"}}],
			},
		},
	],
}
