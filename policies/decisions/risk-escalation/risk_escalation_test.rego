package servelint.rules.decisions["risk-escalation_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-escalation"] as rule

acceptance := ["decisions", 0, "spec", "residualRisks", 0, "acceptance"]

test_accepts_an_approver if {
	said(log({})) == set()
	said(testing.without(log({}), ["/spec/residualRisks/0/acceptance/expires"])) == set()
}

test_flags_a_risk_that_nobody_accepted if {
	said(unaccepted({})) == {{"at": acceptance, "says": ["`R-1`", "`high`"]}}
}

test_flags_an_acceptance_without_a_name if {
	said(testing.without(log({}), ["/spec/residualRisks/0/acceptance/by"])) == {{
		"at": array.concat(acceptance, ["by"]),
		"says": ["`R-1`", "`high`"],
	}}
}

test_flags_an_acceptance_without_a_role if {
	said(testing.without(log({}), ["/spec/residualRisks/0/acceptance/role"])) == {{
		"at": array.concat(acceptance, ["role"]),
		"says": ["`R-1`", "`high`"],
	}}
}

test_flags_an_acceptance_by_the_owner_in_any_spelling if {
	every name in ["ravi.p", "@Ravi.P"] {
		said(testing.after(log({}), {"/spec/residualRisks/0/acceptance/by": name})) == {{
			"at": array.concat(acceptance, ["by"]),
			"related": [["decisions", 0, "spec", "residualRisks", 0, "owner"]],
			"says": ["`R-1`", "`high`", "`ravi.p`"],
		}}
	}
}

test_flags_a_role_that_may_not_accept if {
	said(testing.after(log({}), {"/spec/residualRisks/0/acceptance/role": "tech-lead"})) == {{
		"at": array.concat(acceptance, ["role"]),
		"says": ["`tech-lead`", "`R-1`", "`high`"],
	}}
}

test_flags_an_acceptance_on_the_day_after_it_expired if {
	said(object.union(log({}), expiring(today - 1))) == {{
		"at": array.concat(acceptance, ["expires"]),
		"says": ["`R-1`", "`high`", "2026", "12", "31", "1"],
	}}
}

test_accepts_an_acceptance_on_its_last_day if {
	said(object.union(log({}), expiring(today))) == set()
}

test_flags_an_acceptance_of_a_day_to_come if {
	said(object.union(log({"acceptance": {"date": "2027-01-02"}}), dated(today + 2))) == {{
		"at": array.concat(acceptance, ["date"]),
		"says": ["`R-1`", "`high`", "2027", "01", "02", "2"],
	}}
	every day in [today + 1, today, today - 90] { said(object.union(log({}), dated(day))) == set() }
	said(object.union(log({"severity": "moderate"}), dated(today + 2))) == set()
}

test_flags_the_level_of_the_team_and_above if {
	{finding.says[1] | some finding in said(unaccepted({"severity": "very-high"}))} == {"`very-high`"}
	said(unaccepted({"severity": "moderate"})) == set()
}

test_takes_a_missing_severity_from_the_matrix if {
	doc := {"spec": {"residualRisks": [{"id": "R-1", "response": "accept", "likelihood": "low", "impact": "high"}]}}
	said(doc) == {{"at": acceptance, "says": ["`R-1`", "`very-high`"]}}
}

test_flags_every_response_and_status_that_is_not_verified if {
	unmet(unaccepted({"response": "mitigate"}), []) == unverified
	unmet(unaccepted({"response": "avoid"}), []) == unverified
	unmet(unaccepted({"response": "transfer"}), []) == unverified
	unmet(unaccepted({"response": "mitigate", "status": "mitigated"}), []) == unverified
	unmet(unaccepted({"response": "avoid", "status": "closed"}), []) == unverified
}

test_accepts_every_response_and_status_that_is_verified if {
	unmet(unaccepted({"response": "mitigate"}), [fallback]) == set()
	unmet(unaccepted({"response": "avoid"}), [fallback]) == set()
	unmet(unaccepted({"response": "transfer"}), [fallback]) == set()
	unmet(unaccepted({"response": "mitigate", "status": "mitigated"}), [fallback]) == set()
	unmet(unaccepted({"response": "avoid", "status": "closed"}), [fallback]) == set()
}

unverified := {"risk `R-1` (`high`) is not verified (no checklist item verifies it), and nobody accepted it"}

test_flags_a_risk_without_a_response if {
	places(testing.without(unaccepted({}), ["/spec/residualRisks/0/response"]), []) == {acceptance}
}

test_flags_a_verification_that_is_not_met if {
	every words, differs in {
		"`FAIL-1` is waived": {"waiver": {"by": "m.osei"}},
		"`FAIL-1` is not blocking": {"gate": "advisory"},
	} {
		unmet(unaccepted({"response": "mitigate"}), [object.union(fallback, {"item": object.union(fallback.item, differs)})]) == {waiting(words)}
	}
	every words, results in {
		"`FAIL-1` misses its target": [{"result": {"value": 0.9}}],
		"`FAIL-1` is not measured": [{"result": {"value": 0.999}}, {"status": "remote"}],
	} {
		unmet(unaccepted({"response": "mitigate"}), [object.union(fallback, {"facts": {"results": results}})]) == {waiting(words)}
	}
	unmet(unaccepted({"response": "mitigate"}), [object.remove(fallback, ["facts"])]) == {waiting("`FAIL-1` is not measured")}
}

test_every_item_that_verifies_a_risk_counts if {
	other := {"item": {"id": "FAIL-2", "gate": "blocking", "verifies": ["slo/availability", "risk/R-1"]}}
	unmet(unaccepted({"response": "mitigate"}), [fallback, other]) == {waiting("`FAIL-2` is not measured")}
	unmet(testing.after(unaccepted({"response": "mitigate"}), {"/spec/residualRisks/0/verification": {"step": "a drill"}}), [fallback]) == {waiting("no checklist item verifies it")}
	unmet(unaccepted({"response": "mitigate"}), [object.union(fallback, {"item": {"id": "OTHER"}})]) == {waiting("no checklist item verifies it")}
}

test_accepting_needs_somebody_even_if_it_is_verified if {
	places(unaccepted({}), [fallback]) == {acceptance}
	places(unaccepted({"status": "closed"}), [fallback]) == set()
	places(unaccepted({"status": "closed"}), []) == {acceptance}
}

test_accepts_a_mitigated_risk_that_an_approver_accepted if {
	places(log({"response": "mitigate"}), []) == set()
	places(log({"response": "mitigate", "owner": "m.osei"}), []) == {array.concat(acceptance, ["by"])}
}

test_flags_a_name_that_names_nobody_once if {
	doc := testing.after(log({}), {"/spec/residualRisks/0/acceptance/by": "n/a", "/facts/names": {"n/a": ""}})
	said_with({"cto": ["m.osei"]}, doc) == {{"at": acceptance, "says": ["`R-1`", "`high`"]}}
}

test_flags_its_owner_in_letters_that_look_alike if {
	doc := testing.after(log({}), {"/spec/residualRisks/0/acceptance/by": "rаvi.p", "/facts/names": {"rаvi.p": "ravi.p"}})
	{finding.at | some finding in said(doc)} == {array.concat(acceptance, ["by"])}
}

test_a_small_team_may_accept_its_own_risks if {
	found := testing.places(rule.finding) with input as review(testing.after(log({}), {"/spec/residualRisks/0/owner": "m.osei"}))
		with data.servelint.policy as object.union(policy, {"selfApproval": true})
	found == set()
}

test_flags_more_accepted_risks_than_the_team_allows if {
	doc := {"spec": {"residualRisks": [{"id": sprintf("M-%d", [n]), "severity": "moderate", "response": "accept", "acceptance": {}} | some n in [1, 2, 3]]}}
	unmet(doc, []) == {"3 risks of severity `moderate` or above are accepted (`M-1`, `M-2`, `M-3`); the team allows 2, and more need one of: vp-engineering, cto"}
	places(doc, []) == {["decisions", 0, "spec", "residualRisks", 0]}
	every differs in [{"response": "mitigate"}, {"severity": "low"}, {"status": "closed"}] {
		places(testing.after(doc, {"/spec/residualRisks/1": object.union(doc.spec.residualRisks[1], differs)}), []) == set()
	}
}

waiting(words) := sprintf("risk `R-1` (`high`) is not verified (%s), and nobody accepted it", [words])

# An item that shows that the fallback works.
fallback := {
	"item": {"id": "FAIL-1", "gate": "blocking", "op": "gte", "threshold": 0.99},
	"facts": {"results": [{"result": {"value": 0.999, "unit": "ratio"}}]},
}

with_items(doc, items) := {"decisions": [doc], "checklists": [{
	"spec": {"items": [entry.item | some entry in items]},
	"facts": {"items": [object.get(entry, "facts", {}) | some entry in items]},
}]}

unmet(doc, items) := said if {
	found := rule.finding with input as with_items(doc, items) with data.servelint.policy as policy with data.servelint.day as today
	said := {split(f.message, "; it needs")[0] | some f in found}
}

places(doc, items) := found if {
	found := testing.places(rule.finding) with input as with_items(doc, items)
		with data.servelint.policy as policy
		with data.servelint.day as today
}

test_flags_a_person_whom_the_team_does_not_name_for_the_role if {
	every people in [{"cto": ["@m.other", "@org/leads"]}, {"vp-engineering": ["m.osei"]}] {
		said_with(people, log({})) == {{
			"at": array.concat(acceptance, ["by"]),
			"says": ["`m.osei`", "`R-1`", "`high`", "`cto`"],
		}}
	}
}

test_flags_an_unnamed_person_of_a_risk_without_an_owner if {
	count(said_with({"cto": ["m.other"]}, testing.without(log({}), ["/spec/residualRisks/0/owner"]))) == 1
}

test_accepts_a_person_whom_the_team_names_for_the_role_in_any_spelling if {
	said_with({"cto": ["x", "@M.Osei"]}, log({})) == set()
}

test_accepts_any_person_where_the_team_names_nobody if {
	said_with({}, log({})) == set()
}

test_flags_an_owner_and_a_wrong_role_once_where_the_team_names_people if {
	people := {"cto": ["m.other"]}
	count(said_with(people, testing.after(log({}), {"/spec/residualRisks/0/acceptance/by": "ravi.p"}))) == 1
	count(said_with(people, testing.after(log({}), {"/spec/residualRisks/0/acceptance/role": "tech-lead"}))) == 1
}

test_flags_an_approver_who_does_not_own_the_specification if {
	said(testing.after(log({}), {"/facts/owners": ["@org/ml"]})) == {{
		"at": array.concat(acceptance, ["by"]),
		"says": ["`m.osei`", "`R-1`", "`high`"],
	}}
}

test_names_the_owners_of_the_specification if {
	words := [finding.message |
		some owners in [["@org/ml", "@org/sre"], []]
		some finding in rule.finding with input as review(testing.after(log({}), {"/facts/owners": owners}))
			with data.servelint.policy as policy
			with data.servelint.day as today
	]
	[substring(word, indexof(word, "; ") + 2, -1) | some word in words] == [
		"its owners are: @org/ml, @org/sre",
		"its owners are: nobody",
	]
}

test_accepts_an_approver_who_owns_the_specification if {
	said(testing.after(log({}), {"/facts/owners": ["@org/ml", "@M.osei"]})) == set()
}

test_flags_an_acceptance_that_is_only_typed_in_the_change if {
	typed := {"facts": {"unproven": [["spec", "residualRisks", 0, "acceptance"]]}}
	{[finding.at, finding.says] | some finding in said(object.union(log({}), typed))} == {[
		array.concat(acceptance, ["by"]),
		["`R-1`", "`high`", "`m.osei`", "`m.osei`"],
	]}
	said(object.union(log({}), {"facts": {"unproven": [["spec", "residualRisks", 1, "acceptance"]]}})) == set()
}

test_says_once_that_an_acceptance_by_the_owner_is_none if {
	own := testing.after(log({}), {"/spec/residualRisks/0/acceptance/by": "ravi.p"})
	count(said(object.union(own, {"facts": {"unproven": [["spec", "residualRisks", 0, "acceptance"]]}}))) == 1
}

test_names_the_roles_and_their_people if {
	words := [finding.message |
		some people in [{}, {"cto": ["m.osei", "@org/leads"]}]
		some finding in rule.finding with input as review(unaccepted({}))
			with data.servelint.policy as policy
			with data.servelint.approvers as people
	]
	words == [
		"nobody accepted risk `R-1` (`high`); it needs one of: vp-engineering, cto",
		"nobody accepted risk `R-1` (`high`); it needs one of: vp-engineering, cto (m.osei, @org/leads)",
	]
}

test_names_risks_without_an_id_by_their_number if {
	{finding.says[0] | some finding in said(testing.without(unaccepted({}), ["/spec/residualRisks/0/id"]))} == {"`1`"}
}

test_ignores_missing_parts if {
	said({}) == set()
	said({"spec": {"residualRisks": [{}, {"response": "accept"}]}}) == set()
	places({}, [{"item": {}}]) == set()
}

# 2026-10-10
today := 20736

policy := {
	"severityMatrix": {"low": {"high": "very-high"}},
	"escalateAtSeverity": "high",
	"approverRoles": ["vp-engineering", "cto"],
	"maxAcceptedRisks": 2,
}

review(doc) := {"decisions": [doc], "checklists": []}

# A high risk that an approver accepted.
log(differs) := {
	"spec": {"residualRisks": [object.union(
		{
			"id": "R-1",
			"owner": "ravi.p",
			"severity": "high",
			"response": "accept",
			"verification": {"checklistItem": "FAIL-1"},
			"acceptance": {"by": "m.osei", "role": "cto", "date": "2026-09-30", "expires": "2026-12-31"},
		},
		differs,
	)]},
	"facts": {},
}

unaccepted(differs) := testing.without(log(differs), ["/spec/residualRisks/0/acceptance"])

dated(day) := {"facts": {"spec": {"residualRisks": [{"acceptance": {"date": day}}]}}}

expiring(day) := {"facts": {"spec": {"residualRisks": [{"acceptance": {"expires": day}}]}}}

said(doc) := said_with({}, doc)

said_with(people, doc) := found if {
	found := testing.all(rule.finding) with input as review(doc)
		with data.servelint.policy as policy
		with data.servelint.approvers as people
		with data.servelint.day as today
}
