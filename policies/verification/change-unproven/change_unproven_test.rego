package servelint.rules.verification["change-unproven_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["change-unproven"] as rule

entry := ["serving", "spec", "change", "entries", 0]

first := array.concat(entry, ["provenBy", 0])

item_at := ["checklists", 0, "spec", "items", 0]

good := {
	"serving": {"spec": {"change": {"entries": [{"what": "image", "provenBy": ["LOAD-1"]}]}}},
	"checklists": [{
		"spec": {"items": [{"id": "LOAD-1", "category": "load", "gate": "blocking", "evidence": [{"path": "b.json"}, "c.json"]}]},
		"facts": {"items": [{"results": [
			{"path": "b.json", "startedDay": 20000, "evidence": {"startedAt": "2024-10-04T08:00:00Z"}},
			{"path": "c.json", "startedDay": 19990, "evidence": {"startedAt": "2024-09-24T08:00:00Z"}},
		]}]},
	}],
	"facts": {"change": {
		"since": "main",
		"facts": [
			{"what": "image", "fact": "serving/runtime/image", "at": ["serving"], "before": "a", "after": "b", "subject": true},
			{"what": "traffic", "fact": "traffic/peakRps", "at": ["serving"], "before": "4", "after": "5"},
		],
		"stale": [],
		"newRevision": true,
		"older": [],
		"measured": [],
	}},
}

found(document) := all if {
	all := testing.all(rule.finding) with input as document
}

after(values) := found(testing.after(good, values))

test_flags_an_entry_without_items if {
	wanted := {{"at": entry, "says": ["1", "`spec.change`", "`serving/runtime/image`", "`b`", "`a`"]}}
	after({"/serving/spec/change/entries/0": {"what": "image"}}) == wanted
	after({"/serving/spec/change/entries/0": {"what": "image", "provenBy": []}}) == wanted
}

test_flags_an_item_that_advises_or_has_no_evidence if {
	after({"/checklists/0/spec/items/0/gate": "advisory"}) == {{"at": first, "related": [item_at], "says": ["`LOAD-1`"]}}
	after({"/checklists/0/spec/items/0/evidence": []}) == {{"at": first, "related": [item_at], "says": ["`LOAD-1`"]}}
	messages({"/checklists/0/spec/items/0/evidence": []}) == {"`LOAD-1` has no evidence, so it proves no changed image"}
}

messages(values) := {finding.message | some finding in all} if {
	document := testing.after(good, values)
	all := rule.finding with input as document
}

test_flags_evidence_that_stands_as_it_did if {
	after({"/facts/change/older": ["b.json", "c.json"]}) == {{
		"at": first,
		"related": [item_at],
		"says": ["`LOAD-1`", "`main`"],
		"follows": "older b.json",
	}}
}

test_flags_a_run_that_is_that_of_the_base_or_earlier if {
	same := {"item": "LOAD-1", "startedAt": "2024-10-04T08:00:00Z", "startedDay": 20000}
	after({"/facts/change/measured": [same]}) == {{
		"at": first,
		"related": [item_at],
		"says": ["`LOAD-1`", "2024", "10", "04", "08", "00", "00", "`main`", "2024", "10", "04", "08", "00", "00"],
	}}
	count(after({"/facts/change/measured": [object.union(same, {"startedAt": "2024-10-05T08:00:00Z", "startedDay": 20001})]})) == 1
}

test_accepts_a_later_run if {
	found(good) == set()
	after({"/facts/change/measured": [{"item": "LOAD-1", "startedAt": "2024-10-04T07:00:00Z", "startedDay": 20000}]}) == set()
	after({"/facts/change/measured": [{"item": "LOAD-2", "startedAt": "2024-10-06T07:00:00Z", "startedDay": 20002}]}) == set()

	# One of its files is new.
	after({"/facts/change/older": ["c.json"]}) == set()
}

test_accepts_an_item_that_somebody_answers_for if {
	after({"/checklists/0/spec/items/0": {"id": "LOAD-1", "gate": "blocking", "waiver": {"by": "m.osei"}}}) == set()
}

test_accepts_a_time_without_an_offset if {
	later := {"item": "LOAD-1", "startedAt": "2024-10-05T01:00:00Z", "startedDay": 20001}
	local := {"startedDay": 20000, "startedLocally": true, "evidence": {"startedAt": "2024-10-04T08:00:00"}}
	after({"/facts/change/measured": [later], "/checklists/0/facts/items/0": {"results": [local]}}) == set()
	much_later := {"item": "LOAD-1", "startedAt": "2024-10-06T08:00:00", "startedDay": 20002, "startedLocally": true}
	count(after({"/facts/change/measured": [much_later], "/checklists/0/facts/items/0": {"results": [local]}})) == 1
	count(after({"/facts/change/measured": [much_later]})) == 1
	same := {"item": "LOAD-1", "startedAt": "2024-10-04T08:00:00", "startedDay": 20000, "startedLocally": true}
	count(after({"/facts/change/measured": [same], "/checklists/0/facts/items/0": {"results": [local]}})) == 1
}

test_ignores_what_is_not_measured_and_what_is_old if {
	after({"/serving/spec/change/entries/0": {"what": "traffic"}}) == set()
	after({"/serving/spec/change/entries/0": {"what": "model"}}) == set()
	after({"/serving/spec/change/entries/0": {"what": "image"}, "/facts/change/stale": [0]}) == set()
	found({"serving": {"spec": {"change": {"entries": [{"what": "image"}]}}}, "facts": {}}) == set()
	found({}) == set()
}
