package servelint.rules.decisions["rationale-contradicts-claim_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["rationale-contradicts-claim"] as rule

tradeoff := ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance"]

log(status, numbers) := {
	"spec": {"decisions": [{"status": status, "options": [{"id": "a"}]}]},
	"facts": {"claims": [{
		"at": array.concat(tradeoff, ["claim"]),
		"metric": "time_to_first_token",
		"statistic": "p95",
		"unit": "ms",
		"limit": 500,
		"contradicted": numbers,
	}]},
}

test_flags_a_number_that_is_not_the_claimed_one if {
	said(log("accepted", ["420ms"])) == {{
		"at": array.concat(tradeoff, ["rationale"]),
		"says": ["`a`", "`420ms`", "`p95 time_to_first_token`", "500"],
		"related": [array.concat(tradeoff, ["claim", "value"])],
	}}
}

test_accepts_a_rationale_without_such_numbers if {
	said(log("accepted", [])) == set()
}

test_ignores_decisions_that_no_longer_apply if {
	said(log("rejected", ["420ms"])) == set()
	said(log("proposed", ["420ms"])) != set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
}

said(document) := found if {
	found := testing.all(rule.finding) with input as document
}
