package servelint.rules.structure["review-overdue_test"]

import data.servelint.lib.testing
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

test_flags_the_places if {
	said_1([]) == {{"at": ["metadata", "reviewBy"], "says": ["`chat`", "2026", "10", "09", "1"]}}
}

test_flags_without_decisions_id if {
	said_2([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {{"at": ["spec", "decisions", 0, "revisitBy"], "says": ["`1`", "2026", "10", "09", "1"]}}
}

test_flags_without_decisions_status if {
	said_2([{"op": "remove", "path": "/spec/decisions/0/status"}]) == {{"at": ["spec", "decisions", 0, "revisitBy"], "says": ["`D1`", "2026", "10", "09", "1"]}}
}

test_flags_without_metadata_name if {
	said_1([{"op": "remove", "path": "/metadata/name"}]) == {{"at": ["metadata", "reviewBy"], "says": ["`?`", "2026", "10", "09", "1"]}}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
}

example_1 := {
	"facts": {"metadata": {"reviewBy": 20735}},
	"kind": "ServingSpec",
	"metadata": {"name": "chat", "reviewBy": "2026-10-09"},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
}

example_2 := {
	"facts": {"spec": {"decisions": [{"revisitBy": 20735}]}},
	"spec": {"decisions": [{"id": "D1", "revisitBy": "2026-10-09", "status": "accepted"}]},
}
