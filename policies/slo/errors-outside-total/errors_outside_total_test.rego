package servelint.rules.slo["errors-outside-total_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["errors-outside-total"] as rule

test_flags_the_same_query_twice if {
	said("errors", "same", "") == flagged("objective `answers`: the query of errors is the query of all events, so their ratio is always 1")
	said("good", "same", "") == flagged("objective `answers`: the query of good events is the query of all events, so their ratio is always 1")
}

test_flags_good_minus_total if {
	said("errors", "negative", "") == flagged("objective `answers`: the query of errors subtracts all events from a part of them, so it is never above 0")
}

test_flags_matchers_that_exclude_each_other if {
	said("good", "apart", "`a` and `b`") == flagged("objective `answers`: the query of good events counts nothing of all events, because `a` and `b` exclude each other")
}

test_points_at_the_total if {
	found := testing.all(rule.finding) with input as objective("errors", "same", "")
	{f.related | some f in found} == {[["artifacts", 0, "total"]]}
}

test_accepts_a_part if {
	said("errors", "within", "") == set()
	said("good", "within", "") == set()
}

test_ignores_objectives_whose_queries_do_not_tell if {
	count(rule.finding) == 0 with input as {"artifacts": [{"facts": {"slos": [{"name": "answers"}]}}]}
}

flagged(message) := {[["artifacts", 0, "part"], message]}

said(counts, relation, why) := {[f.at, f.message] | some f in found} if {
	found := rule.finding with input as objective(counts, relation, why)
}

objective(counts, relation, why) := {"artifacts": [{"facts": {"slos": [{
	"name": "answers",
	"part": {"at": ["part"], "total": ["total"], "counts": counts, "relation": relation, "why": why},
}]}}]}
