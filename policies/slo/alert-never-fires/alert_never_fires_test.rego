package servelint.rules.slo["alert-never-fires_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["alert-never-fires"] as rule

test_flags_a_count_that_should_be_none if {
	said(query("alert", {"low": 1, "value": 0})) == {{"at": ["artifacts", 0, "expr"], "says": ["`Gone`", "0", "1"]}}
}

test_flags_what_is_never_above_a_number if {
	said(query("alert", {"high": 0, "value": 0.1})) == {{"at": ["artifacts", 0, "expr"], "says": ["`Gone`", "0.1", "0"]}}
}

test_accepts_a_comparison_that_can_hold if {
	said({"at": ["expr"], "purpose": "alert", "name": "Gone"}) == set()
}

test_ignores_shares_and_other_queries if {
	said(query("alert", {"low": 0, "high": 1, "value": 1.44})) == set()
	said(query("record", {"low": 1, "value": 0})) == set()
	said(query("analysis", {"low": 1, "value": 0})) == set()
}

query(purpose, never) := {"at": ["expr"], "purpose": purpose, "name": "Gone", "never": never}

said(one) := found if {
	found := testing.all(rule.finding) with input as {"artifacts": [{"facts": {"queries": [one]}}]}
}
