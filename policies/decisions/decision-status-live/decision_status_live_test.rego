package servelint.rules.decisions["decision-status-live_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-status-live"] as rule

first := ["decisions", 0, "spec", "decisions", 0]

test_flags_an_assumption_that_rests_on_a_decision_not_in_force if {
	every status in ["proposed", "rejected", "deprecated"] {
		said(resting_on([{"id": "D1", "status": status}])) == {{
			"at": ["serving", "spec", "assumptions", 0, "basis", "decision"],
			"related": [array.concat(first, ["status"])],
			"says": ["`A1`", "`D1`"],
		}}
	}
}

test_accepts_an_assumption_that_rests_on_an_accepted_decision if {
	said(resting_on([confirmed])) == set()
}

# Another rule reports a name that nothing has.
test_ignores_an_assumption_on_a_decision_that_does_not_exist if {
	said(resting_on([{"id": "D2", "status": "proposed"}])) == set()
}

test_flags_an_item_that_verifies_a_decision_not_in_force if {
	said(verifying("decision/D1", {"id": "D1", "status": "rejected"})) == {{
		"at": ["checklists", 0, "spec", "items", 0, "verifies", 1],
		"related": [array.concat(first, ["status"])],
		"says": ["`LOAD-1`", "`D1`"],
	}}
}

test_accepts_an_item_that_verifies_an_accepted_decision if {
	said(verifying("decision/D1", confirmed)) == set()
}

test_ignores_an_item_that_verifies_something_else_of_that_name if {
	every target in ["decision/", "risk/D1", "D1"] {
		said(verifying(target, {"id": "D1", "status": "rejected"})) == set()
	}
}

test_names_assumptions_and_items_without_an_id if {
	{finding.says | some finding in said(testing.without(resting_on([{"id": "D1", "status": "proposed"}]), ["/serving/spec/assumptions/0/id"]))} == {["`1`", "`D1`"]}
	{finding.says | some finding in said(testing.without(verifying("decision/D1", {"id": "D1", "status": "proposed"}), ["/checklists/0/spec/items/0/id"]))} == {["`?`", "`D1`"]}
}

test_flags_an_accepted_decision_that_names_its_successor if {
	said(log([object.union(confirmed, {"supersededBy": "D2"})])) == {{
		"at": array.concat(first, ["status"]),
		"related": [array.concat(first, ["supersededBy"])],
		"says": ["`D1`", "`D2`"],
	}}
}

test_flags_an_accepted_decision_that_an_accepted_one_supersedes if {
	said(log([confirmed, object.union(confirmed, {"id": "D2", "supersedes": "D1"})])) == {{
		"at": array.concat(first, ["status"]),
		"related": [["decisions", 0, "spec", "decisions", 1, "supersedes"]],
		"says": ["`D1`", "`D2`"],
	}}
}

test_flags_a_decision_that_both_ends_call_superseded_once if {
	decisions := [object.union(confirmed, {"supersededBy": "D2"}), object.union(confirmed, {"id": "D2", "supersedes": "D1"})]
	{finding.related | some finding in said(log(decisions))} == {[array.concat(first, ["supersededBy"])]}
}

test_accepts_a_proposal_that_would_supersede if {
	said(log([confirmed, {"id": "D2", "status": "proposed", "supersedes": "D1"}])) == set()
}

test_flags_decisions_that_supersede_each_other if {
	over := {"status": "superseded", "supersededBy": "D3"}
	decisions := [object.union(over, {"id": "D1", "supersedes": "D2"}), object.union(over, {"id": "D2", "supersedes": "D1"})]
	said(log(decisions)) == {
		{
			"at": array.concat(first, ["supersedes"]),
			"says": ["`D1`", "`D2`"],
			"related": [["decisions", 0, "spec", "decisions", 1, "supersedes"]],
		},
		{
			"at": ["decisions", 0, "spec", "decisions", 1, "supersedes"],
			"says": ["`D2`", "`D1`"],
			"related": [array.concat(first, ["supersedes"])],
		},
	}
}

test_flags_a_superseded_decision_without_a_successor if {
	said(log([{"id": "D1", "status": "superseded"}])) == {{"at": array.concat(first, ["supersededBy"]), "says": ["`D1`"]}}
}

test_accepts_a_superseded_decision_whose_successor_is_named_at_either_end if {
	said(log([{"id": "D1", "status": "superseded", "supersededBy": "D2"}])) == set()
	said(log([{"id": "D1", "status": "superseded"}, object.union(confirmed, {"id": "D2", "supersedes": "D1"})])) == set()
}

test_flags_an_accepted_decision_without_a_confirmation if {
	every decision in [{"id": "D1", "status": "accepted"}, {"id": "D1", "status": "accepted", "confirmation": []}] {
		said(log([decision])) == {{"at": array.concat(first, ["confirmation"]), "says": ["`D1`"]}}
	}
}

test_ignores_missing_parts if {
	said({}) == set()
	said({"serving": {"spec": {"assumptions": [{}]}}, "decisions": [{"spec": {"decisions": [{}]}}], "checklists": []}) == set()
}

confirmed := {"id": "D1", "status": "accepted", "confirmation": ["LOAD-1"]}

log(decisions) := {"decisions": [{"spec": {"decisions": decisions}}]}

resting_on(decisions) := object.union(log(decisions), {"serving": {"spec": {"assumptions": [{"id": "A1", "basis": {"decision": "D1"}}]}}})

verifying(target, decision) := object.union(log([decision]), {"checklists": [{"spec": {"items": [{"id": "LOAD-1", "verifies": ["slo/x", target]}]}}]})

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
