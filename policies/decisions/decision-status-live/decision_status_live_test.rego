package servelint.rules.decisions["decision-status-live_test"]

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
