package servelint.rules.capacity["capacity-below-peak_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["capacity-below-peak"] as rule

test_flags_capacity_below_peak if {
	said(specification(6481)) == {{
		"at": ["spec", "capacity", "replicas", "max"],
		"related": [["spec", "traffic", "peakRps"]],
		"says": ["`24`", "270", "6480", "`6481`", "25"],
	}}
}

test_accepts_capacity_of_exactly_the_peak if {
	said(specification(6480)) == set()
}

test_accepts_capacity_that_is_short_by_rounding_noise_only if {
	said(specification(6480.000000001)) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	every path in ["spec/traffic", "facts", "facts/capacity/atMax"] {
		said(json.remove(specification(7000), [path])) == set()
	}
}

# 24 replicas of 270 rps each.
specification(peak) := {
	"spec": {"capacity": {"replicas": {"max": 24}}, "traffic": {"peakRps": peak}},
	"facts": {"capacity": {"effectiveRps": 270, "atMax": 6480}},
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
