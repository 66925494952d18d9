package servelint.rules.slo["burnrate-unreachable_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["burnrate-unreachable"] as rule

test_flags_burn_rate_above_the_whole_budget if {
	places(spec(14.4, 0.9)) == {["spec", "alerts", 0, "burnRate"]}
	places(spec(6, 0.8)) == {["spec", "alerts", 0, "burnRate"]}
}

test_flags_burn_rate_that_needs_every_request_to_fail if {
	places(spec(10, 0.9)) == {["spec", "alerts", 0, "burnRate"]}
	places(spec(20, 0.95)) == {["spec", "alerts", 0, "burnRate"]}
}

test_accepts_burn_rate_within_reach if {
	count(places(spec(14.4, 0.94))) == 0
	count(places(spec(9.99, 0.9))) == 0
	count(places(spec(1, 0.5))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"alerts": [{"burnRate": 14.4}]}, "facts": {"alerts": [{}]}})) == 0
}

spec(burn_rate, target) := {
	"spec": {
		"alerts": [{"slo": "latency", "burnRate": burn_rate}],
		"slos": [{"name": "latency", "target": target}],
	},
	"facts": {"alerts": [{
		"slo": 0,
		"errorRatio": burn_rate * (1 - target),
		"maxReachableBurnRate": 1 / (1 - target),
	}]},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_an_alert_of_a_manifest_beyond_its_budget if {
	places(alerting("gt", 14.4, 0.1)) == {["artifacts", 0, "rate"]}
	places(alerting("gt", 10, 0.1)) == {["artifacts", 0, "rate"]}
}

test_accepts_an_alert_of_a_manifest_within_its_budget if {
	places(alerting("gt", 14.4, 0.001)) == set()
	places(alerting("lte", 14.4, 0.1)) == set()
}

test_flags_a_condition_that_the_policy_of_an_objective_names if {
	places({"artifacts": [
		{"facts": {"name": "fast", "kind": "AlertCondition", "platform": "openslo", "alerts": [{"burnRate": {"value": 14.4, "at": ["rate"]}}]}},
		{"facts": {"name": "pages", "kind": "AlertPolicy", "platform": "openslo", "alertConditions": ["fast"]}},
		{"facts": {"name": "slo", "kind": "SLO", "platform": "openslo", "alertPolicies": ["pages"], "slos": [{"target": {"value": 0.9, "at": ["t"]}}]}},
	]}) == {["artifacts", 0, "rate"]}
}

alerting(op, rate, budget) := {"artifacts": [{"facts": {"platform": "prometheus", "alerts": [{
	"name": "fast",
	"op": {"value": op, "at": ["op"]},
	"burnRate": {"value": rate, "at": ["rate"]},
	"budgetRatio": {"value": budget, "at": ["budget"]},
}]}}]}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "alerts", 0, "burnRate"],
			"related": [["spec", "slos", 0, "target"]],
			"says": ["`6`", "`0.8`", "`latency`", "5"],
		},
	}
	said_2([]) == {{"at": ["artifacts", 0, "rate"], "related": [["artifacts", 0, "budget"]], "says": ["10", "`fast`", "10", "10"]}}
}

test_ignores_another_alerts_op if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/alerts/0/op/value", "value": "lt"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {"alerts": [{"errorRatio": 1.2, "maxReachableBurnRate": 5.0, "slo": 0}]},
	"spec": {"alerts": [{"burnRate": 6, "slo": "latency"}], "slos": [{"name": "latency", "target": 0.8}]},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"alerts": [
					{
						"budgetRatio": {"at": ["budget"], "value": 0.1},
						"burnRate": {"at": ["rate"], "value": 10},
						"name": "fast",
						"op": {"at": ["op"], "value": "gt"},
					},
				],
				"platform": "prometheus",
			},
		},
	],
}
