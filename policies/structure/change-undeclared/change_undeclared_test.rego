package servelint.rules.structure["change-undeclared_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["change-undeclared"] as rule

image := {"what": "image", "fact": "serving/runtime/image", "at": ["serving", "spec", "serving", "runtime", "image"], "before": "a", "after": "b", "subject": true}

peak := {"what": "traffic", "fact": "traffic/peakRps", "at": ["serving", "spec", "traffic", "peakRps"], "before": "4", "after": "5"}

average := {"what": "traffic", "fact": "traffic/averageRps", "at": ["serving", "spec", "traffic", "averageRps"], "after": "2"}

review(environment, facts) := {
	"serving": {"spec": {"environment": environment}},
	"checklists": [{"spec": {"items": [
		{"id": "LOAD-1", "category": "load", "gate": "blocking", "verifies": ["slo/a", "slo/b"]},
		{"id": "LOAD-3", "category": "load", "gate": "blocking", "verifies": ["assumption/A1"]},
		{"id": "LOAD-2", "category": "load", "gate": "advisory"},
		{"id": "RB-1", "category": "rollback", "gate": "blocking"},
	]}}],
	"facts": {"change": {"since": "main", "facts": facts, "stale": [], "newRevision": false, "older": [], "measured": []}},
}

declared(facts, entries, stale) := testing.after(review("production", facts), {
	"/serving/spec/change": {"entries": entries},
	"/facts/change/stale": stale,
})

found(document) := all if {
	all := testing.all(rule.finding) with input as document
}

test_flags_what_nobody_declares_with_the_entry_to_write if {
	found(review("production", [image])) == {{
		"at": image.at,
		"says": ["`serving/runtime/image`", "`b`", "`a`", "`spec.change`", "`image`"],
		"related": [],
		"severity": "warning",
		"help": "Add an entry to `spec.change`: `{what: image, reason: ..., provenBy: [LOAD-1]}`.",
	}}
	{finding.help | some finding in found(review("production", [peak]))} == {"Add an entry to `spec.change`: `{what: traffic, reason: ...}`."}
}

test_flags_all_facts_of_a_topic_at_once if {
	found(review("production", [average, peak])) == {{
		"at": average.at,
		"says": ["`traffic/averageRps`", "`2`", "`spec.change`", "`traffic`", "1"],
		"related": [peak.at],
		"severity": "warning",
		"help": "Add an entry to `spec.change`: `{what: traffic, reason: ...}`.",
	}}
}

test_flags_what_is_gone if {
	document := review("production", [object.remove(peak, ["after"])])
	{finding.says | some finding in found(document)} == {["`traffic/peakRps`", "`4`", "`spec.change`", "`traffic`"]}
}

test_flags_an_omission_as_an_error if {
	all := found(declared([image, peak], [{"what": "traffic"}], []))
	{finding.at | some finding in all} == {image.at}
	{object.get(finding, "severity", "error") | some finding in all} == {"error"}
}

test_flags_what_was_declared_for_an_earlier_change if {
	all := found(declared([peak], [{"what": "traffic"}], [0]))
	{[finding.at, finding.related] | some finding in all} == {[peak.at, [["serving", "spec", "change", "entries", 0]]]}
	{object.get(finding, "severity", "error") | some finding in all} == {"error"}
}

test_flags_a_declared_fact_that_did_not_change if {
	found(declared([peak], [{"what": "traffic"}, {"what": "slos"}], [])) == {{
		"at": ["serving", "spec", "change", "entries", 1, "what"],
		"says": ["`spec.change`", "`slos`", "`main`"],
		"severity": "warning",
		"help": "Remove the entry, or make the change that it announces.",
	}}

	# An entry of the former revision is none of this one.
	left := declared([peak], [{"what": "slos"}, {"what": "traffic"}], [0])
	found(left) == set()
	{finding.at | some finding in found(testing.after(left, {"/facts/change/newRevision": true}))} == {["serving", "spec", "change", "entries", 0, "what"]}
}

test_accepts_what_is_declared if {
	found(declared([image, peak], [{"what": "traffic"}, {"what": "image"}], [])) == set()
	found(declared([peak], [{"what": "traffic"}, {"what": "traffic"}], [0])) == set()
	found(review("production", [])) == set()
}

test_accepts_everything_without_a_base if {
	found({"serving": {"spec": {"environment": "production", "change": {"entries": [{"what": "slos"}]}}}, "facts": {}}) == set()
	found({}) == set()
}

test_ignores_other_environments_that_declare_nothing if {
	found(review("staging", [image])) == set()
	other := testing.after(review("staging", [image, peak]), {"/serving/spec/change": {"entries": [{"what": "image"}]}})
	{finding.at | some finding in found(other)} == {peak.at}
}
