package servelint.rules.rollout["rollback-not-rehearsed_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-not-rehearsed"] as rule

test_flags_production_without_rehearsal if {
	places(review({}, {}, [])) == {["rehearsal"]}
	places(review({"rehearsal": {}}, {}, [])) == {["rehearsal"]}
}

test_flags_old_date if {
	places(dated("2026-04-12", 20555)) == {["rehearsal", "date"]}
}

test_flags_date_in_the_future if {
	places(dated("2026-10-11", 20737)) == {["rehearsal", "date"]}
}

test_flags_old_evidence if {
	places(drill([{"collectedAt": "2026-03-01"}], [{"collectedAt": 20513}])) == {["rehearsal", "checklistItem"]}
}

test_flags_drill_without_dated_evidence if {
	places(drill([], [])) == {["rehearsal", "checklistItem"]}
	places(drill(["evidence/drill.json"], [{}])) == {["rehearsal", "checklistItem"]}
}

test_flags_a_drill_that_missed_or_shows_nothing if {
	places(drilled({"status": "read", "startedDay": 20728, "result": {"value": 412, "unit": "s"}})) == {["rehearsal", "checklistItem"]}
	places(drilled({"status": "unknown-format", "startedDay": 20728})) == {["rehearsal", "checklistItem"]}
}

test_accepts_a_drill_that_passed_with_its_date_in_the_file if {
	count(places(drilled({"status": "read", "startedDay": 20728, "result": {"value": 212, "unit": "s"}}))) == 0
}

test_flags_a_file_that_is_older_than_what_is_claimed if {
	places(drilled({"status": "read", "startedDay": 20500, "result": {"value": 212, "unit": "s"}})) == {["rehearsal", "checklistItem"]}
}

drilled(entry) := object.union(
	review({"rehearsal": {"checklistItem": "RB-1"}}, {}, []),
	{"checklists": [{
		"spec": {"items": [{"id": "RB-1", "op": "lte", "threshold": 300, "evidence": ["a.json"]}]},
		"facts": {"items": [{"results": [entry]}]},
	}]},
)

test_ignores_unknown_item if {
	count(places(review({"rehearsal": {"checklistItem": "RB-9"}}, {}, [{"id": "RB-1"}]))) == 0
}

test_accepts_date_at_the_limit if {
	count(places(dated("2026-04-13", 20556))) == 0
	count(places(dated("2026-10-10", 20736))) == 0
}

test_accepts_newest_evidence if {
	evidence := [{"collectedAt": "2026-03-01"}, {"collectedAt": "2026-10-02"}]
	count(places(drill(evidence, [{"collectedAt": 20513}, {"collectedAt": 20728}]))) == 0
}

test_ignores_dates_that_do_not_parse if {
	count(places(drill([{"collectedAt": "spring"}], [{}]))) == 0
	count(places(review({"rehearsal": {"date": "spring"}}, {}, []))) == 0
}

test_ignores_other_environments if {
	count(places(json.patch(review({}, {}, []), [{
		"op": "replace",
		"path": "/serving/spec/environment",
		"value": "staging",
	}]))) == 0
}

test_ignores_unfinished_reviews if {
	count(places({})) == 0
	count(places({"service": "x", "serving": {"spec": {}}, "checklists": [{"spec": {}}, {}]})) == 0
	count(places({"service": "x", "serving": {"spec": {"environment": "production"}}})) == 0
}

dated(date, day) := review({"rehearsal": {"date": date}}, {"rehearsal": {"date": day}}, [])

drill(evidence, facts) := object.union(
	review({"rehearsal": {"checklistItem": "RB-1"}}, {}, []),
	{"checklists": [
		{"spec": {"items": [{"id": "LOAD-1"}]}},
		{
			"spec": {"items": [{"id": "LOAD-2"}, {"id": "RB-1", "evidence": evidence}]},
			"facts": {"spec": {"items": [{}, {"evidence": facts}]}},
		},
	]},
)

review(rollback, facts, items) := {
	"service": "feed-ranker",
	"serving": {
		"spec": {"environment": "production", "rollback": rollback},
		"facts": {"spec": {"rollback": facts}},
	},
	"decisions": [],
	"checklists": [{"spec": {"items": items}}],
}

places(doc) := at if {
	at := {array.slice(f.at, 3, 9) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"rehearsalMaxAgeSeconds": 15552000}
		with data.servelint.day as 20736
}

test_flags_other_numbers_of_rehearsal_date if {
	said_1([{"op": "replace", "path": "/serving/facts/spec/rollback/rehearsal/date", "value": -1}]) == {{"at": ["serving", "spec", "rollback", "rehearsal", "date"], "says": ["2026", "10", "11", "20737", "180"]}}
}

test_flags_the_places if {
	said_1([]) == {{"at": ["serving", "spec", "rollback", "rehearsal", "date"], "says": ["2026", "10", "11", "1"]}}
	said_2([]) == {
		{
			"at": ["serving", "spec", "rollback", "rehearsal", "checklistItem"],
			"related": [["checklists", 1, "spec", "items", 1]],
			"says": ["`RB-1`", "`collectedAt`"],
		},
	}
}

test_ignores_without_serving_environment if {
	said_1([{"op": "remove", "path": "/serving/spec/environment"}]) == set()
	said_2([{"op": "remove", "path": "/serving/spec/environment"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
		with data.servelint.policy as {"rehearsalMaxAgeSeconds": 15552000}
}

example_1 := {
	"checklists": [{"spec": {"items": []}}],
	"decisions": [],
	"service": "feed-ranker",
	"serving": {
		"facts": {"spec": {"rollback": {"rehearsal": {"date": 20737}}}},
		"spec": {"environment": "production", "rollback": {"rehearsal": {"date": "2026-10-11"}}},
	},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
		with data.servelint.policy as {"rehearsalMaxAgeSeconds": 15552000}
}

example_2 := {
	"checklists": [
		{"spec": {"items": [{"id": "LOAD-1"}]}},
		{
			"facts": {"spec": {"items": [{}, {"evidence": []}]}},
			"spec": {"items": [{"id": "LOAD-2"}, {"evidence": [], "id": "RB-1"}]},
		},
	],
	"decisions": [],
	"service": "feed-ranker",
	"serving": {
		"facts": {"spec": {"rollback": {}}},
		"spec": {"environment": "production", "rollback": {"rehearsal": {"checklistItem": "RB-1"}}},
	},
}

test_flags_other_numbers_of_results_started_day if {
	said_more([{"op": "replace", "path": "/checklists/0/facts/items/0/results/0/startedDay", "value": 41456}]) == {
		{
			"at": ["serving", "spec", "rollback", "rehearsal", "checklistItem"],
			"related": [["checklists", 0, "spec", "items", 0]],
			"says": ["`RB-1`", "20720"],
		},
		{
			"at": ["serving", "spec", "rollback", "rehearsal", "checklistItem"],
			"related": [["checklists", 0, "spec", "items", 0, "evidence"]],
			"says": ["`RB-1`"],
		},
	}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.day as 20736
		with data.servelint.policy as {"rehearsalMaxAgeSeconds": 15552000}
}

example_more := {
	"checklists": [
		{
			"facts": {"items": [{"results": [{"startedDay": 20728, "status": "unknown-format"}]}]},
			"spec": {"items": [{"evidence": ["a.json"], "id": "RB-1", "op": "lte", "threshold": 300}]},
		},
	],
	"decisions": [],
	"service": "feed-ranker",
	"serving": {
		"facts": {"spec": {"rollback": {}}},
		"spec": {"environment": "production", "rollback": {"rehearsal": {"checklistItem": "RB-1"}}},
	},
}
