package servelint.rules.decisions["evidence-not-a-result_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["evidence-not-a-result"] as rule

outcome := ["decisions", 0, "spec", "decisions", 0, "outcome", "evidence", 0]

rating(dimension) := ["decisions", 0, "spec", "decisions", 0, "options", 0, "tradeoffs", dimension, "evidence", 0]

item := ["checklists", 0, "spec", "items", 0, "evidence", 0]

basis := ["serving", "spec", "assumptions", 0, "basis", "evidence"]

replica := ["serving", "spec", "capacity", "perReplica", "evidence"]

all := {outcome, rating("performance"), rating("operability"), item, basis, replica}

test_flags_what_shows_nothing_wherever_it_is_named if {
	every fault in ["document", "settings", "hidden", "empty", "no-section", "empty-section"] {
		places({"/facts/fileFaults": {"a.json": fault}}) == all
	}
}

test_says_what_is_wrong if {
	found := rule.finding with input as testing.after(good, {"/serving/spec/rollback/runbook": "a.json"})
	messages("document") == {"evidence `a.json` is a document of this review, which cannot prove itself"}
	messages("settings") == {"evidence `a.json` holds the settings of servelint, not a result"}
	messages("hidden") == {"evidence `a.json` is a dot file, not a result"}
	messages("empty") == {"evidence `a.json` is an empty file"}
	messages("no-section") == {"evidence `a.json` names a heading that the page does not have"}
	messages("empty-section") == {"evidence `a.json` names a section in which nothing is written"}
	{finding.message | some finding in found} == {"evidence `a.json` is the runbook of the rollback: it states what is to be done, not what was found out"}
}

test_flags_the_runbook_only_where_a_result_is_claimed if {
	places({"/serving/spec/rollback/runbook": "./a.json#rollback"}) == all - {rating("operability"), basis}
}

test_flags_a_program_only_where_a_result_is_claimed if {
	every path in ["load/run.sh", "bench.py", "app.conf", "Dockerfile"] {
		named := json.patch(good, [
			{"op": "replace", "path": "/decisions/0/spec/decisions/0/outcome/evidence/0", "value": path},
			{"op": "replace", "path": "/decisions/0/spec/decisions/0/options/0/tradeoffs/operability/evidence/0", "value": path},
		])
		found := rule.finding with input as named
		{[finding.at, finding.message] | some finding in found} == {[
			outcome,
			sprintf("evidence `%s` is a program or its configuration: it can measure something, but holds no result", [path]),
		]}
	}
}

test_flags_an_advisory_item_as_a_warning if {
	{finding.severity |
		some finding in said({"/facts/fileFaults": {"a.json": "empty"}, "/checklists/0/spec/items/0/gate": "advisory"})
		finding.at == item
	} == {"warning"}
	every finding in said({"/facts/fileFaults": {"a.json": "empty"}}) { not finding.severity }
}

test_accepts_a_result if {
	said({}) == set()
	said({"/facts/fileFaults": {"docs/runbook.md": "no-section"}}) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
}

messages(fault) := {finding.message | some finding in found} if {
	found := rule.finding with input as testing.after(good, {"/facts/fileFaults": {"a.json": fault}})
}

good := {
	"serving": {"spec": {
		"assumptions": [{"id": "A1", "basis": {"evidence": "a.json"}}],
		"capacity": {"perReplica": {"evidence": "a.json"}},
		"rollback": {"runbook": "docs/runbook.md"},
	}},
	"decisions": [{"spec": {"decisions": [{
		"options": [{"tradeoffs": {
			"performance": {"evidence": ["a.json"]},
			"operability": {"evidence": ["a.json"]},
		}}],
		"outcome": {"evidence": [{"path": "a.json"}]},
	}]}}],
	"checklists": [{"spec": {"items": [{"id": "X-1", "gate": "blocking", "evidence": [{"path": "a.json"}]}]}}],
	"facts": {"files": {"a.json": {"status": "present"}, "docs/runbook.md": {"status": "present"}}, "fileFaults": {}},
}

places(changes) := testing.places(said(changes))

said(changes) := found if {
	found := testing.all(rule.finding) with input as testing.after(good, changes)
}
