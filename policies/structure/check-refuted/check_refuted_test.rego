package servelint.rules.structure["check-refuted_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["check-refuted"] as rule

constraint(hard) := {"id": "C1", "hard": hard}

refuted := {
	"at": ["serving", "spec", "constraints", 0],
	"fact": "gpus.total",
	"outcome": "refuted",
	"stated": "24 GPUs",
	"wanted": "at most 20",
	"places": [["serving", "spec", "resources", "gpu", "count"]],
}

review(entry, check) := {
	"serving": {"spec": {"constraints": [entry], "assumptions": [object.remove(entry, ["hard"])]}},
	"facts": {"checks": [check]},
}

test_flags_a_hard_constraint_that_a_fact_contradicts if {
	said(review(constraint(true), refuted)) == {{
		"at": ["serving", "spec", "constraints", 0, "check"],
		"says": ["`C1`", "`gpus.total`", "24", "20"],
		"related": [["serving", "spec", "resources", "gpu", "count"]],
	}}
}

test_flags_other_limits_as_a_warning if {
	soft := said(review(constraint(false), refuted))
	{finding.severity | some finding in soft} == {"warning"}
	assumed := object.union(refuted, {"at": ["serving", "spec", "assumptions", 0]})
	found := said(review(constraint(true), assumed))
	{finding.severity | some finding in found} == {"warning"}
	{finding.at | some finding in found} == {["serving", "spec", "assumptions", 0, "check"]}
}

test_flags_a_value_of_another_kind_as_an_error if {
	unfit := {
		"at": ["serving", "spec", "constraints", 0],
		"fact": "timeouts.client",
		"outcome": "unfit",
		"reason": "`timeouts.client` is a duration",
		"places": [],
	}
	found := said(review(constraint(false), unfit))
	{finding.at | some finding in found} == {["serving", "spec", "constraints", 0, "check", "value"]}
	{finding.says | some finding in found} == {["`C1`", "`timeouts.client`"]}
	{object.get(finding, "severity", "none") | some finding in found} == {"none"}
}

test_accepts_what_holds_and_what_nobody_states if {
	every outcome in ["holds", "unknown"] {
		said(review(constraint(true), object.union(refuted, {"outcome": outcome}))) == set()
	}
}

test_names_an_entry_without_an_id_by_its_number if {
	found := said(review({"hard": true}, refuted))
	{finding.says[0] | some finding in found} == {"`1`"}
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	said(review(constraint(true), {"at": ["serving", "spec", "constraints", 0], "outcome": "refuted"})) == set()
}

said(review) := found if {
	found := testing.all(rule.finding) with input as review
}
