package servelint.rules.verification["evidence-missing-or-stale_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["evidence-missing-or-stale"] as rule

at := ["spec", "items", 0, "evidence", 0]

test_flags_a_blocking_item_without_evidence if {
	missing({"id": "A", "gate": "blocking"}, {}) == {["spec", "items", 0, "evidence"]}
}

test_accepts_a_waived_or_advisory_item_without_evidence if {
	missing({"id": "A", "gate": "blocking", "waiver": waiver}, {}) == set()
	missing({"id": "A", "gate": "advisory"}, {}) == set()
}

test_flags_a_waiver_that_does_not_hold if {
	every broken in [object.remove(waiver, ["reason"]), object.union(waiver, {"by": "tom.b"})] {
		missing({"id": "A", "gate": "blocking", "owner": "tom.b", "waiver": broken}, {}) == {["spec", "items", 0, "evidence"]}
	}
	count(rule.finding) == 1 with input as {
		"spec": {"items": [{"id": "A", "gate": "blocking", "waiver": waiver}]},
		"facts": {"spec": {"items": [{"waiver": {"expires": 999}}]}},
	}
		with data.servelint.day as 1000
}

waiver := {"by": "m.osei", "reason": "lands with ACT-1", "expires": "2026-12-31"}

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

test_flags_rehearsals_by_their_own_age if {
	places({"category": "rollback"}, 900, null, 14) == set()
	places({"category": "rollback"}, 799, null, 14) == {at}
}

test_flags_what_nobody_dated if {
	places({}, null, null, 14) == {at}
}

test_flags_what_is_still_to_come if {
	places({}, 1002, null, 14) == {at}
	places({}, 1001, null, 14) == set()
}

test_accepts_a_test_of_several_days if {
	row := {"status": "read", "path": "a.json", "at": at, "startedDay": 990, "evidence": {"durationSeconds": 259200}}
	found := {f.at | some f in rule.finding} with input as {
		"spec": {"items": [{"id": "A", "evidence": [{"path": "a.json"}]}]},
		"facts": {"items": [{"results": [row]}], "spec": {"items": [{"evidence": [{"collectedAt": 993}]}]}},
	}
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1209600}
		with data.servelint.day as 1000
	found == set()
}

test_flags_the_older_of_two_dates_of_a_file if {
	rows := [
	{"status": "read", "path": "a.json", "at": ["spec", "items", i, "evidence", 0]} |
		some i in [0, 1]
	]
	found := {f.at | some f in rule.finding} with input as {
		"spec": {"items": [{"id": "A"}, {"id": "B"}]},
		"facts": {
			"items": [{"results": [rows[0]]}, {"results": [rows[1]]}],
			"spec": {"items": [{"evidence": [{"collectedAt": 999}]}, {"evidence": [{"collectedAt": 900}]}]},
		},
	}
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1209600}
		with data.servelint.day as 1000
	found == {at}
}

test_ignores_the_capacity_without_date if {
	count(rule.finding) == 0 with input as {"facts": {"capacityResults": [{"status": "read", "path": "a.json", "at": ["spec", "capacity", "perReplica", "evidence"]}]}}
}

missing(item, rest) := found if {
	found := {f.at | some f in rule.finding} with input as {"spec": object.union({"items": [item]}, rest), "facts": {"items": [{}]}}
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1, "rehearsalMaxAgeSeconds": 17280000}
		with data.servelint.day as 1000
}

places(item, started, claimed, days) := found if {
	row := known({"status": "read", "path": "a.json", "at": at, "startedDay": started})
	found := {f.at | some f in rule.finding} with input as {
		"spec": {"items": [object.union({"id": "A", "evidence": [{"path": "a.json"}]}, item)]},
		"facts": {
			"items": [{"results": [row]}],
			"spec": {"evidenceMaxAge": days * 86400, "items": [{"evidence": [known({"collectedAt": claimed})]}]},
		},
	}
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1, "rehearsalMaxAgeSeconds": 17280000}
		with data.servelint.day as 1000
}

# A fact that nobody knows is not there.
known(facts) := {key: value | some key, value in facts; value != null}

test_flags_another_results_status if {
	said_1([{"op": "replace", "path": "/facts/items/0/results/0/status", "value": "remote"}]) == {{"at": ["spec", "items", 0, "evidence", 0], "says": ["`a.json`", "`collectedAt`"]}}
}

test_flags_other_numbers_of_evidence_max_age if {
	said_2([{"op": "replace", "path": "/facts/spec/evidenceMaxAge", "value": 1209601}]) == {{"at": ["spec", "items", 0, "evidence", 0], "related": [], "says": ["`a.json`", "15", "14"]}}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 1000
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1, "rehearsalMaxAgeSeconds": 17280000}
}

example_1 := {
	"facts": {
		"items": [{"results": [{"at": ["spec", "items", 0, "evidence", 0], "path": "a.json", "status": "read"}]}],
		"spec": {"evidenceMaxAge": 1209600, "items": [{"evidence": [{}]}]},
	},
	"spec": {"items": [{"evidence": [{"path": "a.json"}], "id": "A"}]},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 1000
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1, "rehearsalMaxAgeSeconds": 17280000}
}

example_2 := {
	"facts": {
		"items": [{"results": [{"at": ["spec", "items", 0, "evidence", 0], "path": "a.json", "status": "read"}]}],
		"spec": {"evidenceMaxAge": 1209600, "items": [{"evidence": [{"collectedAt": 985}]}]},
	},
	"spec": {"items": [{"evidence": [{"path": "a.json"}], "id": "A"}]},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 1000
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1, "rehearsalMaxAgeSeconds": 17280000}
}

example_3 := {
	"facts": {
		"items": [
			{
				"results": [{"at": ["spec", "items", 0, "evidence", 0], "path": "a.json", "startedDay": 990, "status": "read"}],
			},
		],
		"spec": {"evidenceMaxAge": 1209600, "items": [{"evidence": [{"collectedAt": 995}]}]},
	},
	"spec": {"items": [{"evidence": [{"path": "a.json"}], "id": "A"}]},
}
