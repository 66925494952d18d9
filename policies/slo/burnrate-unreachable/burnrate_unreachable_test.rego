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

test_the_message_names_rate_target_and_the_highest_rate if {
	said(spec(6, 0.8)) == {{
		"at": ["spec", "alerts", 0, "burnRate"],
		"related": [["spec", "slos", 0, "target"]],
		"says": ["`6`", "`0.8`", "`latency`", "5"],
	}}
	said(alerting("gt", 10, 0.1)) == {{
		"at": ["artifacts", 0, "rate"],
		"related": [["artifacts", 0, "budget"]],
		"says": ["10", "`fast`", "10", "10"],
	}}
}

test_an_alert_of_a_manifest_is_called_an_alert if {
	messages := {f.message | some f in rule.finding} with input as alerting("gt", 10, 0.1)
	every message in messages { contains(message, "of alert `fast`") }
	count(messages) == 1
}

test_an_alert_below_its_threshold_is_not_out_of_reach if {
	every op in ["lt", "lte"] { places(alerting(op, 10, 0.1)) == set() }
	every op in ["gt", "gte"] { places(alerting(op, 10, 0.1)) == {["artifacts", 0, "rate"]} }
}

test_an_alert_without_an_operator_counts_as_above if {
	doc := testing.without(alerting("gt", 10, 0.1), ["/artifacts/0/facts/alerts/0/op"])
	places(doc) == {["artifacts", 0, "rate"]}
}

test_an_alert_without_a_burn_rate_beside_one_out_of_reach_is_ignored if {
	doc := alerting("gt", 10, 0.1)
	bare := {"name": "slow", "budgetRatio": {"value": 0.1, "at": ["budget"]}}
	places(testing.after(doc, {"/artifacts/0/facts/alerts": [bare, doc.artifacts[0].facts.alerts[0]]})) == {["artifacts", 0, "rate"]}
}

test_ignores_budgets_that_are_not_above_zero if {
	places(alerting("gt", -20, -0.1)) == set()
	places(alerting("gt", 20, 0)) == set()
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
	at := testing.places(rule.finding) with input as doc
}

alerting(op, rate, budget) := {"artifacts": [{"facts": {"platform": "prometheus", "alerts": [{
	"name": "fast",
	"op": {"value": op, "at": ["op"]},
	"burnRate": {"value": rate, "at": ["rate"]},
	"budgetRatio": {"value": budget, "at": ["budget"]},
}]}}]}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}

test_flags_what_sloth_generates_from_a_large_budget if {
	said(generating("sloth", 0.9, [page(14.4, 13.44), page(6, 5.6)])) == {{
		"at": ["artifacts", 0, "objective"],
		"says": ["`usage`", "10", "10", "14.4", "`page`"],
	}}
	said(generating("sloth", 0.1, [page(14.4, 13.44), page(6, 5.6), page(1, 0.933333)])) == {{
		"at": ["artifacts", 0, "objective"],
		"says": ["`usage`", "90", "1.1111", "14.4", "`page`", "6", "`page`"],
	}}
}

test_flags_what_pyrra_generates_from_a_large_budget if {
	said(generating("pyrra", 0.9, [{"severity": "critical", "factor": 14}])) == {{
		"at": ["artifacts", 0, "objective"],
		"says": ["`usage`", "10", "10", "14", "`critical`"],
	}}
}

test_names_the_tool if {
	every platform, name in {"sloth": "Sloth", "pyrra": "Pyrra"} {
		messages := {f.message | some f in rule.finding} with input as generating(platform, 0.9, [page(14.4, 13.44)])
		every message in messages { contains(message, sprintf("what %s generates for it at burn rate 14.4 (`page`) can never fire", [name])) }
		count(messages) == 1
	}
}

test_accepts_what_is_generated_within_reach if {
	said(generating("sloth", 0.999, [page(14.4, 13.44)])) == set()
	said(generating("pyrra", 0.93, [{"severity": "critical", "factor": 14}])) == set()
	said(generating("sloth", 0.9, [])) == set()
}

test_lists_what_the_period_decides if {
	doc := generating("sloth", 0.93, [page(14.4, 13.44)])
	said(doc) == set()
	open := rule.unchecked with input as doc
	{entry.at | some entry in open} == {["artifacts", 0, "objective"]}
	every entry in open { contains(entry.message, "burn rate 14.4 (`page`) of objective `usage`") }
}

test_ignores_generated_alerts_of_a_target_in_another_unit if {
	doc := testing.after(generating("sloth", 0.009, [page(14.4, 13.44)]), {"/artifacts/0/facts/slos/0/rawTarget": {"value": 0.9, "at": ["objective"]}})
	said(doc) == set()
}

test_flags_a_share_compared_with_what_it_cannot_reach if {
	said(comparing({"low": 0, "high": 1, "value": 1.44})) == {{
		"at": ["artifacts", 0, "expr"],
		"says": ["`Burns`", "0", "1", "1.44"],
	}}
}

test_ignores_what_is_no_share if {
	said(comparing({"low": 1, "value": 0})) == set()
}

test_reports_a_burn_rate_once if {
	doc := testing.after(comparing({"low": 0, "high": 1, "value": 1.44}), {"/artifacts/0/facts/alerts": [{
		"name": "Burns",
		"burnRate": {"value": 14.4, "at": ["expr"]},
		"budgetRatio": {"value": 0.1, "at": ["expr"]},
	}]})
	count(said(doc)) == 1
}

page(factor, least) := {"severity": "page", "factor": factor, "leastFactor": least}

generating(platform, target, alerts) := {"artifacts": [{"facts": {"platform": platform, "slos": [{
	"name": "usage",
	"unit": "percent",
	"target": {"value": target, "at": ["objective"]},
	"rawTarget": {"value": target * 100, "at": ["objective"]},
	"generated": alerts,
}]}}]}

comparing(never) := {"artifacts": [{"facts": {"platform": "prometheus", "alerts": [], "queries": [{
	"at": ["expr"],
	"purpose": "alert",
	"name": "Burns",
	"never": never,
}]}}]}
