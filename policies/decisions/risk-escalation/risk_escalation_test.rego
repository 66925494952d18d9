package servelint.rules.decisions["risk-escalation_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-escalation"] as rule

acceptance := ["spec", "residualRisks", 0, "acceptance"]

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
			"related": [["spec", "residualRisks", 0, "owner"]],
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

test_flags_the_level_of_the_team_and_above if {
	{finding.says[1] | some finding in said(unaccepted({"severity": "very-high"}))} == {"`very-high`"}
	said(unaccepted({"severity": "moderate"})) == set()
}

test_takes_a_missing_severity_from_the_matrix if {
	doc := {"spec": {"residualRisks": [{"id": "R-1", "response": "accept", "likelihood": "low", "impact": "high"}]}}
	said(doc) == {{"at": acceptance, "says": ["`R-1`", "`very-high`"]}}
}

test_ignores_other_responses_and_risks_that_are_over if {
	said(unaccepted({"response": "mitigate"})) == set()
	said(unaccepted({"status": "closed"})) == set()
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
		some finding in rule.finding with input as testing.after(log({}), {"/facts/owners": owners})
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

test_names_the_roles_and_their_people if {
	words := [finding.message |
		some people in [{}, {"cto": ["m.osei", "@org/leads"]}]
		some finding in rule.finding with input as unaccepted({})
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
}

# 2026-10-10
today := 20736

policy := {
	"severityMatrix": {"low": {"high": "very-high"}},
	"escalateAtSeverity": "high",
	"approverRoles": ["vp-engineering", "cto"],
}

# A high risk that an approver accepted.
log(differs) := {
	"spec": {"residualRisks": [object.union(
		{
			"id": "R-1",
			"owner": "ravi.p",
			"severity": "high",
			"response": "accept",
			"acceptance": {"by": "m.osei", "role": "cto", "date": "2026-09-30", "expires": "2026-12-31"},
		},
		differs,
	)]},
	"facts": {},
}

unaccepted(differs) := testing.without(log(differs), ["/spec/residualRisks/0/acceptance"])

expiring(day) := {"facts": {"spec": {"residualRisks": [{"acceptance": {"expires": day}}]}}}

said(doc) := said_with({}, doc)

said_with(people, doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.policy as policy
		with data.servelint.approvers as people
		with data.servelint.day as today
}
