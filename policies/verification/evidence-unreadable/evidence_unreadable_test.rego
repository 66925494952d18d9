package servelint.rules.verification["evidence-unreadable_test"]

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

places(result) := found if {
	row := object.union({"path": "a.json", "at": ["spec", "items", 0, "evidence", 0]}, result)
	found := {f.at | some f in rule.finding} with input as {"spec": {"items": [{"id": "A"}]}, "facts": {"items": [{"results": [row]}]}}
}
