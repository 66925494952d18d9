package servelint.rules.structure["assumption-expired_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["assumption-expired"] as rule

overdue := {["serving", "spec", "assumptions", 0, "validateBy"]}

test_flags_an_expired_assumption_without_basis if {
	places(review({}, 20735)) == overdue
}

test_accepts_the_day_itself if {
	places(review({}, 20736)) == set()
}

test_flags_an_item_without_evidence if {
	places(with_items({"checklistItem": "LOAD-2"}, [{"id": "LOAD-2", "evidence": []}])) == overdue
	places(with_items({"checklistItem": "LOAD-2"}, [{"id": "LOAD-2"}])) == overdue
}

test_flags_an_item_that_does_not_exist if {
	places(with_items({"checklistItem": "LOAD-2"}, [{"id": "LOAD-1", "evidence": ["a.json"]}])) == overdue
}

test_accepts_an_item_with_evidence if {
	places(with_items({"checklistItem": "LOAD-2"}, [{"id": "LOAD-2", "evidence": ["a.json"]}])) == set()
}

test_flags_an_item_whose_file_misses_or_shows_nothing if {
	places(with_result({"result": {"value": 900}})) == overdue
	places(with_result({"status": "read", "lacking": "statistic"})) == overdue
}

test_accepts_an_item_whose_file_passes_or_is_elsewhere if {
	places(with_result({"result": {"value": 700}})) == set()
	places(with_result({"status": "remote"})) == set()
}

with_result(entry) := object.union(review({"checklistItem": "LOAD-2"}, 20735), {"checklists": [{
	"spec": {"items": [{"id": "LOAD-2", "op": "lte", "threshold": 800, "evidence": ["a.json"]}]},
	"facts": {"items": [{"results": [entry]}]},
}]})

test_accepts_an_item_that_verifies_the_assumption if {
	places(with_items({}, [{"id": "LOAD-9", "verifies": ["assumption/A1"], "evidence": ["a.json"]}])) == set()
}

test_accepts_evidence_that_is_present if {
	places(with_file({"evidence": "a.json"}, "present")) == set()
	places(with_file({"evidence": {"path": "a.json"}}, "remote")) == set()
}

test_flags_evidence_that_is_missing if {
	places(with_file({"evidence": "a.json"}, "missing")) == overdue
}

test_accepts_an_accepted_decision if {
	places(with_decision("accepted")) == set()
}

test_flags_a_rejected_decision if {
	places(with_decision("rejected")) == overdue
}

test_ignores_dates_that_do_not_parse_and_missing_fields if {
	places({}) == set()
	places({"serving": {"spec": {"assumptions": [{"id": "A1", "validateBy": "soon"}]}, "facts": {}}}) == set()
}

review(basis, day) := {
	"serving": {
		"spec": {"assumptions": [{"id": "A1", "validateBy": "2026-10-09", "basis": basis}]},
		"facts": {"spec": {"assumptions": [{"validateBy": day}]}},
	},
	"decisions": [],
	"checklists": [],
	"facts": {"files": {}},
}

with_items(basis, items) := object.union(review(basis, 20735), {"checklists": [{"spec": {"items": items}}]})

with_file(basis, status) := object.union(review(basis, 20735), {"facts": {"files": {"a.json": {"status": status}}}})

with_decision(status) := object.union(
	review({"decision": "ADR-1"}, 20735),
	{"decisions": [{"spec": {"decisions": [{"id": "ADR-1", "status": status}]}}]},
)

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc with data.servelint.day as 20736
}

test_flags_the_places if {
	said([]) == {{"at": ["serving", "spec", "assumptions", 0, "validateBy"], "says": ["`A1`", "2026", "10", "09", "1"]}}
}

test_flags_without_assumptions_id if {
	said([{"op": "remove", "path": "/serving/spec/assumptions/0/id"}]) == {{"at": ["serving", "spec", "assumptions", 0, "validateBy"], "says": ["`1`", "2026", "10", "09", "1"]}}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
}

example := {
	"checklists": [],
	"decisions": [],
	"facts": {"files": {}},
	"serving": {
		"facts": {"spec": {"assumptions": [{"validateBy": 20735}]}},
		"spec": {"assumptions": [{"basis": {}, "id": "A1", "validateBy": "2026-10-09"}]},
	},
}
