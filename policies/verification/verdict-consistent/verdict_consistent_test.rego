package servelint.rules.verification["verdict-consistent_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["verdict-consistent"] as rule

verdict := ["checklists", 0, "spec", "verdict"]

decision := {array.concat(verdict, ["decision"])}

measured := {"id": "LOAD-1", "gate": "blocking", "evidence": ["a.json"], "owner": "dana.k"}

unmeasured := {"id": "LOAD-1", "gate": "blocking", "owner": "dana.k"}

waiver := {"by": "m.osei", "reason": "lands with ACT-1", "expires": "2026-11-30"}

test_accepts_go_when_every_blocking_item_has_evidence if {
	places(review([measured, {"id": "B", "gate": "advisory"}], {"decision": "go"})) == set()
}

test_flags_go_without_evidence if {
	places(review([unmeasured], {"decision": "go"})) == decision
	places(review([object.union(unmeasured, {"evidence": []})], {"decision": "go"})) == decision
}

test_flags_what_people_stopped if {
	places(review([measured], {"decision": "no-go"})) == decision
}

test_flags_go_when_a_target_is_missed if {
	places(review([object.union(measured, {"op": "lte", "threshold": 800, "reported": 900})], {"decision": "go"})) == decision
}

test_flags_go_when_the_file_misses_or_shows_nothing if {
	places(with_result({"result": {"value": 900, "unit": "ms"}})) == decision
	places(with_result({"status": "read", "lacking": "statistic"})) == decision
	places(with_result({"status": "mismatch"})) == decision
}

test_accepts_go_when_the_file_meets_or_cannot_be_seen if {
	places(with_result({"result": {"value": 800, "unit": "ms"}})) == set()
	places(with_result({"status": "remote"})) == set()
}

test_accepts_a_waiver if {
	places(review([object.union(unmeasured, {"waiver": waiver})], {"decision": "go"})) == set()
}

test_flags_a_waiver_by_the_owner_or_without_reason if {
	places(review([object.union(unmeasured, {"waiver": object.union(waiver, {"by": "dana.k"})})], {"decision": "go"})) == decision
	places(review([object.union(unmeasured, {"waiver": object.remove(waiver, ["reason"])})], {"decision": "go"})) == decision
}

test_flags_an_expired_waiver_but_not_on_its_last_day if {
	doc := review([object.union(unmeasured, {"waiver": waiver})], {"decision": "go"})
	places(with_expiry(doc, 20735)) == decision
	places(with_expiry(doc, 20736)) == set()
}

test_flags_conditions_that_do_not_fit_the_verdict if {
	places(review([], {"decision": "go-with-conditions"})) == {array.concat(verdict, ["conditions"])}
	places(review([], {"decision": "go", "conditions": ["ACT-1"]})) == {array.concat(verdict, ["conditions"])}
}

test_accepts_open_conditions if {
	places(conditional("open", 20736)) == set()
	places(conditional("open", null)) == set()
}

test_flags_conditions_that_are_done_or_overdue if {
	condition := {array.concat(verdict, ["conditions", 0])}
	places(conditional("done", 20736)) == condition
	places(conditional("open", 20735)) == condition
}

test_flags_a_verdict_of_a_day_to_come if {
	dated := testing.after(
		review([measured], {"decision": "go", "date": "2026-10-12"}),
		{"/checklists/0/facts": {"spec": {"verdict": {"date": 20738}}}},
	)
	messages(dated) == {"verdict is `go`, but its date, 2026-10-12, is 2 days in the future"}
	places(dated) == {array.concat(verdict, ["date"])}
	every day in [20737, 20736, 20000] {
		places(testing.after(dated, {"/checklists/0/facts/spec/verdict/date": day})) == set()
	}
	places(testing.after(dated, {"/checklists/0/spec/verdict/decision": "no-go"})) == decision
}

test_flags_only_the_checklist_of_the_verdict if {
	doc := {"checklists": [
		{"spec": {"items": [measured], "verdict": {"decision": "go"}}},
		{"spec": {"items": [unmeasured]}},
	]}
	places(doc) == set()
}

test_ignores_missing_fields if {
	places({}) == set()
	places({"checklists": [{}], "decisions": [{}]}) == set()
	places(review([{}], {})) == set()
}

test_the_message_names_the_person_who_stopped_it if {
	messages(review([measured], {"decision": "no-go", "by": "m.osei"})) == {"`m.osei` decided `no-go`: the release stops"}
	messages(review([measured], {"decision": "no-go"})) == {"`somebody` decided `no-go`: the release stops"}
}

test_a_no_go_is_not_compared_with_the_items if {
	count(messages(review([unmeasured], {"decision": "no-go"}))) == 1
}

test_the_message_gives_the_reason_of_each_item if {
	problems(late) == {"reports 900 and misses its target of 800"}
	problems(unmeasured) == {"has no evidence and no waiver with name and reason"}
	problems(object.union(unmeasured, {"waiver": object.union(waiver, {"by": "dana.k"})})) == {"has no evidence and is waived by its own owner `dana.k`"}
	messages(with_expiry(review([object.union(unmeasured, {"waiver": waiver})], {"decision": "go"}), 20735)) == {"verdict is `go`, but blocking item `LOAD-1` has no evidence and its waiver expired on 2026-11-30"}
	messages(with_result({"result": {"value": 900, "unit": "ms"}})) == {"verdict is `go`, but blocking item `LOAD-1` shows 900 ms in its own evidence and misses its target of 800"}
	messages(with_result({"status": "mismatch"})) == {"verdict is `go`, but blocking item `LOAD-1` has no evidence file that shows its result"}
}

test_a_missed_item_is_not_to_be_waived if {
	text := "Make the service meet the target and measure again, or change the verdict to `no-go`."
	advised(review([late], {"decision": "go"})) == {text}
	advised(with_result({"result": {"value": 900, "unit": "ms"}})) == {text}
	advised(review([unmeasured], {"decision": "go"})) == {""}
}

advised(doc) := {object.get(finding, "help", "") | some finding in found(doc)}

# A file that is not there is one thing to put right, whoever names it.
test_evidence_that_nobody_can_open_is_the_cause if {
	every status in ["missing", "outside", "directory", "unreadable", "too-large"] {
		doc := object.union(with_result({"status": "missing"}), {"facts": {"files": {"a.json": {"status": status}}}})
		{object.get(f, "follows", "") | some f in found(doc)} == {"file a.json"}
	}
	there := object.union(with_result({"status": "missing"}), {"facts": {"files": {"a.json": {"status": "present"}}}})
	{object.get(f, "follows", "") | some f in found(there)} == {""}
	missed := object.union(with_result({"result": {"value": 900, "unit": "ms"}}), {"facts": {"files": {"a.json": {"status": "missing"}}}})
	{object.get(f, "follows", "") | some f in found(missed)} == {""}
}

found(doc) := findings if {
	findings := rule.finding with input as doc with data.servelint.day as 20736
}

test_an_item_without_a_name_is_reported_as_well if {
	messages(review([object.remove(unmeasured, ["id"])], {"decision": "go"})) == {"verdict is `go`, but blocking item `?` has no evidence and no waiver with name and reason"}
}

test_a_waiver_covers_a_missed_target_and_a_file_that_shows_nothing if {
	places(review([object.union(late, {"waiver": waiver})], {"decision": "go"})) == set()
	places(waived(with_result({"result": {"value": 900, "unit": "ms"}}))) == set()
	places(waived(with_result({"status": "mismatch"}))) == set()
}

test_an_item_with_evidence_needs_no_waiver if {
	every broken in [waiver, object.union(waiver, {"by": "dana.k"})] {
		places(with_expiry(review([object.union(measured, {"waiver": broken})], {"decision": "go"}), 20735)) == set()
	}
}

test_an_empty_list_of_conditions_fits_a_go if {
	places(review([], {"decision": "go", "conditions": []})) == set()
}

test_every_way_to_end_an_action_ends_a_condition if {
	every status in ["done", "closed", "completed", "cancelled"] {
		said(conditional(status, 20735)) == {{
			"at": array.concat(verdict, ["conditions", 0]),
			"related": [["decisions", 0, "spec", "actions", 0, "status"]],
			"says": ["`ACT-1`", sprintf("`%s`", [status])],
		}}
	}
}

test_an_open_action_may_be_overdue if {
	overdue := {{
		"at": array.concat(verdict, ["conditions", 0]),
		"related": [["decisions", 0, "spec", "actions", 0, "dueDate"]],
		"says": ["`ACT-1`", "2026", "10", "09", "1"],
	}}
	every status in ["open", "in-progress"] { said(conditional(status, 20735)) == overdue }
	said(testing.without(conditional("open", 20735), ["/decisions/0/spec/actions/0/status"])) == overdue
	said(conditional("blocked", 20735)) == set()
}

test_only_the_actions_of_the_conditions_are_looked_at if {
	places(testing.after(conditional("done", 20735), {"/decisions/0/spec/actions/0/id": "ACT-2"})) == set()
	places(testing.after(conditional("done", 20735), {"/checklists/0/spec/verdict/decision": "go"})) == {array.concat(verdict, ["conditions"])}
}

test_a_waiver_that_does_not_hold_does_not_cover_a_missed_target if {
	every broken in [object.remove(waiver, ["by"]), object.remove(waiver, ["reason"]), object.union(waiver, {"by": "dana.k"})] {
		problems(object.union(late, {"waiver": broken})) == {"reports 900 and misses its target of 800"}
	}
	messages(with_expiry(review([object.union(late, {"waiver": waiver})], {"decision": "go"}), 20735)) == {"verdict is `go`, but blocking item `LOAD-1` reports 900 and misses its target of 800"}
}

test_a_waiver_whose_name_or_reason_says_nothing_is_none if {
	every facts in [{"names": {"m.osei": ""}}, {"readings": {"lands with ACT-1": ""}}] {
		doc := testing.after(review([object.union(unmeasured, {"waiver": waiver})], {"decision": "go"}), {"/checklists/0/facts": facts})
		messages(doc) == {"verdict is `go`, but blocking item `LOAD-1` has no evidence and no waiver with name and reason"}
	}
}

with_result(entry) := {"decisions": [], "checklists": [{
	"spec": {"items": [object.union(measured, {"op": "lte", "threshold": 800, "reported": 700})], "verdict": {"decision": "go"}},
	"facts": {"items": [{"results": [entry]}]},
}]}

review(items, claim) := {
	"decisions": [],
	"checklists": [{"spec": {"items": items, "verdict": claim}, "facts": {}}],
}

with_expiry(doc, day) := object.union(doc, {"checklists": [object.union(doc.checklists[0], {"facts": {"spec": {"items": [{"waiver": {"expires": day}}]}}})]})

conditional(status, due) := {
	"decisions": [{
		"spec": {"actions": [{"id": "ACT-1", "status": status, "dueDate": "2026-10-09"}]},
		"facts": {"spec": {"actions": [{key: value | some key, value in {"dueDate": due}; value != null}]}},
	}],
	"checklists": [{"spec": {"items": [], "verdict": {"decision": "go-with-conditions", "conditions": ["ACT-1"]}}}],
}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc with data.servelint.day as 20736
}

late := object.union(measured, {"op": "lte", "threshold": 800, "reported": 900})

waived(doc) := testing.after(doc, {"/checklists/0/spec/items/0/waiver": waiver})

# What the message about this item says after its name.
problems(item) := {split(message, "item `LOAD-1` ")[1] | some message in messages(review([item], {"decision": "go"}))}

messages(doc) := found if {
	found := {f.message | some f in rule.finding} with input as doc with data.servelint.day as 20736
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc with data.servelint.day as 20736
}
