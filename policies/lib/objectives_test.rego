package servelint.lib.objectives_test

import data.servelint.lib.objectives

test_a_percent_up_to_one_and_a_ratio_from_one_are_confused if {
	objectives.confused({"unit": "percent", "rawTarget": {"value": 1}})
	objectives.confused({"unit": "ratio", "rawTarget": {"value": 1}})
	not objectives.confused({"unit": "percent", "rawTarget": {"value": 1.5}})
	not objectives.confused({"unit": "ratio", "rawTarget": {"value": 0.99}})
}

test_names_are_told_where_they_are_written if {
	objectives.called("alert", {"name": "fast"}) == "alert `fast`"
	objectives.called("alert", {}) == "alert of this manifest"
}

test_the_budget_beside_a_burn_rate_goes_first if {
	alert := {"budgetRatio": {"value": 0.1, "at": ["expr"]}}
	objectives.budgets({"index": 2, "alert": alert, "facts": {}}) == [{"value": 0.1, "at": ["artifacts", 2, "expr"]}]
}

test_a_condition_has_the_budgets_of_the_objectives_whose_policies_name_it if {
	condition := {"facts": {"name": "fast", "kind": "AlertCondition", "platform": "openslo", "alerts": [{}]}}
	policy := {"facts": {"name": "pages", "kind": "AlertPolicy", "platform": "openslo", "alertConditions": ["fast"]}}
	budgets([condition, policy, objective(0.75)]) == [{"value": 0.25, "at": ["artifacts", 2, "target"]}]
	budgets([condition, object.union(policy, {"facts": {"alertConditions": ["slow"]}}), objective(0.75)]) == []
}

test_a_policy_with_its_own_conditions_has_the_budgets_of_its_objectives if {
	policy := {"facts": {"name": "pages", "kind": "AlertPolicy", "platform": "openslo", "alerts": [{}]}}
	budgets([policy, objective(0.75)]) == [{"value": 0.25, "at": ["artifacts", 1, "target"]}]
}

test_alerts_of_other_kinds_have_no_policies if {
	policy := {"facts": {"name": "pages", "kind": "AlertPolicy", "platform": "openslo", "alertConditions": ["fast"]}}
	other := {"facts": {"name": "fast", "kind": "SLO", "platform": "openslo", "alerts": [{}]}}
	budgets([other, policy, objective(0.75)]) == []
}

test_a_confused_target_leaves_no_budget if {
	policy := {"facts": {"name": "pages", "kind": "AlertPolicy", "platform": "openslo", "alerts": [{}]}}
	confused := object.union(objective(0.0099), {"facts": {"slos": [{
		"target": {"value": 0.0099, "at": ["target"]},
		"unit": "percent",
		"rawTarget": {"value": 0.99},
	}]}})
	budgets([policy, confused]) == []
}

test_the_window_of_all_objectives_has_the_place_of_the_first if {
	serving := {"facts": {"slos": [{"windowSeconds": 60}]}}
	stated := [{"facts": {"slos": [{"windowSeconds": {"value": 60, "at": ["w"]}}]}}]
	window({"serving": serving, "artifacts": stated}) == {"seconds": 60, "at": ["serving", "spec", "slos", 0, "window"]}
	window({"artifacts": stated}) == {"seconds": 60, "at": ["artifacts", 0, "w"]}
}

test_windows_that_differ_or_are_not_written_are_none if {
	serving := {"facts": {"slos": [{"windowSeconds": 61}]}}
	not window({"serving": serving, "artifacts": [{"facts": {"slos": [{"windowSeconds": {"value": 60, "at": ["w"]}}]}}]})
	not window({"artifacts": [{"facts": {"slos": [{}]}}]})
}

test_a_counterpart_has_the_name_or_the_display_name if {
	counterpart([{"name": "availability"}, {"name": "fast"}], {"name": "fast"}) == 1
	counterpart([{"name": "availability"}, {"name": "fast"}], {"name": "ranker-fast"}) == 1
	counterpart([{"name": "availability"}, {"name": "fast"}], {"name": "x", "displayName": "ranker-fast"}) == 1
	not counterpart([{"name": "availability"}], {"name": "fast"})
}

test_two_objectives_of_one_name_have_no_counterpart if {
	not counterpart([{"name": "fast"}, {"name": "fast"}], {"name": "fast"})
}

test_an_empty_name_is_none if {
	not counterpart([{"name": ""}], {})
}

test_the_only_one_about_availability_is_the_counterpart_of_the_only_one if {
	available := {"name": "up", "indicator": {"type": "availability"}}
	stated := {"name": "requests", "indicator": "availability"}
	counterpart([{"name": "fast"}, available], stated) == 1
	not counterpart([available, available], stated)
	not counterpart([available], {"name": "requests", "indicator": "latency"})
	not counterpart_of([available], [{"name": "fast", "indicator": "latency"}, stated])
	not counterpart_of([available], [stated, object.union(stated, {"name": "logins"})])
}

budgets(artifacts) := found if {
	some alert in objectives.alerts with input as {"artifacts": artifacts}
	found := objectives.budgets(alert) with input as {"artifacts": artifacts}
}

objective(target) := {"facts": {
	"name": "slo",
	"kind": "SLO",
	"platform": "openslo",
	"alertPolicies": ["pages"],
	"slos": [{"target": {"value": target, "at": ["target"]}}],
}}

window(review) := found if {
	found := objectives.window with input as review
}

counterpart(slos, stated) := counterpart_of(slos, [stated])

# The counterpart of the first of these objectives of one manifest.
counterpart_of(slos, stated) := found if {
	review := {"service": "ranker", "serving": {"spec": {"slos": slos}}, "artifacts": [{"facts": {"slos": stated}}]}
	found := objectives.counterpart({"index": 0, "slo": stated[0], "facts": {}}) with input as review
}
