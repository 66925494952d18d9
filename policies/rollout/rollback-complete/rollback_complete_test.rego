package servelint.rules.rollout["rollback-complete_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-complete"] as rule

plan := {"automatic": false, "triggers": ["p99"], "targetRevision": "30", "rto": "2m", "runbook": "docs/r.md"}

analysis := {"name": "p99", "threshold": "50ms", "window": "5m"}

test_accepts_a_complete_plan if {
	said(plan, [analysis]) == set()
	said(object.union(plan, {"automatic": true}), [analysis, {"name": "ctr"}]) == set()
}

test_flags_each_missing_part if {
	every key, _ in plan {
		said(object.remove(plan, [key]), [analysis]) == {{"at": ["spec", "rollback", key], "says": [sprintf("`%s`", [key])]}}
	}
}

test_flags_every_part_of_an_empty_plan if {
	count(said({}, [analysis])) == 5
	count(said({key: null | some key, _ in plan}, [analysis])) == 5
}

test_flags_a_plan_without_a_trigger if {
	said(object.union(plan, {"triggers": []}), [analysis]) == {{"at": ["spec", "rollback", "triggers"], "says": []}}
}

test_flags_a_trigger_that_is_no_analysis if {
	said(object.union(plan, {"triggers": ["p99", "errors"]}), [analysis]) == {{"at": ["spec", "rollback", "triggers", 1], "says": ["`errors`"]}}
	said(plan, []) == {{"at": ["spec", "rollback", "triggers", 0], "says": ["`p99`"]}}
}

test_flags_a_trigger_whose_analysis_has_no_numbers if {
	every key in ["threshold", "window"] {
		said(plan, [object.remove(analysis, [key])]) == {{
			"at": ["spec", "rollout", "analysis", 0, key],
			"related": [["spec", "rollback", "triggers", 0]],
			"says": ["`p99`", sprintf("`%s`", [key])],
		}}
	}
}

test_accepts_a_threshold_of_zero if {
	said(plan, [object.union(analysis, {"threshold": 0})]) == set()
}

test_ignores_triggers_where_the_analyses_are_unknown if {
	said(plan, [object.remove(analysis, ["name"])]) == set()
	count(rule.finding) == 0 with input as {"spec": {"rollback": plan}}
}

test_ignores_documents_without_a_rollback if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {"rollout": {"analysis": [{}]}}}
}

said(rollback, analyses) := found if {
	found := testing.all(rule.finding) with input as {"spec": {
		"rollback": rollback,
		"rollout": {"analysis": analyses},
	}}
}
