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

with_result(entry) := {"decisions": [], "checklists": [{
	"spec": {"items": [object.union(measured, {"op": "lte", "threshold": 800, "reported": 700})], "verdict": {"decision": "go"}},
	"facts": {"items": [{"results": [entry]}]},
}]}

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
	at := {f.at | some f in rule.finding} with input as doc with data.servelint.day as 20736
}

test_flags_another_actions_status if {
	said_2([{"op": "replace", "path": "/decisions/0/spec/actions/0/status", "value": "cancelled"}]) == {
		{
			"at": ["checklists", 0, "spec", "verdict", "conditions", 0],
			"related": [["decisions", 0, "spec", "actions", 0, "status"]],
			"says": ["`ACT-1`", "`cancelled`"],
		},
	}
	said_2([{"op": "replace", "path": "/decisions/0/spec/actions/0/status", "value": "closed"}]) == {
		{
			"at": ["checklists", 0, "spec", "verdict", "conditions", 0],
			"related": [["decisions", 0, "spec", "actions", 0, "status"]],
			"says": ["`ACT-1`", "`closed`"],
		},
	}
	said_2([{"op": "replace", "path": "/decisions/0/spec/actions/0/status", "value": "completed"}]) == {
		{
			"at": ["checklists", 0, "spec", "verdict", "conditions", 0],
			"related": [["decisions", 0, "spec", "actions", 0, "status"]],
			"says": ["`ACT-1`", "`completed`"],
		},
	}
}

test_flags_another_verdict_decision if {
	said_1([{"op": "replace", "path": "/checklists/0/spec/verdict/decision", "value": "no-go"}]) == {
		{
			"at": ["checklists", 0, "spec", "verdict", "decision"],
			"help": "Resolve what stands against the release, then let the same people decide again.",
			"says": ["`somebody`", "`no-go`"],
		},
	}
	said_2([{"op": "replace", "path": "/checklists/0/spec/verdict/decision", "value": "go"}]) == {{"at": ["checklists", 0, "spec", "verdict", "conditions"], "says": ["`go`", "`ACT-1`", "`go-with-conditions`"]}}
}

test_flags_other_numbers_of_actions_due_date if {
	said_2([{"op": "replace", "path": "/decisions/0/facts/spec/actions/0/dueDate", "value": 20735}]) == {
		{
			"at": ["checklists", 0, "spec", "verdict", "conditions", 0],
			"related": [["decisions", 0, "spec", "actions", 0, "status"]],
			"says": ["`ACT-1`", "`done`"],
		},
	}
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["checklists", 0, "spec", "verdict", "decision"],
			"related": [["checklists", 0, "spec", "items", 0]],
			"says": ["`go`", "`LOAD-1`"],
		},
	}
}

test_flags_without_items_id if {
	said_1([{"op": "remove", "path": "/checklists/0/spec/items/0/id"}]) == {
		{
			"at": ["checklists", 0, "spec", "verdict", "decision"],
			"related": [["checklists", 0, "spec", "items", 0]],
			"says": ["`go`", "`?`"],
		},
	}
}

test_ignores_another_verdict_conditions if {
	said_2([{"op": "replace", "path": "/checklists/0/spec/verdict/conditions/0", "value": "other"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
}

example_1 := {
	"checklists": [
		{
			"facts": {},
			"spec": {"items": [{"gate": "blocking", "id": "LOAD-1", "owner": "dana.k"}], "verdict": {"decision": "go"}},
		},
	],
	"decisions": [],
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
}

example_2 := {
	"checklists": [{"spec": {"items": [], "verdict": {"conditions": ["ACT-1"], "decision": "go-with-conditions"}}}],
	"decisions": [
		{
			"facts": {"spec": {"actions": [{"dueDate": 20736}]}},
			"spec": {"actions": [{"dueDate": "2026-10-09", "id": "ACT-1", "status": "done"}]},
		},
	],
}
