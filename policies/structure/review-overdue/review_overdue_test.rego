package servelint.rules.structure["review-overdue_test"]

import data.servelint.rules.structure["review-overdue"] as rule

test_flags_a_review_date_in_the_past if {
	places(spec(20735)) == {["metadata", "reviewBy"]}
}

test_accepts_today if {
	places(spec(20736)) == set()
}

test_flags_a_decision_to_revisit if {
	places(decision("accepted", 20735)) == {["spec", "decisions", 0, "revisitBy"]}
}

test_accepts_a_decision_due_today if {
	places(decision("accepted", 20736)) == set()
}

test_ignores_decisions_that_no_longer_apply if {
	places(decision("superseded", 20000)) == set()
	places(decision("rejected", 20000)) == set()
}

test_ignores_missing_dates if {
	places({}) == set()
	places({"spec": {}, "metadata": {"reviewBy": "soon"}, "facts": {}}) == set()
}

spec(day) := {
	"kind": "ServingSpec",
	"metadata": {"name": "chat", "reviewBy": "2026-10-09"},
	"facts": {"metadata": {"reviewBy": day}},
}

decision(status, day) := {
	"spec": {"decisions": [{"id": "D1", "status": status, "revisitBy": "2026-10-09"}]},
	"facts": {"spec": {"decisions": [{"revisitBy": day}]}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc with data.servelint.day as 20736
}
