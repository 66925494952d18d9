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

test_flags_a_page_in_which_nobody_finds_the_steps if {
	help := "Write the steps of the rollback down there, or correct the name of the heading."
	every fault in ["empty", "no-section", "empty-section"] {
		found := testing.all(rule.finding) with input as testing.after(page, {"/facts/fileFaults/docs~1runbook.md#rollback": fault})
		found == {{"at": ["serving", "spec", "rollback", "runbook"], "says": ["`docs/runbook.md#rollback`"], "help": help}}
	}
	every fault in ["document", "hidden"] {
		rule.finding == set() with input as testing.after(page, {"/facts/fileFaults/docs~1runbook.md#rollback": fault})
	}
}

page := {
	"serving": {"spec": {"rollback": {"runbook": "docs/runbook.md#rollback"}}},
	"facts": {"files": {"docs/runbook.md#rollback": {"status": "present"}}, "fileFaults": {}},
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
