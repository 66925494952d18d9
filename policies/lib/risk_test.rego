package servelint.lib.risk_test

import data.servelint.lib.risk

test_levels_rise_from_very_low_to_very_high if {
	[risk.rank(level) | some level in ["very-low", "low", "moderate", "high", "very-high"]] == [0, 1, 2, 3, 4]
}

test_the_matrix_of_the_team_gives_the_severity if {
	risk.derived("low", "high") == "moderate" with data.servelint.policy as {"severityMatrix": {"low": {"high": "moderate"}}}
}

test_the_level_of_the_team_and_above_escalate if {
	risk.escalates("high") with data.servelint.policy as {"escalateAtSeverity": "high"}
	risk.escalates("very-high") with data.servelint.policy as {"escalateAtSeverity": "high"}
	not risk.escalates("moderate") with data.servelint.policy as {"escalateAtSeverity": "high"}
}

test_a_risk_is_open_unless_it_is_over if {
	risk.open({})
	risk.open({"status": "open"})
	every status in ["closed", "resolved", "mitigated", "retired"] {
		not risk.open({"status": status})
	}
}

test_names_differ_neither_in_capitals_nor_in_the_sign if {
	risk.plain("@M.Osei") == "m.osei"
	risk.plain("~m.osei") == "~m.osei"
}

test_roles_are_shown_with_their_people if {
	risk.approvers(["vp", "cto", "lead"]) == "vp, cto (m.osei), lead (a, b)" with data.servelint.approvers as {"cto": ["m.osei"], "lead": ["a", "b"], "vp": []}
}
