package servelint.rules.rollout["rollback-complete_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-complete"] as rule

plan := {"automatic": false, "triggers": ["p99"], "targetRevision": "30", "rto": "2m", "runbook": "docs/r.md"}

analysis := {"name": "p99", "threshold": "50ms", "window": "5m"}

test_flags_each_missing_part if {
	every key, _ in plan {
		places(object.remove(plan, [key]), [analysis]) == {["spec", "rollback", key]}
	}
}

test_flags_empty_plan if {
	count(places({}, [analysis])) == 5
}

test_flags_empty_triggers if {
	places(object.union(plan, {"triggers": []}), [analysis]) == {["spec", "rollback", "triggers"]}
}

test_flags_trigger_that_is_no_analysis if {
	places(object.union(plan, {"triggers": ["p99", "errors"]}), [analysis]) == {["spec", "rollback", "triggers", 1]}
	places(plan, []) == {["spec", "rollback", "triggers", 0]}
}

test_flags_trigger_without_numbers if {
	places(plan, [object.remove(analysis, ["threshold"])]) == {["spec", "rollout", "analysis", 0, "threshold"]}
	places(plan, [object.remove(analysis, ["window"])]) == {["spec", "rollout", "analysis", 0, "window"]}
}

test_accepts_complete_plan if {
	count(places(plan, [analysis])) == 0
	count(places(object.union(plan, {"automatic": true}), [analysis, {"name": "ctr"}])) == 0
}

test_accepts_threshold_of_zero if {
	count(places(plan, [object.union(analysis, {"threshold": 0})])) == 0
}

test_ignores_triggers_where_the_analyses_are_unknown if {
	count(places(plan, [{"threshold": 1, "window": "5m"}])) == 0
	count(rule.finding) == 0 with input as {"spec": {"rollback": plan}}
}

test_ignores_unfinished_documents if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {}}
	count(rule.finding) == 0 with input as {"spec": {"rollout": {"analysis": [{}]}}}
}

places(rollback, analyses) := at if {
	at := {f.at | some f in rule.finding} with input as {"spec": {
		"rollback": rollback,
		"rollout": {"analysis": analyses},
	}}
}

test_flags_without_analysis_threshold if {
	said([{"op": "remove", "path": "/spec/rollout/analysis/0/threshold"}]) == {
		{"at": ["spec", "rollback", "runbook"], "says": ["`runbook`"]},
		{
			"at": ["spec", "rollout", "analysis", 0, "threshold"],
			"related": [["spec", "rollback", "triggers", 0]],
			"says": ["`p99`", "`threshold`"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"spec": {
		"rollback": {"automatic": false, "rto": "2m", "targetRevision": "30", "triggers": ["p99"]},
		"rollout": {"analysis": [{"name": "p99", "threshold": "50ms", "window": "5m"}]},
	},
}
