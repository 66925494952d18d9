package servelint.rules.decisions["evidence-resolvable_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["evidence-resolvable"] as rule

item := ["checklists", 0, "spec", "items", 0, "evidence", 0]

test_flags_a_missing_file_once if {
	places(missing_everywhere) == {["serving", "spec", "assumptions", 0, "basis", "evidence"]}
}

test_says_where_else_it_is_named if {
	some f in rule.finding with input as missing_everywhere
	[other.at | some other in f.related] == [
		["serving", "spec", "capacity", "perReplica", "evidence", "path"],
		["checklists", 0, "spec", "items", 0, "evidence", 0, "path"],
		["decisions", 0, "spec", "decisions", 0, "options", 0, "tradeoffs", "security", "evidence", 0],
		["decisions", 0, "spec", "decisions", 0, "outcome", "evidence", 1],
	]
}

test_flags_each_missing_file if {
	both := json.patch(missing_everywhere, [{"op": "replace", "path": "/facts/files/b.json/status", "value": "missing"}])
	count(places(both)) == 2
}

test_flags_every_status_that_cannot_be_read if {
	every status in ["missing", "outside", "directory", "unreadable", "too-large"] {
		places(checklist("a.json", {"status": status})) == {item}
	}
}

test_accepts_files_that_are_present if {
	places(checklist("a.json", {"status": "present", "sha256": "ab"})) == set()
}

test_ignores_remote_evidence if {
	places(checklist({"path": "https://example.com/a.json", "sha256": "ab"}, {"status": "remote"})) == set()
}

test_flags_a_file_that_changed if {
	places(checklist({"path": "a.json", "sha256": "cd"}, {"status": "present", "sha256": "ab"})) == {array.concat(item, ["sha256"])}
}

test_accepts_the_recorded_file_in_any_case if {
	places(checklist({"path": "a.json", "sha256": "AB"}, {"status": "present", "sha256": "ab"})) == set()
}

test_ignores_empty_reviews if {
	places({}) == set()
	places({"serving": {"spec": {}}, "decisions": [{}], "checklists": [{}], "facts": {"files": {}}}) == set()
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

checklist(evidence, file) := {
	"checklists": [{"spec": {"items": [{"id": "A", "evidence": [evidence]}]}}],
	"facts": {"files": {"a.json": file, "https://example.com/a.json": file}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_another_a_json_sha256 if {
	said([{"op": "replace", "path": "/facts/files/a.json/sha256", "value": "evidence-resolvable"}]) == {
		{
			"at": ["checklists", 0, "spec", "items", 0, "evidence", 0, "sha256"],
			"says": ["`a.json`", "256", "`evidence-res`", "`cd`"],
		},
	}
}

test_flags_another_evidence_sha256 if {
	said([{"op": "replace", "path": "/checklists/0/spec/items/0/evidence/0/sha256", "value": "evidence-resolvable"}]) == {
		{
			"at": ["checklists", 0, "spec", "items", 0, "evidence", 0, "sha256"],
			"says": ["`a.json`", "256", "`ab`", "`evidence-res`"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"checklists": [{"spec": {"items": [{"evidence": [{"path": "a.json", "sha256": "cd"}], "id": "A"}]}}],
	"facts": {
		"files": {
			"a.json": {"sha256": "ab", "status": "present"},
			"https://example.com/a.json": {"sha256": "ab", "status": "present"},
		},
	},
}
