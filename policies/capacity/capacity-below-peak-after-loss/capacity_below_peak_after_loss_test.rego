package servelint.rules.capacity["capacity-below-peak-after-loss_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["capacity-below-peak-after-loss"] as rule

test_flags_a_peak_above_what_the_remaining_replicas_serve if {
	said(specification(4321)) == {{
		"at": ["spec", "capacity", "replicas", "max"],
		"related": [["spec", "traffic", "peakRps"]],
		"says": ["`24`", "4320", "8", "`4321`", "17"],
	}}
}

test_accepts_a_peak_of_exactly_what_the_remaining_replicas_serve if {
	said(specification(4320)) == set()
}

test_accepts_a_shortfall_of_rounding_noise_only if {
	said(specification(4320.000000001)) == set()
}

test_flags_a_peak_that_all_replicas_just_serve if {
	{finding.at | some finding in said(specification(6480))} == {["spec", "capacity", "replicas", "max"]}
}

test_ignores_a_peak_that_is_too_high_without_a_loss if {
	said(specification(6481)) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	every path in ["spec/traffic", "facts/capacity/afterLoss", "facts/capacity/atMax"] {
		said(json.remove(specification(5000), [path])) == set()
	}
}

# 24 replicas of 270 rps each, of which 8 may be lost.
specification(peak) := {
	"spec": {"capacity": {"replicas": {"max": 24}}, "traffic": {"peakRps": peak}},
	"facts": {"capacity": {"effectiveRps": 270, "atMax": 6480, "lostReplicas": 8, "afterLoss": 4320}},
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
