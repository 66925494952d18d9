package servelint.rules.rollout["analysis-cannot-pass_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["analysis-cannot-pass"] as rule

test_flags_a_share_below_a_percentage if {
	said({"low": 0, "high": 1}, "lt", 95) == {{"at": ["artifacts", 0, "bound"], "related": [["artifacts", 0, "query"]], "says": ["`success`", "95", "0", "1"]}}
	count(said({"low": 0, "high": 1}, "lte", 1)) == 1
}

test_flags_a_count_above_nothing if {
	count(said({"low": 1}, "gt", 0)) == 1
	count(said({"low": 1}, "gte", 1)) == 1
}

test_accepts_a_limit_within_reach if {
	said({"low": 0, "high": 1}, "lt", 1) == set()
	said({"low": 0, "high": 1}, "lt", 0.95) == set()
	said({"low": 0, "high": 1}, "gt", 0) == set()
	said({"low": 0}, "gte", 0.1) == set()
}

test_ignores_queries_that_may_yield_anything if {
	said({}, "lt", 95) == set()
	said({"low": 0}, "lt", 95) == set()
	said({"high": 1}, "gt", 0) == set()
}

test_flags_a_range_of_flagger_that_its_template_never_meets if {
	found := testing.all(rule.finding) with input as {"artifacts": [
		{"facts": {"kind": "Canary", "analyses": [{"name": "success", "template": "success", "bounds": [{"at": ["min"], "fails": "lt", "value": 99}]}]}},
		{"facts": {"kind": "MetricTemplate", "queries": [{"at": ["query"], "purpose": "template", "name": "success", "low": 0, "high": 1}]}},
	]}
	{[f.at, f.related] | some f in found} == {[["artifacts", 0, "min"], [["artifacts", 1, "query"]]]}
}

said(numbers, fails, value) := found if {
	query := object.union({"at": ["query"], "purpose": "analysis", "name": "success", "metric": 0}, numbers)
	metric := {"name": "success", "bounds": [{"at": ["bound"], "fails": fails, "value": value}]}
	found := testing.all(rule.finding) with input as {"artifacts": [{"facts": {"analyses": [metric], "queries": [query]}}]}
}
