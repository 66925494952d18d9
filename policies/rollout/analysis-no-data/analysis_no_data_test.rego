package servelint.rules.rollout["analysis-no-data_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["analysis-no-data"] as rule

test_flags_a_rollout_that_leaves_it_open if {
	said({"analysis": [{"name": "p99"}]}) == {{"at": ["spec", "rollout", "onNoData"], "says": ["1"]}}
	said({"strategy": "blueGreen", "analysis": [{}, {}]}) == {{"at": ["spec", "rollout", "onNoData"], "says": ["2"]}}
}

test_accepts_pause_and_abort if {
	said({"analysis": [{"name": "p99"}], "onNoData": "pause"}) == set()
	said({"analysis": [{"name": "p99"}], "onNoData": "abort"}) == set()
}

test_ignores_a_rollout_without_analyses if {
	said({"strategy": "rolling"}) == set()
	said({"strategy": "canary", "analysis": []}) == set()
	said({}) == set()
	count(rule.finding) == 0 with input as {}
}

said(rollout) := found if {
	found := testing.all(rule.finding) with input as {"spec": {"rollout": rollout}}
}

test_flags_a_condition_that_takes_an_answer_for_granted if {
	guards := ["`p99`", "`len(result)`", "`isNaN`"]
	said_of(succeeds("result[0] <= 1")) == {{"at": ["artifacts", 0, "success"], "says": guards}}
	said_of(fails("result[0] > 1")) == {{"at": ["artifacts", 0, "failure"], "says": guards}}
}

test_flags_it_once_where_both_conditions_do if {
	both := object.union(succeeds("result[0] <= 1"), fails("result[0] > 1"))
	{f.at | some f in said_of(both)} == {["artifacts", 0, "success"]}
}

test_accepts_a_condition_that_asks_for_an_answer_first if {
	said_of(guarded(succeeds("len(result) > 0 && result[0] <= 1"))) == set()
}

test_flags_a_guarded_failure_that_nan_does_not_meet if {
	said_of(guarded(fails("len(result) > 0 && result[0] > 1"))) == {{
		"at": ["artifacts", 0, "failure"],
		"says": ["`p99`", "`failureCondition`", "`isNaN`"],
	}}
}

test_accepts_a_failure_that_decides_about_nan if {
	said_of(guarded(fails("isNaN(result[0]) || result[0] > 1"))) == set()
	said_of(guarded(fails("default(result[0], 2) > 1"))) == set()
}

test_accepts_a_success_condition_that_nan_does_not_meet if {
	both := object.union(succeeds("len(result) > 0 && result[0] <= 1"), fails("len(result) > 0 && result[0] > 1"))
	said_of(guarded(both)) == set()
}

test_ignores_conditions_without_a_result if {
	said_of(fails("false")) == set()
	said_of(guarded(fails("false"))) == set()
	said_of({}) == set()
}

test_ignores_providers_that_are_not_asked_for_a_vector if {
	web := {"provider": "web"}
	said_of(object.union(fails("result > 1"), web)) == set()
	said_of(object.union(guarded(fails("result > 1")), web)) == set()
}

succeeds(condition) := {"success": {"value": condition, "at": ["success"]}}

fails(condition) := {"failure": {"value": condition, "at": ["failure"]}}

guarded(metric) := object.union(metric, {"guarded": true})

said_of(change) := found if {
	metric := object.union({"name": "p99", "provider": "prometheus"}, change)
	found := testing.all(rule.finding) with input as {"artifacts": [{"facts": {"analyses": [metric]}}]}
}
