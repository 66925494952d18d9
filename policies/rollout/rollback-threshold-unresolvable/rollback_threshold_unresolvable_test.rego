package servelint.rules.rollout["rollback-threshold-unresolvable_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-threshold-unresolvable"] as rule

test_flags_a_threshold_that_one_request_exceeds if {
	said(spec("gt", 0.0005, [1800])) == {{
		"at": ["spec", "rollout", "analysis", 0, "threshold"],
		"related": [["spec", "rollout", "steps", 0]],
		"says": ["`errors`", "0.05", "0.9", "1800", "1", "2"],
	}}
}

test_flags_a_floor_under_the_success_ratio if {
	count(said(spec("lt", 0.9995, [1800]))) == 1
}

test_flags_a_threshold_of_zero if {
	count(said(spec("gt", 0, [1800]))) == 1
}

test_flags_the_step_with_the_fewest_requests_once if {
	said(spec("gt", 0.0005, [3000, 1800, 9000])) == {{
		"at": ["spec", "rollout", "analysis", 0, "threshold"],
		"related": [["spec", "rollout", "steps", 1]],
		"says": ["`errors`", "0.05", "0.9", "1800", "2", "2"],
	}}
}

test_accepts_exactly_the_errors_that_are_wanted if {
	said(spec("gt", 0.001, [2000])) == set()
	said(spec("lt", 0.999, [2000])) == set()
}

test_accepts_more_errors_than_wanted if {
	said(spec("gt", 0.0025, [1800, 9000])) == set()
}

test_ignores_analyses_of_other_kinds if {
	said(testing.after(spec("gt", 0.0005, [1800]), {"/facts/rollout/analysis/0/kind": "metric"})) == set()
}

test_ignores_an_analysis_that_no_step_names if {
	said(spec("gt", 0.0005, [])) == set()
	named_elsewhere := testing.after(spec("gt", 0.0005, [1800]), {"/facts/rollout/checks/0/analysis": 1})
	said(named_elsewhere) == set()
}

test_ignores_unfinished_documents if {
	every path in ["/facts", "/facts/rollout/checks", "/facts/rollout/checks/0/troughSamples"] {
		said(testing.without(spec("gt", 0.0005, [1800]), [path])) == set()
	}
	said({}) == set()
}

spec(op, threshold, samples) := {
	"spec": {"rollout": {"analysis": [{"name": "errors", "slo": "availability", "op": op, "threshold": threshold}]}},
	"facts": {"rollout": {
		"analysis": [{"kind": "availability", "slo": 0}],
		"checks": [{"step": i, "analysis": 0, "troughSamples": n} | some i, n in samples],
	}},
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.policy as {"minExpectedErrorsAtThreshold": 2}
}
