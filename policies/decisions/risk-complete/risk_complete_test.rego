package servelint.rules.decisions["risk-complete_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-complete"] as rule

at := ["spec", "residualRisks", 0]

test_flags_each_part_that_is_missing_by_its_name if {
	words := {key: finding.message |
		some key in ["owner", "dueDate", "response", "verification", "mitigation"]
		some finding in rule.finding with input as log(testing.without(good, [concat("/", ["", key])]))
	}
	words == {
		"owner": "risk `R-1` has no owner",
		"dueDate": "risk `R-1` has no due date",
		"response": "risk `R-1` has no response",
		"verification": "risk `R-1` has no verification: neither a `checklistItem` nor a `step`",
		"mitigation": "risk `R-1` is to be mitigated, but no mitigation is given",
	}
}

test_flags_each_part_at_its_place if {
	every key in ["owner", "dueDate", "response", "verification", "mitigation"] {
		places(testing.without(good, [concat("/", ["", key])])) == {array.concat(at, [key])}
	}
}

test_flags_words_that_are_blank if {
	every key in ["owner", "dueDate", "response", "mitigation"] {
		places(testing.after(good, {concat("/", ["", key]): " "})) == {array.concat(at, [key])}
	}
	places(testing.after(good, {"/verification/checklistItem": ""})) == {array.concat(at, ["verification"])}
}

test_flags_a_verification_that_names_nothing if {
	places(testing.after(good, {"/verification": {}})) == {array.concat(at, ["verification"])}
}

test_accepts_a_complete_risk if {
	places(good) == set()
}

test_accepts_a_step_as_the_verification if {
	places(testing.after(good, {"/verification": {"step": "drill in November"}})) == set()
}

test_flags_a_step_that_does_not_state_what_is_done if {
	every step in ["check later", "verify R-1", "Verify risk R-1 again", "will be tested", "Review it in the next sprint.", "monitor", "look into it", "to be assessed", "..."] {
		found := testing.all(rule.finding) with input as log(testing.after(good, {"/verification": {"step": step}}))
		{[finding.at, finding.says] | some finding in found} == {[
			array.concat(at, ["verification", "step"]),
			["`R-1`", sprintf("`%s`", [step])],
		]}
	}
}

test_accepts_steps_that_state_what_is_done if {
	every step in ["check the p99 of the cache", "drill", "verify R-2's fallback", "kill one pod and look at the error ratio"] {
		places(testing.after(good, {"/verification": {"step": step}})) == set()
	}
	places(testing.after(good, {"/verification": {"step": "check later", "checklistItem": "CAN-1"}})) == set()
}

test_accepts_an_accepted_risk_without_a_mitigation if {
	places(testing.after(testing.without(good, ["/mitigation"]), {"/response": "accept"})) == set()
}

test_names_risks_without_an_id_by_their_number if {
	found := testing.all(rule.finding) with input as log({"response": "mitigate"})
	found == {
		{"at": array.concat(at, ["dueDate"]), "says": ["`1`"]},
		{"at": array.concat(at, ["owner"]), "says": ["`1`"]},
		{"at": array.concat(at, ["verification"]), "says": ["`1`", "`checklistItem`", "`step`"]},
		{"at": array.concat(at, ["mitigation"]), "says": ["`1`"]},
	}
}

test_flags_an_empty_list_without_a_reason if {
	testing.places(rule.finding) == {["spec", "noResidualRisks"]} with input as {"spec": {"residualRisks": []}}
}

test_accepts_an_empty_list_with_a_reason if {
	rule.finding == set() with input as {"spec": {"residualRisks": [], "noResidualRisks": "a copy of the running service"}}
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	rule.finding == set() with input as {"spec": {}}
}

good := {
	"id": "R-1", "owner": "dana.k", "dueDate": "2026-10-31", "response": "mitigate", "mitigation": "hold the step",
	"verification": {"checklistItem": "CAN-1"},
}

log(risk) := {"spec": {"residualRisks": [risk]}}

places(risk) := found if {
	found := testing.places(rule.finding) with input as log(risk)
}
