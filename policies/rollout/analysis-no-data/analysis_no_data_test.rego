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

test_flags_a_number_in_the_place_of_data_that_passes if {
	yielded := {"value": 1, "whole": true, "within": [8, 20]}
	filled(yielded, [{"fails": "lt", "value": 0.99}]) == {{"at": ["artifacts", 0, "query"], "within": [8, 20], "says": ["`success`", "1"]}}
	count(filled({"value": 1}, [{"fails": "lte", "value": 0.99}])) == 1
	count(filled({"value": 0, "whole": true}, [{"fails": "gt", "value": 0.01}])) == 1
}

test_accepts_a_number_in_the_place_of_data_that_fails if {
	filled({"value": 0, "whole": true}, [{"fails": "lt", "value": 0.99}]) == set()
	filled({"value": 1, "whole": true}, [{"fails": "gt", "value": 0.01}]) == set()
	filled({"value": 1, "whole": true}, [{"fails": "lt", "value": 0.5}, {"fails": "gt", "value": 0.9}]) == set()
}

test_accepts_a_count_of_what_has_not_happened_yet if {
	filled({"value": 0}, [{"fails": "gt", "value": 3}]) == set()
	filled({"value": 0}, [{"fails": "gte", "value": 3}]) == set()
}

test_ignores_a_number_without_a_limit if {
	filled({"value": 0, "whole": true}, []) == set()
}

filled(yielded, bounds) := {object.remove(one, ["help"]) | some one in found} if {
	query := {"at": ["query"], "purpose": "analysis", "name": "success", "metric": 0, "withoutData": yielded}
	metric := {"name": "success", "provider": "prometheus", "guarded": true, "bounds": bounds}
	found := testing.all(rule.finding) with input as {"artifacts": [{"facts": {"analyses": [metric], "queries": [query]}}]}
}
