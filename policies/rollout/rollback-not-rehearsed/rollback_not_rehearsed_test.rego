package servelint.rules.rollout["rollback-not-rehearsed_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-not-rehearsed"] as rule

# Today is day 20736, 2026-10-10; a rehearsal may be 180 days old.
today := 20736

item := ["serving", "spec", "rollback", "rehearsal", "checklistItem"]

test_flags_a_rollback_without_a_rehearsal if {
	every rollback in [{}, {"rehearsal": {}}] {
		said(review(rollback)) == {{"at": ["serving", "spec", "rollback", "rehearsal"], "says": ["`ranker`"]}}
	}
}

test_flags_a_date_beyond_the_limit if {
	said(dated("2026-04-12", today - 181)) == {{
		"at": ["serving", "spec", "rollback", "rehearsal", "date"],
		"says": ["2026", "04", "12", "181", "180"],
	}}
}

test_flags_a_date_in_the_future if {
	said(dated("2026-10-11", today + 1)) == {{
		"at": ["serving", "spec", "rollback", "rehearsal", "date"],
		"says": ["2026", "10", "11", "1"],
	}}
}

test_flags_a_date_beyond_a_limit_of_hours_in_whole_days if {
	{f.says | some f in testing.all(rule.finding)} == {["2026", "10", "08", "2", "1"]} with input as dated("2026-10-08", today - 2)
		with data.servelint.policy as {"rehearsalMaxAgeSeconds": 129600}
		with data.servelint.day as today
}

test_accepts_a_date_at_the_limit_and_of_today if {
	said(dated("2026-04-13", today - 180)) == set()
	said(dated("2026-10-10", today)) == set()
}

test_ignores_a_date_that_does_not_parse if {
	said(review({"rehearsal": {"date": "spring"}})) == set()
}

dated(date, day) := testing.after(review({"rehearsal": {"date": date}}), {"/serving/facts": {"spec": {"rollback": {"rehearsal": {"date": day}}}}})

test_counts_to_the_day_of_a_verdict_that_the_base_has if {
	until(today - 1) == set()
	count(until(today)) == 1
	count(until(today - 182)) == 1
}

until(day) := said(testing.after(dated("2026-04-12", today - 181), {"/serving/facts/agesTo": day}))

test_flags_a_drill_whose_newest_evidence_is_too_old if {
	said(drill([{"collectedAt": "2026-03-01"}, {"collectedAt": "2026-02-01"}], [20513, 20485])) == {{
		"at": item,
		"related": [["checklists", 1, "spec", "items", 1]],
		"says": ["`RB-1`", "223", "180"],
	}}
}

test_accepts_a_drill_whose_newest_evidence_is_recent if {
	said(drill([{"collectedAt": "2026-03-01"}, {"collectedAt": "2026-10-02"}], [20513, 20728])) == set()
}

test_flags_a_drill_without_a_dated_result if {
	every evidence in [[], ["evidence/drill.json"]] {
		said(drill(evidence, [])) == {{
			"at": item,
			"related": [["checklists", 1, "spec", "items", 1]],
			"says": ["`RB-1`", "`collectedAt`"],
		}}
	}
}

test_ignores_evidence_whose_date_does_not_parse if {
	said(drill([{"collectedAt": "spring"}], [])) == set()
}

drill(evidence, days) := object.union(review({"rehearsal": {"checklistItem": "RB-1"}}), {"checklists": [
	{"spec": {"items": [{"id": "LOAD-1"}]}},
	{
		"spec": {"items": [{"id": "LOAD-2"}, {"id": "RB-1", "evidence": evidence}]},
		"facts": {"spec": {"items": [{}, {"evidence": [{"collectedAt": day} | some day in days]}]}},
	},
]})

test_flags_a_drill_that_missed_its_target if {
	said(drilled({"status": "read", "startedDay": 20728, "result": {"value": 412}})) == {{
		"at": item,
		"related": [["checklists", 0, "spec", "items", 0, "evidence"]],
		"says": ["`RB-1`"],
	}}
}

test_flags_a_drill_whose_files_show_no_result if {
	said(drilled({"status": "unknown-format", "startedDay": 20728})) == {{
		"at": item,
		"related": [["checklists", 0, "spec", "items", 0, "evidence"]],
		"says": ["`RB-1`"],
	}}
}

test_accepts_a_drill_that_passed if {
	said(drilled({"status": "read", "startedDay": 20728, "result": {"value": 212}})) == set()
}

test_flags_a_file_that_is_older_than_what_is_written_about_it if {
	claimed := testing.after(
		drilled({"status": "read", "startedDay": 20500, "result": {"value": 212}}),
		{"/checklists/0/facts/spec": {"items": [{"evidence": [{"collectedAt": 20728}]}]}},
	)
	said(claimed) == {{
		"at": item,
		"related": [["checklists", 0, "spec", "items", 0]],
		"says": ["`RB-1`", "236", "180"],
	}}
}

drilled(result) := object.union(review({"rehearsal": {"checklistItem": "RB-1"}}), {"checklists": [{
	"spec": {"items": [{"id": "RB-1", "op": "lte", "threshold": 300, "evidence": ["a.json"]}]},
	"facts": {"items": [{"results": [result]}]},
}]})

test_ignores_an_item_that_does_not_exist if {
	said(object.union(review({"rehearsal": {"checklistItem": "RB-9"}}), {"checklists": [{"spec": {"items": [{"id": "RB-1"}]}}]})) == set()
}

test_ignores_other_environments if {
	staging := {"/serving/spec/environment": "staging"}
	said(testing.after(review({}), staging)) == set()
	said(testing.after(dated("2026-04-12", today - 181), staging)) == set()
	said(testing.after(drill([], []), staging)) == set()
}

test_ignores_unfinished_reviews if {
	said({}) == set()
	said({"service": "x", "serving": {"spec": {"environment": "production"}}}) == set()
	said({"service": "x", "serving": {"spec": {}}, "checklists": [{"spec": {}}, {}]}) == set()
}

review(rollback) := {"service": "ranker", "serving": {"spec": {"environment": "production", "rollback": rollback}}}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.policy as {"rehearsalMaxAgeSeconds": 15552000}
		with data.servelint.day as today
}
