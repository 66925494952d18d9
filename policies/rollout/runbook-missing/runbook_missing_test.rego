package servelint.rules.rollout["runbook-missing_test"]

import data.servelint.rules.rollout["runbook-missing"] as rule

test_flags_a_runbook_that_leads_nowhere if {
	every status in ["missing", "outside", "directory", "unreadable"] {
		places(review(status)) == {["serving", "spec", "rollback", "runbook"]}
	}
}

test_accepts_a_page_that_is_there if {
	count(places(review("present"))) == 0
}

test_accepts_a_page_elsewhere if {
	count(places(review("remote"))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"serving": {"spec": {}}, "facts": {"files": {}}})) == 0
	count(places({"serving": {"spec": {"rollback": {"runbook": "see the wiki"}}}, "facts": {"files": {}}})) == 0
}

review(status) := {
	"serving": {"spec": {"rollback": {"runbook": "docs/runbook.md#rollback"}}},
	"facts": {"files": {"docs/runbook.md#rollback": {"status": status}}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}
