package servelint.rules.structure["assumption-expired_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["assumption-expired"] as rule

today := 20736

test_flags_an_assumption_that_nothing_supports if {
	said(review({})) == overdue("and nothing supports it")
	nameless := testing.without(review({}), ["/serving/spec/assumptions/0/id"])
	{f.says[0] | some f in testing.all(rule.finding)} == {"`1`"} with input as nameless with data.servelint.day as today
}

test_accepts_the_date_itself if {
	said(testing.after(review({}), {"/serving/facts/spec/assumptions/0/validateBy": today})) == set()
}

test_flags_a_checklist_item_without_evidence if {
	every item in [{"id": "LOAD-2", "evidence": []}, {"id": "LOAD-2"}] {
		said(with_items({"checklistItem": "LOAD-2"}, [item])) == overdue("and item `LOAD-2` has no evidence")
	}
}

test_flags_a_checklist_item_that_does_not_exist if {
	other := {"id": "LOAD-1", "evidence": ["a.json"]}
	said(with_items({"checklistItem": "LOAD-2"}, [other])) == overdue("and its item `LOAD-2` does not exist")
}

# Without the host nobody has read the evidence.
test_accepts_a_checklist_item_with_evidence_that_nobody_read if {
	said(with_items({"checklistItem": "LOAD-2"}, [{"id": "LOAD-2", "evidence": ["a.json"]}])) == set()
}

test_flags_a_checklist_item_whose_evidence_misses_its_target if {
	said(with_results([{"result": {"value": 900}}])) == overdue("and item `LOAD-2` misses its target")
}

test_flags_a_checklist_item_whose_evidence_shows_nothing if {
	unread := {"status": "read", "lacking": "statistic"}
	said(with_results([unread])) == overdue("and the evidence of item `LOAD-2` shows no result for it")
}

test_flags_the_miss_of_an_item_that_is_there_twice if {
	said(with_results([{"status": "missing"}, {"result": {"value": 900}}])) == overdue("and item `LOAD-2` misses its target")
}

test_accepts_a_checklist_item_whose_evidence_passes_or_is_elsewhere if {
	said(with_results([{"result": {"value": 700}}])) == set()
	said(with_results([{"status": "remote"}])) == set()
}

test_accepts_an_item_that_verifies_the_assumption if {
	said(with_items({}, [{"id": "LOAD-9", "verifies": ["assumption/A1"], "evidence": ["a.json"]}])) == set()
}

test_flags_an_item_that_verifies_the_assumption_without_evidence if {
	said(with_items({}, [{"id": "LOAD-9", "verifies": ["assumption/A1"]}])) == overdue("and nothing supports it")
}

test_accepts_evidence_that_is_present_or_elsewhere if {
	said(with_file({"evidence": "a.json"}, "present")) == set()
	said(with_file({"evidence": {"path": "a.json"}}, "remote")) == set()
}

test_flags_evidence_that_is_missing if {
	said(with_file({"evidence": "a.json"}, "missing")) == overdue("and its evidence `a.json` does not exist")
}

test_accepts_an_accepted_decision if {
	said(with_decision("ADR-1", "accepted")) == set()
}

test_flags_a_decision_that_is_not_accepted if {
	said(with_decision("ADR-1", "rejected")) == overdue("and decision `ADR-1` is not accepted")
	said(with_decision("ADR-2", "accepted")) == overdue("and decision `ADR-1` is not accepted")
}

test_ignores_dates_that_do_not_parse if {
	said({"serving": {"spec": {"assumptions": [{"id": "A1", "validateBy": "soon"}]}, "facts": {}}}) == set()
	said({}) == set()
}

review(basis) := {
	"serving": {
		"spec": {"assumptions": [{"id": "A1", "validateBy": "2026-10-09", "basis": basis}]},
		"facts": {"spec": {"assumptions": [{"validateBy": today - 1}]}},
	},
	"facts": {"files": {}},
}

with_items(basis, items) := object.union(review(basis), {"checklists": [{"spec": {"items": items}}]})

# One item of this name for each result.
with_results(results) := object.union(review({"checklistItem": "LOAD-2"}), {"checklists": [{
	"spec": {"items": [{"id": "LOAD-2", "op": "lte", "threshold": 800, "evidence": ["a.json"]} | some result in results]},
	"facts": {"items": [{"results": [result]} | some result in results]},
}]})

with_file(basis, status) := object.union(review(basis), {"facts": {"files": {"a.json": {"status": status}}}})

with_decision(id, status) := object.union(
	review({"decision": "ADR-1"}),
	{"decisions": [{"spec": {"decisions": [{"id": id, "status": status}]}}]},
)

overdue(why) := {{
	"at": ["serving", "spec", "assumptions", 0, "validateBy"],
	"message": sprintf("assumption `A1` was to be validated by 2026-10-09, 1 day ago, %s", [why]),
}}

said(doc) := found if {
	found := rule.finding with input as doc with data.servelint.day as today
}
