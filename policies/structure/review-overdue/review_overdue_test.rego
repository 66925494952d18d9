package servelint.rules.structure["review-overdue_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["review-overdue"] as rule

today := 20736

test_flags_a_document_whose_review_date_has_passed if {
	said(document(today - 1)) == {{"at": ["metadata", "reviewBy"], "says": ["`chat`", "2026", "10", "09", "1"]}}
	nameless := testing.without(document(today - 1), ["/metadata/name"])
	said(nameless) == {{"at": ["metadata", "reviewBy"], "says": ["`?`", "2026", "10", "09", "1"]}}
}

test_accepts_a_document_that_is_due_today if {
	said(document(today)) == set()
}

test_flags_a_decision_whose_date_has_passed if {
	every status in ["accepted", "proposed"] {
		said(decision({"id": "D1", "status": status}, today - 1)) == {{
			"at": ["spec", "decisions", 0, "revisitBy"],
			"says": ["`D1`", "2026", "10", "09", "1"],
		}}
	}
}

test_flags_a_decision_without_status_or_id if {
	said(decision({}, today - 1)) == {{"at": ["spec", "decisions", 0, "revisitBy"], "says": ["`1`", "2026", "10", "09", "1"]}}
}

test_accepts_a_decision_that_is_due_today if {
	said(decision({"id": "D1", "status": "accepted"}, today)) == set()
}

test_ignores_decisions_that_no_longer_apply if {
	said(decision({"id": "D1", "status": "superseded"}, 20000)) == set()
	said(decision({"id": "D1", "status": "rejected"}, 20000)) == set()
}

test_ignores_dates_that_do_not_parse if {
	said({"spec": {}, "metadata": {"reviewBy": "soon"}, "facts": {}}) == set()
	said({}) == set()
}

document(day) := {
	"kind": "ServingSpec",
	"metadata": {"name": "chat", "reviewBy": "2026-10-09"},
	"facts": {"metadata": {"reviewBy": day}},
}

decision(fields, day) := {
	"spec": {"decisions": [object.union({"revisitBy": "2026-10-09"}, fields)]},
	"facts": {"spec": {"decisions": [{"revisitBy": day}]}},
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc with data.servelint.day as today
}
