package servelint.rules.decisions["risk-escalation_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["risk-escalation"] as rule

at := ["spec", "residualRisks", 0, "acceptance"]

approved := {"by": "m.osei", "role": "cto", "date": "2026-09-30", "expires": "2026-12-31"}

test_accepts_an_approver if {
	places(accepted(approved), {}) == set()
	places(accepted(object.remove(approved, ["expires"])), {}) == set()
}

test_flags_a_risk_that_nobody_accepted if {
	places(object.remove(accepted({}), ["acceptance"]), {}) == {at}
}

test_flags_an_acceptance_without_name_or_role if {
	places(accepted(object.remove(approved, ["by"])), {}) == {array.concat(at, ["by"])}
	places(accepted(object.remove(approved, ["role"])), {}) == {array.concat(at, ["role"])}
}

test_flags_the_owner if {
	places(accepted(object.union(approved, {"by": "ravi.p"})), {}) == {array.concat(at, ["by"])}
}

test_flags_a_role_that_may_not_accept if {
	places(accepted(object.union(approved, {"role": "tech-lead"})), {}) == {array.concat(at, ["role"])}
}

test_flags_an_expired_acceptance if {
	places(accepted(approved), {"acceptance": {"expires": 20735}}) == {array.concat(at, ["expires"])}
}

test_accepts_an_acceptance_on_its_last_day if {
	places(accepted(approved), {"acceptance": {"expires": 20736}}) == set()
}

test_flags_the_level_itself_and_above if {
	places(object.union(object.remove(accepted({}), ["acceptance"]), {"severity": "very-high"}), {}) == {at}
	places(object.union(object.remove(accepted({}), ["acceptance"]), {"severity": "moderate"}), {}) == set()
}

test_takes_a_missing_severity_from_the_matrix if {
	places({"id": "R-1", "response": "accept", "likelihood": "high", "impact": "high"}, {}) == {at}
}

test_names_the_roles if {
	doc := {"spec": {"residualRisks": [object.remove(accepted({}), ["acceptance"])]}}
	messages := {f.message | some f in rule.finding} with input as doc with data.servelint.policy as policy
	messages == {"risk `R-1` is `high` and accepted by nobody; needs one of: vp-engineering, cto"}
}

test_ignores_other_responses_and_closed_risks if {
	places(object.union(object.remove(accepted({}), ["acceptance"]), {"response": "mitigate"}), {}) == set()
	places(object.union(object.remove(accepted({}), ["acceptance"]), {"status": "closed"}), {}) == set()
}

test_ignores_missing_fields if {
	places({}, {}) == set()
	places({"response": "accept"}, {}) == set()
	count(rule.finding) == 0 with input as {} with data.servelint.policy as policy
}

test_flags_a_person_who_is_not_named_for_the_role if {
	named({"cto": ["@m.other", "@org/leads"]}, {}) == {array.concat(at, ["by"])}
	named({"vp-engineering": ["m.osei"]}, {}) == {array.concat(at, ["by"])}
}

test_accepts_a_person_who_is_named_for_the_role if {
	named({"cto": ["x", "@M.Osei"]}, {}) == set()
	named({}, {}) == set()
}

test_flags_an_approver_who_does_not_own_the_specification if {
	named({"cto": ["m.osei"]}, {"owners": ["@org/ml"]}) == {array.concat(at, ["by"])}
	named({}, {"owners": []}) == {array.concat(at, ["by"])}
}

test_accepts_an_approver_who_owns_the_specification if {
	named({"cto": ["m.osei"]}, {"owners": ["@org/ml", "@m.osei"]}) == set()
}

test_names_the_people if {
	doc := {"spec": {"residualRisks": [object.remove(accepted({}), ["acceptance"])]}}
	messages := {f.message | some f in rule.finding} with input as doc
		with data.servelint.policy as policy
		with data.servelint.approvers as {"cto": ["m.osei", "@org/leads"]}
	messages == {"risk `R-1` is `high` and accepted by nobody; needs one of: vp-engineering, cto (m.osei, @org/leads)"}
}

named(people, facts) := found if {
	doc := {"spec": {"residualRisks": [accepted(approved)]}, "facts": facts}
	found := {f.at | some f in rule.finding} with input as doc
		with data.servelint.policy as policy
		with data.servelint.approvers as people
		with data.servelint.day as 20736
}

policy := {
	"severityMatrix": {"high": {"high": "high"}},
	"escalateAtSeverity": "high",
	"approverRoles": ["vp-engineering", "cto"],
}

accepted(acceptance) := {"id": "R-1", "owner": "ravi.p", "severity": "high", "response": "accept", "acceptance": acceptance}

places(entry, facts) := found if {
	doc := {"spec": {"residualRisks": [entry]}, "facts": {"spec": {"residualRisks": [facts]}}}
	found := {f.at | some f in rule.finding} with input as doc
		with data.servelint.policy as policy
		with data.servelint.day as 20736
}

test_flags_without_residual_risks_id if {
	said([{"op": "remove", "path": "/spec/residualRisks/0/id"}]) == {
		{
			"at": ["spec", "residualRisks", 0, "acceptance", "by"],
			"related": [["spec", "residualRisks", 0, "owner"]],
			"says": ["`1`", "`high`", "`ravi.p`"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
		with data.servelint.policy as {
			"approverRoles": ["vp-engineering", "cto"],
			"escalateAtSeverity": "high",
			"severityMatrix": {"high": {"high": "high"}},
		}
}

example := {
	"facts": {"spec": {"residualRisks": [{}]}},
	"spec": {
		"residualRisks": [
			{
				"acceptance": {"by": "ravi.p", "date": "2026-09-30", "expires": "2026-12-31", "role": "cto"},
				"id": "R-1",
				"owner": "ravi.p",
				"response": "accept",
				"severity": "high",
			},
		],
	},
}
