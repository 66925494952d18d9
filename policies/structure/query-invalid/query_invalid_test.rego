package servelint.rules.structure["query-invalid_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["query-invalid"] as rule

test_flags_a_query_with_a_mistake if {
	every purpose in ["analysis", "template", "alert", "record", "errors", "good", "total", "ratio"] {
		query := {"at": ["q"], "purpose": purpose, "name": "p99", "fault": {"message": "`(` is never closed", "within": [3, 4]}}
		said([query]) == {{"at": ["artifacts", 0, "q"], "within": [3, 4], "says": ["`p99`", "`(`"]}}
	}
}

test_names_the_bytes if {
	found := rule.finding with input as artifact([{"at": ["q"], "purpose": "alert", "fault": {"message": "m", "within": [3, 4]}}])
	{f.within | some f in found} == {[3, 4]}
	{f.message | some f in found} == {"query of this alert does not parse: m"}
}

test_accepts_a_query_that_parses if {
	said([{"at": ["q"], "purpose": "alert", "language": "promql"}]) == set()
	said([]) == set()
}

test_ignores_other_languages_but_lists_them_once_for_each_reason if {
	queries := [
		{"at": ["a"], "purpose": "alert", "name": "one", "unread": "it is LogQL"},
		{"at": ["b"], "purpose": "alert", "name": "two", "unread": "it is LogQL"},
		{"at": ["c"], "purpose": "alert", "name": "three", "unread": "it is MetricsQL"},
	]
	said(queries) == set()
	open := rule.unchecked with input as artifact(queries)
	{[entry.at, entry.message] | some entry in open} == {
		[["artifacts", 0, "a"], "query of alert `one` and 1 more: it is LogQL"],
		[["artifacts", 0, "c"], "query of alert `three`: it is MetricsQL"],
	}
}

said(queries) := found if {
	found := testing.all(rule.finding) with input as artifact(queries)
}

artifact(queries) := {"artifacts": [{"facts": {"queries": queries}}]}
