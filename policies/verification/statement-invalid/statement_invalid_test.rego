package servelint.rules.verification["statement-invalid_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["statement-invalid"] as rule

test_flags_a_statement_that_does_not_hold if {
	testing.all(rule.finding) == {{
		"at": ["spec", "items", 0, "evidence", 0],
		"related": [],
		"says": ["`a.json.intoto.json`", "`a.json`"],
	}} with input as checklist({"status": "digest-differs", "path": "a.json.intoto.json", "reason": "its checksum is not that of the result"})
	messages({"status": "failed", "path": "a.json.intoto.json", "reason": "its command ended with 1"}) == {"`a.json.intoto.json` does not bind `a.json`: its command ended with 1"}
	messages({"status": "unreadable", "path": "a.json.intoto.json"}) == {"`a.json.intoto.json` does not bind `a.json`: unreadable"}
}

test_accepts_a_statement_that_holds if {
	messages({"status": "bound", "path": "a.json.intoto.json"}) == set()
}

test_ignores_a_result_without_one if {
	messages(null) == set()
}

test_an_advisory_item_stops_nothing if {
	list := testing.after(checklist({"status": "failed", "path": "b"}), {"/spec/items/0/gate": "advisory"})
	found := {f.severity | some f in rule.finding} with input as list
	found == {"warning"}
}

test_flags_one_behind_claims_once if {
	result := {"path": "a.json", "at": ["spec", "x"], "binding": {"status": "failed", "path": "a.json.intoto.json", "reason": "its command failed"}}
	claims := [{"results": [result]}, {"results": [object.union(result, {"at": ["spec", "y"]})]}]
	testing.all(rule.finding) == {{
		"at": ["spec", "x"],
		"related": [["spec", "y"]],
		"says": ["`a.json.intoto.json`", "`a.json`"],
	}} with input as {"facts": {"claims": claims}}
	bound := object.union(result, {"binding": {"status": "bound", "path": "b"}})
	count(rule.finding) == 0 with input as {"facts": {"claims": [{"results": [bound]}]}}
}

messages(binding) := {f.message | some f in found} if {
	found := rule.finding with input as checklist(binding)
}

checklist(binding) := {
	"spec": {"items": [{"id": "A", "gate": "blocking"}]},
	"facts": {"items": [{"results": [object.union(
		{"status": "read", "path": "a.json", "at": ["spec", "items", 0, "evidence", 0]},
		{"binding": value | value := binding; is_object(value)},
	)]}]},
}
