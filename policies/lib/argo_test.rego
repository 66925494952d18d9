package servelint.lib.argo_test

import data.servelint.lib.argo

canary(strategy) := {row[1] | some row in argo.refused({"spec": {"strategy": {"canary": strategy}}})}

steps(list) := {row[0] | some row in argo.refused({"spec": {"strategy": {"canary": {"steps": list}}}})}

at(index, key) := array.concat(["spec", "strategy", "canary", "steps", index], key)

test_the_two_services_must_differ if {
	canary({"stableService": "a", "canaryService": "a"}) == {"`stableService` and `canaryService` are both `a`; Argo needs two Services"}
	canary({"stableService": "a", "canaryService": "b"}) == set()
	canary({"stableService": "", "canaryService": ""}) == set()
	blue := {"spec": {"strategy": {"blueGreen": {"activeService": "a", "previewService": "a"}}}}
	[row[0] | some row in argo.refused(blue)] == [["spec", "strategy", "blueGreen", "previewService"]]
}

test_what_needs_a_router_is_refused_without_one if {
	every key, value in {"scaleDownDelaySeconds": 30, "dynamicStableScale": true} {
		count(canary({key: value})) == 1
		canary({key: value, "trafficRouting": {"plugins": {}}}) == set()
	}
	canary({"dynamicStableScale": false}) == set()
	steps([{"setCanaryScale": {"weight": 10}}]) == {at(0, ["setCanaryScale"])}
}

test_a_router_needs_both_services if {
	count(canary({"trafficRouting": {"nginx": {"stableIngress": "a"}}})) == 2
	canary({"trafficRouting": {"nginx": {}}, "canaryService": "a", "stableService": "b"}) == set()
	canary({"trafficRouting": {"alb": {}}, "pingPong": {}}) == set()
	canary({"trafficRouting": {"istio": {}}}) == set()
	canary({"trafficRouting": {"plugins": {"acme/router": {}}}}) == set()
}

test_stable_scale_excludes_a_delay if {
	count(canary({"trafficRouting": {"plugins": {}}, "dynamicStableScale": true, "scaleDownDelaySeconds": 30})) == 1
}

test_a_weight_lies_between_nothing_and_the_most if {
	steps([{"setWeight": 0}, {"setWeight": 100}, {"setWeight": 101}, {"setWeight": -1}]) == {at(2, ["setWeight"]), at(3, ["setWeight"])}
	canary({"steps": [{"setWeight": 500}], "trafficRouting": {"plugins": {}, "maxTrafficWeight": 1000}}) == set()
}

test_a_pause_is_seconds_or_a_duration_of_go if {
	every duration in [0, 30, "30", "10m", "1h30m", "1.5h", "500ms", "${PAUSE}", "{{inputs.t}}", "PAUSE"] {
		steps([{"pause": {"duration": duration}}]) == set()
	}
	every duration in [-1, "1d", "5 min", "10 m", "2w", "-5m", "1m 30s"] {
		steps([{"pause": {"duration": duration}}]) == {at(0, ["pause", "duration"])}
	}
	steps([{"pause": {}}]) == set()
}

test_a_step_does_one_thing if {
	steps([{"setWeight": 5, "pause": {"duration": "10m"}}]) == {at(0, [])}
	steps([{"setWeight": 5}, {"pause": {}}, {"setHeaderRoute": {}}]) == set()
}

test_the_deadline_is_above_the_time_to_be_ready if {
	every deadline, found in {600: 1, 60: 1, 900: 0} {
		rows := argo.refused({"spec": {"progressDeadlineSeconds": deadline, "minReadySeconds": 600}})
		count(rows) == found
	}
	count(argo.refused({"spec": {"minReadySeconds": 600}})) == 1
	count(argo.refused({"spec": {"minReadySeconds": 30}})) == 0
}

test_strange_types_say_nothing if {
	every strange in [null, 3, "x", [], [null], {}] {
		argo.refused({"spec": {"strategy": {"canary": {"steps": strange, "trafficRouting": strange}}}}) == []
		argo.runs({"facts": {}, "spec": {"strategy": {"canary": {"analysis": strange, "steps": strange}}}}) == runs_of(strange)
		argo.endless({"spec": {"metrics": strange}}) == []
	}
}

runs_of(strange) := [] if not is_object(strange)

runs_of(strange) := [{"at": ["spec", "strategy", "canary", "analysis"], "inline": false, "args": [], "templates": [], "whole": 0}] if is_object(strange)

test_a_metric_with_an_interval_and_no_count_never_ends if {
	metrics := [
		{"name": "a", "interval": "1m"},
		{"name": "b", "interval": "1m", "count": 0},
		{"name": "c", "interval": "1m", "count": 5},
		{"name": "d", "interval": "1m", "count": "{{args.count}}"},
		{"name": "e"},
		{"name": "f", "count": 3},
	]
	{row[1] | some row in argo.endless({"spec": {"metrics": metrics}})} == {"a", "b"}
}

test_an_argument_has_a_value_somewhere if {
	template := {"spec": {"args": [{"name": "a"}, {"name": "b", "value": "x"}, {"name": "c", "valueFrom": {}}]}}
	argo.unresolved({"args": []}, [template]) == {"a"}
	argo.unresolved({"args": [{"name": "a", "value": "y"}]}, [template]) == set()
	argo.unresolved({"args": [{"name": "z", "value": "y"}]}, [template]) == {"a"}
	argo.unresolved({"args": []}, [template, {"spec": {"args": [{"name": "a", "value": "x"}]}}]) == set()
	argo.unresolved({"args": []}, [template, {"spec": {"templates": [{"templateName": "other"}]}}]) == set()
}
