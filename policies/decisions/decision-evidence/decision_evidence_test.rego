package servelint.rules.decisions["decision-evidence_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-evidence"] as rule

outcome := ["spec", "decisions", 0, "outcome", "evidence"]

performance := ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance", "evidence"]

test_flags_an_outcome_without_evidence if {
	said(testing.after(good, {"/outcome/evidence": []})) == {{"at": outcome, "says": ["`D1`", "`a`"]}}
}

test_flags_a_performance_rating_without_evidence if {
	said(testing.after(good, {"/options/0/tradeoffs/performance/evidence": []})) == {{"at": performance, "says": ["`a`", "`D1`", "`better`"]}}
}

test_says_no_more_where_there_is_no_evidence if {
	some finding in rule.finding with input as log(testing.after(good, {"/options/0/tradeoffs/performance/evidence": []}))
	endswith(finding.message, "without a measured result")
}

test_flags_a_performance_rating_that_rests_on_documents if {
	documents := ["docs/perf.md#results", {"path": "docs/Perf.PDF"}, "a.rst", "a.adoc", "a.docx"]
	said(testing.after(good, {"/options/0/tradeoffs/performance/evidence": documents})) == {{
		"at": performance,
		"says": ["`a`", "`D1`", "`better`", "`docs/perf.md#results`"],
	}}
	every document in documents {
		count(said(testing.after(good, {"/options/0/tradeoffs/performance/evidence": [document]}))) == 1
	}
}

test_accepts_one_measured_file_among_documents if {
	said(testing.after(good, {"/options/0/tradeoffs/performance/evidence": ["docs/perf.md", {"path": "evidence/k6.json", "format": "k6"}]})) == set()
	said(testing.after(good, {"/options/0/tradeoffs/performance/evidence": ["docs/perf.md", "https://example.com/run/1", "k6.json"]})) == set()
}

test_flags_what_rests_on_an_address_alone if {
	remote := ["https://example.com/run/1", {"path": "s3://results/run-2.json"}]
	help := "Keep a copy of the result in the repository and link it beside the address."
	said(testing.after(good, {"/options/0/tradeoffs/performance/evidence": remote})) == {{
		"at": performance,
		"says": ["`a`", "`D1`", "`https://example.com/run/1`"],
		"severity": "warning",
		"help": help,
	}}
	said(testing.after(good, {"/outcome/evidence": remote})) == {{
		"at": outcome,
		"says": ["`a`", "`D1`", "`https://example.com/run/1`"],
		"severity": "warning",
		"help": help,
	}}
}

test_accepts_an_address_beside_a_file if {
	said(testing.after(good, {"/outcome/evidence": ["https://example.com/run/1", "bench.json"]})) == set()
	said(testing.after(good, {"/options/0/meetsConstraints": false, "/options/0/tradeoffs/performance/evidence": ["https://example.com"]})) == set()
}

test_accepts_a_document_as_evidence_of_the_outcome if {
	said(testing.after(good, {"/outcome/evidence": ["docs/a.md"]})) == set()
}

test_flags_proposals_and_decisions_without_a_status if {
	unproven := testing.after(good, {"/outcome/evidence": [], "/options/0/tradeoffs/performance/evidence": []})
	testing.places(rule.finding) == {outcome, performance} with input as log(testing.after(unproven, {"/status": "proposed"}))
	testing.places(rule.finding) == {outcome, performance} with input as log(testing.without(unproven, ["/status"]))
}

test_ignores_decisions_that_no_longer_apply if {
	said(testing.after(good, {"/status": "superseded", "/outcome/evidence": [], "/options/0/tradeoffs/performance/evidence": []})) == set()
}

test_ignores_an_option_that_a_constraint_rules_out if {
	said(testing.after(good, {"/options/0/meetsConstraints": false, "/options/0/tradeoffs/performance/evidence": []})) == set()
}

test_flags_an_option_that_meets_the_constraints if {
	count(said(testing.after(good, {"/options/0/meetsConstraints": true, "/options/0/tradeoffs/performance/evidence": []}))) == 1
}

test_ignores_a_proposal_that_has_chosen_nothing if {
	said({"id": "D1", "status": "proposed", "options": [{"id": "a"}]}) == set()
}

test_names_decisions_and_options_without_an_id_by_their_number if {
	unproven := testing.after(good, {"/outcome/evidence": [], "/options/0/tradeoffs/performance/evidence": []})
	{finding.says | some finding in said(testing.without(unproven, ["/id", "/options/0/id"]))} == {
		["`1`", "`a`"],
		["`1`", "`1`", "`better`"],
	}
}

test_ignores_missing_parts if {
	said({}) == set()
	rule.finding == set() with input as {}
}

good := {
	"id": "D1",
	"status": "accepted",
	"options": [{
		"id": "a",
		"tradeoffs": {"performance": {"rating": "better", "rationale": "r", "evidence": ["bench.json"]}},
	}],
	"outcome": {"chosen": "a", "evidence": ["bench.json"]},
}

log(decision) := {"spec": {"decisions": [decision]}}

said(decision) := found if {
	found := testing.all(rule.finding) with input as log(decision)
}
