package servelint.rules.decisions["evidence-resolvable_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["evidence-resolvable"] as rule

item := ["checklists", 0, "spec", "items", 0, "evidence", 0]

test_flags_a_missing_file_once_with_every_place_that_names_it if {
	said(missing_everywhere) == {{
		"at": ["serving", "spec", "assumptions", 0, "basis", "evidence"],
		"related": [
			["serving", "spec", "capacity", "perReplica", "evidence", "path"],
			["checklists", 0, "spec", "items", 0, "evidence", 0, "path"],
			["decisions", 0, "spec", "decisions", 0, "options", 0, "tradeoffs", "security", "evidence", 0],
			["decisions", 0, "spec", "decisions", 0, "outcome", "evidence", 1],
		],
		"says": ["`a.json`"],
		"cause": "file a.json",
	}}
}

test_flags_each_missing_file if {
	count(said(testing.after(missing_everywhere, {"/facts/files/b.json/status": "missing"}))) == 2
}

# The host looks at all files before any rule runs.
test_ignores_all_files_where_the_host_found_them_intact if {
	said(testing.after(missing_everywhere, {"/facts/evidenceIntact": true})) == set()
	said(testing.after(checklist({"path": "a.json", "sha256": "cd"}, present), {"/facts/evidenceIntact": true})) == set()
}

test_words_every_reason_why_a_file_cannot_be_read if {
	words := {status: finding.message |
		some status in ["missing", "outside", "directory", "unreadable", "too-large"]
		some finding in rule.finding with input as checklist("a.json", {"status": status})
	}
	words == {
		"missing": "evidence `a.json` does not exist",
		"outside": "evidence `a.json` is outside the repository",
		"directory": "evidence `a.json` is a directory, not a file",
		"unreadable": "evidence `a.json` cannot be read",
		"too-large": "evidence `a.json` is too large to read",
	}
}

test_accepts_a_file_that_is_there if {
	said(checklist("a.json", present)) == set()
}

test_ignores_remote_evidence if {
	said(checklist({"path": "https://example.com/a.json", "sha256": "ab"}, {"status": "remote"})) == set()
}

test_flags_a_file_that_changed if {
	said(checklist({"path": "a.json", "sha256": "fedcba9876543210"}, {"status": "present", "sha256": "0123456789abcdef"})) == {{
		"at": array.concat(item, ["sha256"]),
		"says": ["`a.json`", "256", "`0123456789ab`", "`fedcba987654`"],
	}}
}

test_accepts_the_recorded_file_in_any_capitals if {
	said(checklist({"path": "a.json", "sha256": "AB"}, present)) == set()
	said(checklist({"path": "a.json", "sha256": "ab"}, {"status": "present", "sha256": "AB"})) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	said({"serving": {"spec": {}}, "decisions": [{}], "checklists": [{}], "facts": {"files": {}}}) == set()
}

missing_everywhere := {
	"serving": {"spec": {
		"assumptions": [{"basis": {"evidence": "a.json"}}],
		"capacity": {"perReplica": {"evidence": {"path": "a.json"}}},
	}},
	"decisions": [{"spec": {"decisions": [{
		"options": [{"tradeoffs": {"security": {"evidence": ["a.json"]}}}],
		"outcome": {"evidence": ["b.json", "a.json"]},
	}]}}],
	"checklists": [{"spec": {"items": [{"evidence": [{"path": "a.json"}]}]}}],
	"facts": {"files": {"a.json": {"status": "missing"}, "b.json": {"status": "present", "sha256": "00"}}},
}

present := {"status": "present", "sha256": "ab"}

checklist(evidence, file) := {
	"checklists": [{"spec": {"items": [{"id": "A", "evidence": [evidence]}]}}],
	"facts": {"files": {"a.json": file, "https://example.com/a.json": file}},
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
