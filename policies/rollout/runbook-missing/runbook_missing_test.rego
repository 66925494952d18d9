package servelint.rules.rollout["runbook-missing_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["runbook-missing"] as rule

test_flags_a_runbook_that_nobody_can_open if {
	every status in ["missing", "outside", "directory", "unreadable"] {
		said(status) == {{
			"at": ["serving", "spec", "rollback", "runbook"],
			"says": ["`docs/runbook.md#rollback`"],
			"cause": "file docs/runbook.md",
		}}
	}
}

test_accepts_a_page_that_is_there if {
	said("present") == set()
}

test_accepts_a_page_elsewhere_which_is_not_fetched if {
	said("remote") == set()
}

test_ignores_unfinished_documents if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"serving": {"spec": {}}, "facts": {"files": {}}}
	count(rule.finding) == 0 with input as {"serving": {"spec": {"rollback": {"runbook": "see the wiki"}}}, "facts": {"files": {}}}
}

said(status) := found if {
	found := testing.all(rule.finding) with input as {
		"serving": {"spec": {"rollback": {"runbook": "docs/runbook.md#rollback"}}},
		"facts": {"files": {"docs/runbook.md#rollback": {"status": status}}},
	}
}
