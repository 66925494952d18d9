package servelint.rules.verification["evidence-missing-or-stale_test"]

import data.servelint.rules.verification["evidence-missing-or-stale"] as rule

at := ["spec", "items", 0, "evidence", 0]

test_flags_a_blocking_item_without_evidence if {
	missing({"id": "A", "gate": "blocking"}, {}) == {["spec", "items", 0, "evidence"]}
}

test_accepts_a_waived_or_advisory_item_without_evidence if {
	missing({"id": "A", "gate": "blocking", "waiver": {"by": "dana"}}, {}) == set()
	missing({"id": "A", "gate": "advisory"}, {}) == set()
}

test_ignores_what_the_rule_about_the_verdict_says if {
	missing({"id": "A", "gate": "blocking"}, {"verdict": {"decision": "go"}}) == set()
}

test_flags_what_is_too_old if {
	places({}, 985, null, 14) == {at}
	places({}, null, 985, 14) == {at}
}

test_accepts_what_is_as_old_as_it_may_be if {
	places({}, 986, 986, 14) == set()
}

test_flags_a_date_that_the_file_contradicts if {
	places({}, 990, 995, 14) == {array.concat(at, ["collectedAt"])}
	places({}, 995, 990, 14) == {array.concat(at, ["collectedAt"])}
}

test_accepts_the_next_day if {
	places({}, 994, 995, 14) == set()
}

test_ignores_rehearsals_and_unknown_dates if {
	places({"category": "rollback"}, 900, null, 14) == set()
	places({}, null, null, 14) == set()
}

missing(item, rest) := found if {
	found := {f.at | some f in rule.finding} with input as {"spec": object.union({"items": [item]}, rest), "facts": {"items": [{}]}}
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1}
		with data.servelint.day as 1000
}

places(item, started, claimed, days) := found if {
	row := {"status": "read", "path": "a.json", "at": at, "startedDay": started}
	found := {f.at | some f in rule.finding} with input as {
		"spec": {"items": [object.union({"id": "A", "evidence": [{"path": "a.json"}]}, item)]},
		"facts": {
			"items": [{"results": [row]}],
			"spec": {"evidenceMaxAge": days * 86400, "items": [{"evidence": [{"collectedAt": claimed}]}]},
		},
	}
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1}
		with data.servelint.day as 1000
}
