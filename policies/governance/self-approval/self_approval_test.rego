package servelint.rules.governance["self-approval_test"]

import data.servelint.lib.testing
import data.servelint.rules.governance["self-approval"] as rule

item := ["checklists", 0, "spec", "items", 0]

waiver := array.concat(item, ["waiver", "by"])

acceptance := ["decisions", 0, "spec", "residualRisks", 0, "acceptance", "by"]

verdict := ["checklists", 0, "spec", "verdict", "by"]

test_accepts_somebody_else if {
	said(doc, {}) == set()
}

test_flags_a_waiver_by_the_owner_of_the_item if {
	every name in ["ravi.p", "@Ravi.P", "rаvi.p"] {
		said(doc, {"/checklists/0/spec/items/0/waiver/by": name, "/checklists/0/facts": {"names": {"rаvi.p": "ravi.p"}}}) == {{
			"at": waiver,
			"related": [array.concat(item, ["owner"])],
			"says": ["`FAIL-1`", sprintf("`%s`", [name])],
		}}
	}
}

test_flags_a_waiver_by_the_owner_of_a_risk_that_the_item_verifies if {
	flagged := {{
		"at": waiver,
		"related": [["decisions", 0, "spec", "residualRisks", 0, "owner"]],
		"says": ["`FAIL-1`", "`tom.b`", "`R-1`"],
	}}
	said(doc, {"/checklists/0/spec/items/0/waiver/by": "tom.b"}) == flagged
	by_reference := {"/checklists/0/spec/items/0/waiver/by": "tom.b", "/decisions/0/spec/residualRisks/0/verification": {"checklistItem": "OTHER"}}
	said(doc, by_reference) == set()
	said(doc, object.union(by_reference, {"/checklists/0/spec/items/0/verifies": ["risk/R-1"]})) == flagged
}

test_leaves_a_blocking_item_without_evidence_to_other_rules if {
	own := {"/checklists/0/spec/items/0/waiver/by": "ravi.p", "/checklists/0/spec/items/0/gate": "blocking"}
	said(doc, object.union(own, {"/checklists/0/spec/items/0/evidence": []})) == set()
	places(doc, object.union(own, {"/checklists/0/spec/items/0/evidence": ["a.json"]})) == {waiver}
}

test_flags_an_acceptance_by_the_owner if {
	said(doc, {"/decisions/0/spec/residualRisks/0/acceptance/by": "tom.b"}) == {{
		"at": acceptance,
		"related": [["decisions", 0, "spec", "residualRisks", 0, "owner"]],
		"says": ["`R-1`", "`tom.b`"],
	}}
}

test_leaves_severe_risks_to_the_rule_that_escalates_them if {
	own := {"/decisions/0/spec/residualRisks/0/acceptance/by": "tom.b"}
	said(doc, object.union(own, {"/decisions/0/spec/residualRisks/0/severity": "high"})) == set()
	derived := testing.without(doc, ["/decisions/0/spec/residualRisks/0/severity"])
	said(derived, object.union(own, {"/decisions/0/spec/residualRisks/0/impact": "very-high"})) == set()
	places(derived, own) == {acceptance}
}

test_flags_a_verdict_by_the_owner_of_a_blocking_item if {
	said(doc, {"/checklists/0/spec/verdict/by": "dana.k"}) == {{
		"at": verdict,
		"related": [["checklists", 0, "spec", "items", 1, "owner"]],
		"says": ["`dana.k`", "`LOAD-1`"],
	}}
	said(doc, {"/checklists/0/spec/verdict/by": "ravi.p"}) == set()
}

test_flags_a_verdict_by_the_owner_of_the_service if {
	said(doc, {"/checklists/0/spec/verdict/by": "Team-A"}) == {{
		"at": verdict,
		"related": [["serving", "metadata", "owner"]],
		"says": ["`Team-A`"],
	}}
	said(object.remove(doc, ["serving"]), {"/checklists/0/spec/verdict/by": "team-b"}) == {{
		"at": verdict,
		"related": [["checklists", 0, "metadata", "owner"]],
		"says": ["`team-b`"],
	}}
}

test_accepts_self_approval_where_the_team_allows_it if {
	everything := {
		"/checklists/0/spec/items/0/waiver/by": "ravi.p",
		"/checklists/0/spec/verdict/by": "dana.k",
		"/decisions/0/spec/residualRisks/0/acceptance/by": "tom.b",
	}
	count(places(doc, everything)) == 3
	found := testing.places(rule.finding) with input as testing.after(doc, everything) with data.servelint.policy as object.union(policy, {"selfApproval": true})
	found == set()
}

test_ignores_names_that_name_nobody if {
	nobody := {
		"/checklists/0/facts": {"names": {"n/a": ""}},
		"/checklists/0/spec/items/0/owner": "n/a",
		"/checklists/0/spec/items/0/waiver/by": "n/a",
		"/checklists/0/spec/verdict/by": "n/a",
		"/checklists/0/spec/items/1/owner": "n/a",
	}
	said(doc, nobody) == set()
}

test_ignores_missing_parts if {
	said({}, {}) == set()
	said({"checklists": [{"spec": {"items": [{}, {"waiver": {"by": "a"}}], "verdict": {"by": "a"}}}], "decisions": [{"spec": {"residualRisks": [{"acceptance": {"by": "a"}}]}}]}, {}) == set()
}

policy := {"escalateAtSeverity": "high", "severityMatrix": {"low": {"high": "moderate", "very-high": "high"}}}

doc := {
	"serving": {"metadata": {"owner": "team-a"}},
	"decisions": [{"facts": {}, "spec": {"residualRisks": [{
		"id": "R-1",
		"likelihood": "low",
		"impact": "high",
		"severity": "moderate",
		"owner": "tom.b",
		"verification": {"checklistItem": "FAIL-1"},
		"acceptance": {"by": "m.osei"},
	}]}}],
	"checklists": [{"facts": {}, "metadata": {"owner": "team-b"}, "spec": {
		"items": [
			{"id": "FAIL-1", "gate": "advisory", "owner": "ravi.p", "verifies": [], "waiver": {"by": "m.osei"}},
			{"id": "LOAD-1", "gate": "blocking", "owner": "dana.k"},
		],
		"verdict": {"by": "m.osei"},
	}}],
}

said(base, changes) := found if {
	found := testing.all(rule.finding) with input as testing.after(base, changes) with data.servelint.policy as policy
}

places(base, changes) := found if {
	found := testing.places(rule.finding) with input as testing.after(base, changes) with data.servelint.policy as policy
}
