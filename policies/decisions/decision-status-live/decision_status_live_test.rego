package servelint.rules.decisions["decision-status-live_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-status-live"] as rule

first := ["decisions", 0, "spec", "decisions", 0]

confirmed := {"id": "D1", "status": "accepted", "confirmation": ["LOAD-1"]}

test_flags_a_spec_that_rests_on_a_dead_decision if {
	every status in ["proposed", "rejected", "deprecated"] {
		places(resting_on("D1", [{"id": "D1", "status": status}])) == {["serving", "spec", "assumptions", 0, "basis", "decision"]}
	}
}

test_accepts_a_spec_that_rests_on_an_accepted_decision if {
	places(resting_on("D1", [confirmed])) == set()
}

test_flags_an_item_that_verifies_a_dead_decision if {
	places({
		"decisions": [{"spec": {"decisions": [{"id": "D1", "status": "rejected"}]}}],
		"checklists": [{"spec": {"items": [{"id": "A", "verifies": ["slo/x", "decision/D1"]}]}}],
	}) == {["checklists", 0, "spec", "items", 0, "verifies", 1]}
}

test_flags_an_accepted_decision_that_is_superseded if {
	places(log([object.union(confirmed, {"supersededBy": "D2"})])) == {array.concat(first, ["status"])}
	places(log([confirmed, object.union(confirmed, {"id": "D2", "supersedes": "D1"})])) == {array.concat(first, ["status"])}
}

test_accepts_a_proposal_that_would_supersede if {
	places(log([confirmed, {"id": "D2", "status": "proposed", "supersedes": "D1"}])) == set()
}

test_flags_a_superseded_decision_without_successor if {
	places(log([{"id": "D1", "status": "superseded"}])) == {array.concat(first, ["supersededBy"])}
}

test_accepts_a_superseded_decision_with_successor if {
	places(log([{"id": "D1", "status": "superseded", "supersededBy": "D2"}])) == set()
	places(log([{"id": "D1", "status": "superseded"}, object.union(confirmed, {"id": "D2", "supersedes": "D1"})])) == set()
}

test_flags_an_accepted_decision_without_confirmation if {
	places(log([{"id": "D1", "status": "accepted"}])) == {array.concat(first, ["confirmation"])}
	places(log([{"id": "D1", "status": "accepted", "confirmation": []}])) == {array.concat(first, ["confirmation"])}
}

test_ignores_empty_reviews if {
	places({}) == set()
	places({"serving": {"spec": {"assumptions": [{}]}}, "decisions": [{"spec": {"decisions": [{}]}}], "checklists": []}) == set()
}

log(decisions) := {"decisions": [{"spec": {"decisions": decisions}}]}

resting_on(id, decisions) := object.union(log(decisions), {"serving": {"spec": {"assumptions": [{"id": "A1", "basis": {"decision": id}}]}}})

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_another_decisions_status if {
	said_3([{"op": "replace", "path": "/decisions/0/spec/decisions/0/status", "value": "accepted"}]) == {{"at": ["decisions", 0, "spec", "decisions", 0, "confirmation"], "says": ["`D1`"]}}
}

test_flags_another_items_verifies if {
	said_3([{"op": "replace", "path": "/checklists/0/spec/items/0/verifies/0", "value": "decision/"}]) == {
		{
			"at": ["checklists", 0, "spec", "items", 0, "verifies", 1],
			"related": [["decisions", 0, "spec", "decisions", 0, "status"]],
			"says": ["`A`", "`D1`"],
		},
	}
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["decisions", 0, "spec", "decisions", 0, "status"],
			"related": [["decisions", 0, "spec", "decisions", 0, "supersededBy"]],
			"says": ["`D1`", "`D2`"],
		},
	}
	said_2([]) == {
		{
			"at": ["serving", "spec", "assumptions", 0, "basis", "decision"],
			"related": [["decisions", 0, "spec", "decisions", 0, "status"]],
			"says": ["`A1`", "`D1`"],
		},
	}
}

test_flags_without_assumptions_id if {
	said_2([{"op": "remove", "path": "/serving/spec/assumptions/0/id"}]) == {
		{
			"at": ["serving", "spec", "assumptions", 0, "basis", "decision"],
			"related": [["decisions", 0, "spec", "decisions", 0, "status"]],
			"says": ["`1`", "`D1`"],
		},
	}
}

test_flags_without_items_id if {
	said_3([{"op": "remove", "path": "/checklists/0/spec/items/0/id"}]) == {
		{
			"at": ["checklists", 0, "spec", "items", 0, "verifies", 1],
			"related": [["decisions", 0, "spec", "decisions", 0, "status"]],
			"says": ["`?`", "`D1`"],
		},
	}
}

test_ignores_another_decisions_id if {
	said_2([{"op": "replace", "path": "/decisions/0/spec/decisions/0/id", "value": "other"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"decisions": [
		{
			"spec": {
				"decisions": [{"confirmation": ["LOAD-1"], "id": "D1", "status": "accepted", "supersededBy": "D2"}],
			},
		},
	],
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"decisions": [{"spec": {"decisions": [{"id": "D1", "status": "proposed"}]}}],
	"serving": {"spec": {"assumptions": [{"basis": {"decision": "D1"}, "id": "A1"}]}},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"checklists": [{"spec": {"items": [{"id": "A", "verifies": ["slo/x", "decision/D1"]}]}}],
	"decisions": [{"spec": {"decisions": [{"id": "D1", "status": "rejected"}]}}],
}
