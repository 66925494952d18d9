package servelint.rules.verification["evidence-unreadable_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["evidence-unreadable"] as rule

test_flags_what_cannot_be_read if {
	every status in ["unreadable", "unknown-format", "error"] {
		places({"status": status}) == {["spec", "items", 0, "evidence", 0]}
	}
}

test_accepts_what_was_read if {
	places({"status": "read"}) == set()
}

test_ignores_what_other_rules_report if {
	every status in ["missing", "outside", "remote", "mismatch"] {
		places({"status": status}) == set()
	}
	count(rule.finding) == 0 with input as {}
}

test_the_message_gives_the_reason if {
	messages({"status": "error", "reason": "line 3 is cut off"}) == {"`a.json` cannot be read as evidence: line 3 is cut off"}
	messages({"status": "unknown-format"}) == {"`a.json` cannot be read as evidence: its format is unknown"}
}

messages(result) := found if {
	found := {f.message | some f in rule.finding} with input as doc(result)
}

places(result) := found if {
	found := testing.places(rule.finding) with input as doc(result)
}

doc(result) := {
	"spec": {"items": [{"id": "A"}]},
	"facts": {"items": [{"results": [object.union({"path": "a.json", "at": ["spec", "items", 0, "evidence", 0]}, result)]}]},
}
