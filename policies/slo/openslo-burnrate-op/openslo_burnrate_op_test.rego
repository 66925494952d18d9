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

test_the_message_names_alert_rate_and_operator if {
	doc := review("lte", 14.4)
	found := testing.all(rule.finding) with input as doc
	found == {{
		"at": ["artifacts", 0, "op"],
		"related": [["artifacts", 0, "rate"]],
		"says": ["`fast`", "14.4", "`lte`"],
	}}
	messages := {f.message | some f in rule.finding} with input as doc
	every message in messages { startswith(message, "alert `fast`") }
}

test_a_threshold_that_is_not_above_zero_is_no_burn_rate if {
	places("lt", 0) == set()
	places("lt", -1) == set()
}

places(op, rate) := at if {
	at := testing.places(rule.finding) with input as review(op, rate)
}

review(op, rate) := {"artifacts": [{"facts": {"alerts": [{
	"name": "fast",
	"op": {"value": op, "at": ["op"]},
	"burnRate": {"value": rate, "at": ["rate"]},
}]}}]}
