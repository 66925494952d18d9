package servelint.rules.rollout["rollback-rto-exceeds-budget_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-rto-exceeds-budget"] as rule

test_accepts_a_rollback_within_the_budget if {
	said({}) == set()
	said({"/facts/spec/rollback/rto": 12096}) == set()
}

test_flags_a_rollback_beyond_it if {
	said({"/facts/spec/rollback/rto": 31536000, "/spec/rollback/rto": "365d"}) == {{
		"at": ["spec", "rollback", "rto"],
		"related": [["spec", "slos", 0, "target"]],
		"says": ["365", "`availability`", "3", "21", "36"],
	}}
}

test_judges_availability_with_a_budget if {
	long := {"/facts/spec/rollback/rto": 31536000}
	said(object.union(long, {"/spec/slos/0/indicator/type": "request_latency"})) == set()
	said(object.union(long, {"/facts/slos/0/budgetRatio": 0})) == set()
	said(object.union(long, {"/facts/slos/0": {}})) == set()
	rule.finding == set() with input as {}
}

spec := {
	"spec": {
		"slos": [{"name": "availability", "target": 0.995, "indicator": {"type": "availability"}}],
		"rollback": {"rto": "5m"},
	},
	"facts": {
		"slos": [{"windowSeconds": 2419200, "budgetRatio": 0.005}],
		"spec": {"rollback": {"rto": 300}},
	},
}

said(values) := findings if {
	changed := testing.after(spec, values)
	findings := testing.all(rule.finding) with input as changed
}
