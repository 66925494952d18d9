package servelint.rules.capacity["min-cannot-carry-average_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["min-cannot-carry-average"] as rule

test_flags_a_minimum_below_the_average if {
	said(specification({"min": 3, "average": 6.73})) == {{
		"at": ["spec", "capacity", "replicas", "min"],
		"related": [["spec", "capacity", "coldStart"]],
		"says": ["`3`", "6.72", "`6.73`", "`61s`", "4"],
	}}
}

test_flags_a_single_replica_below_the_average if {
	{finding.says[0] | some finding in said(specification({"min": 1, "average": 5}))} == {"`1`"}
}

test_accepts_a_minimum_that_serves_exactly_the_average if {
	said(specification({"min": 3, "average": 6.72})) == set()
}

test_accepts_a_shortfall_of_rounding_noise_only if {
	said(specification({"min": 3, "average": 6.720000000001})) == set()
}

test_accepts_a_start_within_a_minute if {
	said(specification({"min": 2, "average": 5, "coldStart": 60})) == set()
}

# Another rule reports it.
test_ignores_scale_to_zero if {
	said(specification({"min": 0, "average": 5})) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	every path in ["spec/traffic", "facts/spec", "facts/capacity"] {
		said(json.remove(specification({"min": 2, "average": 5}), [path])) == set()
	}
}

# 2.24 rps of each replica, and a cold start just above a minute.
specification(differs) := {
	"spec": {
		"capacity": {"replicas": {"min": differs.min}, "coldStart": sprintf("%ds", [cold_start(differs)])},
		"traffic": {"averageRps": differs.average},
	},
	"facts": {
		"spec": {"capacity": {"coldStart": cold_start(differs)}},
		"capacity": {"effectiveRps": 2.24, "atMin": differs.min * 2.24},
	},
}

cold_start(differs) := object.get(differs, "coldStart", 61)

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
