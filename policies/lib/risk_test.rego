package servelint.lib.risk_test

import data.servelint.lib.risk

test_a_risk_without_status_is_open if {
	risk.open({})
	risk.open({"status": "open"})
	not risk.open({"status": "closed"})
}

test_escalates_from_the_level_of_the_team if {
	risk.escalates("high") with data.servelint.policy as {"escalateAtSeverity": "high"}
	not risk.escalates("moderate") with data.servelint.policy as {"escalateAtSeverity": "high"}
}
