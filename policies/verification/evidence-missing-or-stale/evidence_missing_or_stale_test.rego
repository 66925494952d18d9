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

test_ignores_the_capacity_without_date if {
	count(rule.finding) == 0 with input as {"facts": {"capacityResults": [{"status": "read", "path": "a.json", "at": ["spec", "capacity", "perReplica", "evidence"]}]}}
}

test_ignores_what_the_rule_about_the_verdict_says if {
	every decision in ["go", "go-with-conditions"] {
		missing({"id": "A", "gate": "blocking"}, {"verdict": {"decision": decision}}) == set()
	}
	missing({"id": "A", "gate": "blocking"}, {"verdict": {"decision": "no-go"}}) == {["spec", "items", 0, "evidence"]}
}

test_accepts_an_item_with_evidence if {
	missing({"id": "A", "gate": "blocking", "evidence": [{"path": "a.json"}]}, {}) == set()
}

test_flags_a_waiver_whose_name_or_reason_says_nothing if {
	every facts in [{"names": {"m.osei": ""}}, {"readings": {"lands with ACT-1": ""}}, {"names": {"m.osei": "tom.b"}}] {
		doc := {"spec": {"items": [{"id": "A", "gate": "blocking", "owner": "tom.b", "waiver": waiver}]}, "facts": facts}
		testing.places(rule.finding) == {["spec", "items", 0, "evidence"]} with input as doc
	}
}

test_flags_a_waiver_without_a_name if {
	missing({"id": "A", "gate": "blocking", "owner": "tom.b", "waiver": object.remove(waiver, ["by"])}, {}) == {["spec", "items", 0, "evidence"]}
}

test_a_waiver_holds_on_its_last_day if {
	doc := {
		"spec": {"items": [{"id": "A", "gate": "blocking", "waiver": waiver}]},
		"facts": {"spec": {"items": [{"waiver": {"expires": 1000}}]}},
	}
	testing.places(rule.finding) == set() with input as doc with data.servelint.day as 1000
}

test_the_messages_name_the_days if {
	messages({}, 985, null, {}) == {"`a.json` is 15 days old; the limit is 14 days"}
	messages({}, 1002, null, {}) == {"`a.json` was measured 2 days in the future"}
	messages({}, 990, 995, {}) == {"`collectedAt` of `a.json` is 5 days after the date in the file"}
	messages({}, 995, 990, {}) == {"`collectedAt` of `a.json` is 5 days before the date in the file"}
	messages({}, null, null, {}) == {"`a.json` has no measurement date: the file has none, and there is no `collectedAt`"}
	messages({}, null, null, {"status": "remote"}) == {"`a.json` has no measurement date: the file has none that can be seen from here, and there is no `collectedAt`"}
}

test_a_limit_of_part_of_a_day_is_rounded_down if {
	doc := testing.after(dated({}, 985, null, 14, {}), {"/facts/spec/evidenceMaxAge": 1252800})
	found := {f.message | some f in rule.finding} with input as doc
		with data.servelint.policy as policy
		with data.servelint.day as 1000
	found == {"`a.json` is 15 days old; the limit is 14 days"}
}

test_a_file_that_is_not_there_needs_no_date if {
	messages({}, null, null, {"status": "missing"}) == set()
}

test_a_date_may_be_as_much_later_as_the_test_lasted if {
	lasting(990, 993, 259200) == set()
	lasting(990, 994, 259200) == set()
	lasting(990, 995, 259200) == {array.concat(at, ["collectedAt"])}
	lasting(990, 994, 172801) == set()
	lasting(990, 994, 172800) == {array.concat(at, ["collectedAt"])}
	lasting(990, 992, 86400) == set()
}

test_a_date_before_the_test_is_not_explained_by_its_length if {
	lasting(993, 990, 259200) == {array.concat(at, ["collectedAt"])}
	lasting(992, 990, 259200) == {array.concat(at, ["collectedAt"])}
	lasting(991, 990, 259200) == set()
}

test_dates_two_days_apart_differ if {
	places({}, 990, 992, 14) == {array.concat(at, ["collectedAt"])}
	places({}, 992, 990, 14) == {array.concat(at, ["collectedAt"])}
}

test_flags_the_older_of_two_dates_of_a_file if {
	shared({}, 999, 900) == {at}
	shared({}, 999, 1002) == {at}
	shared({}, 999, 999) == set()
}

test_the_strictest_of_two_uses_of_a_file_counts if {
	shared({"category": "rollback"}, 900, 900) == {at}
	shared({"category": "rollback"}, 990, 990) == set()
}

waiver := {"by": "m.osei", "reason": "lands with ACT-1", "expires": "2026-12-31"}

missing(item, rest) := found if {
	found := testing.places(rule.finding) with input as {"spec": object.union({"items": [item]}, rest), "facts": {"items": [{}]}}
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1, "rehearsalMaxAgeSeconds": 17280000}
		with data.servelint.day as 1000
}

# A fact that nobody knows is not there.
known(facts) := {key: value | some key, value in facts; value != null}

test_counts_to_the_day_of_a_verdict_that_the_base_has if {
	until(999) == set()
	until(1000) == {at}

	# What was measured after the verdict was not before the people who decided.
	until(984) == {at}
}

until(day) := found if {
	found := testing.places(rule.finding) with input as testing.after(dated({}, 985, null, 14, {}), {"/facts/agesTo": day})
		with data.servelint.policy as policy
		with data.servelint.day as 1000
}

messages(item, started, claimed, result) := found if {
	found := {f.message | some f in rule.finding} with input as dated(item, started, claimed, 14, result)
		with data.servelint.policy as policy
		with data.servelint.day as 1000
}

places(item, started, claimed, days) := found if {
	found := testing.places(rule.finding) with input as dated(item, started, claimed, days, {})
		with data.servelint.policy as policy
		with data.servelint.day as 1000
}

lasting(started, claimed, seconds) := found if {
	found := testing.places(rule.finding) with input as dated({}, started, claimed, 14, {"evidence": {"durationSeconds": seconds}})
		with data.servelint.policy as policy
		with data.servelint.day as 1000
}

# One file behind two items, the first of which has more to say, collected on two days.
shared(item, first, second) := found if {
	rows := [{"status": "read", "path": "a.json", "at": ["spec", "items", i, "evidence", 0]} | some i in [0, 1]]
	found := testing.places(rule.finding) with input as {
		"spec": {"items": [object.union({"id": "A"}, item), {"id": "B"}]},
		"facts": {
			"items": [{"results": [rows[0]]}, {"results": [rows[1]]}],
			"spec": {"items": [{"evidence": [{"collectedAt": first}]}, {"evidence": [{"collectedAt": second}]}]},
		},
	}
		with data.servelint.policy as {"evidenceMaxAgeSeconds": 1209600, "rehearsalMaxAgeSeconds": 17280000}
		with data.servelint.day as 1000
}

dated(item, started, claimed, days, result) := {
	"spec": {"items": [object.union({"id": "A", "evidence": [{"path": "a.json"}]}, item)]},
	"facts": {
		"items": [{"results": [object.union(known({"status": "read", "path": "a.json", "at": at, "startedDay": started}), result)]}],
		"spec": {"evidenceMaxAge": days * 86400, "items": [{"evidence": [known({"collectedAt": claimed})]}]},
	},
}

policy := {"evidenceMaxAgeSeconds": 1, "rehearsalMaxAgeSeconds": 17280000}
