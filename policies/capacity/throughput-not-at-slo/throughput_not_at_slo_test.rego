package servelint.rules.capacity["throughput-not-at-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["throughput-not-at-slo"] as rule

evidence := ["spec", "capacity", "perReplica", "evidence"]

test_flags_a_run_that_is_slower_than_the_slo if {
	said(latency({"value": 0.06})) == {{
		"at": evidence,
		"related": [["spec", "slos", 0, "value"]],
		"says": ["100", "`p99`", "`run.json`", "60", "50"],
	}}
}

test_accepts_a_run_of_exactly_the_slo if {
	said(latency({"value": 0.05})) == set()
}

test_flags_a_run_below_the_availability if {
	said(availability(0.98)) == {{
		"at": evidence,
		"related": [["spec", "slos", 0, "target"]],
		"says": ["100", "`up`", "`run.json`", "98", "99"],
	}}
}

test_accepts_a_run_of_exactly_the_availability if {
	said(availability(0.99)) == set()
}

test_accepts_a_run_short_of_the_availability_by_rounding_noise_only if {
	said(availability(0.98999999999901)) == set()
}

test_flags_a_run_at_less_than_95_percent_of_the_rate if {
	said(latency({"run": {"offeredRps": 94.9}})) == {{
		"at": evidence,
		"related": [["spec", "capacity", "perReplica", "throughputRps"]],
		"says": ["100", "`run.json`", "94.9"],
	}}
	count(said(latency({"run": {"achievedRps": 94.9}}))) == 1
}

test_accepts_a_run_at_95_percent_of_the_rate if {
	said(latency({"run": {"offeredRps": 95}})) == set()
}

test_flags_a_run_that_did_not_reach_the_rate_it_asked_for if {
	{finding.says | some finding in said(latency({"run": {"offeredRps": 100, "achievedRps": 60}}))} == {["100", "`run.json`", "60"]}
	{finding.says | some finding in said(latency({"run": {"offeredRps": "unbounded", "achievedRps": 60}}))} == {["100", "`run.json`", "60"]}
}

test_flags_a_run_that_is_slower_and_at_less_load_twice if {
	{finding.related | some finding in said(latency({"value": 0.06, "run": {"offeredRps": 60}}))} == {
		[["spec", "slos", 0, "value"]],
		[["spec", "capacity", "perReplica", "throughputRps"]],
	}
}

test_ignores_a_run_that_tells_neither_its_latency_nor_its_rate if {
	said(json.remove(latency({"run": {"offeredRps": "unbounded"}}), ["facts/capacityResults/0/result"])) == set()
}

test_ignores_an_slo_that_the_throughput_does_not_name if {
	said(testing.after(latency({"value": 0.06}), {"/spec/capacity/perReplica/atSlo": "other"})) == set()
	said(json.remove(latency({"value": 0.06}), ["spec/capacity/perReplica/atSlo"])) == set()
	said(json.remove(availability(0.98), ["spec/capacity/perReplica/atSlo"])) == set()
}

test_ignores_a_ratio_of_another_indicator if {
	said(testing.after(availability(0.98), {"/spec/slos/0/indicator/type": "goodput"})) == set()
	said(json.remove(availability(0.98), ["spec/slos/0/indicator"])) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	said(json.remove(latency({"value": 0.06}), ["spec"])) == set()
}

# A claim of 100 rps at an SLO of 50 ms, and a run that met it.
latency(differs) := specification(
	{"name": "p99", "indicator": {"type": "request_latency"}},
	{"valueSeconds": 0.05},
	{"value": object.get(differs, "value", 0.04), "unit": "s"},
	object.get(differs, "run", {"offeredRps": 100}),
)

# The same at an SLO of 99 %.
availability(ratio) := specification(
	{"name": "up", "target": 0.99, "indicator": {"type": "availability"}},
	{},
	{"value": ratio, "unit": "ratio"},
	{"offeredRps": 100},
)

specification(slo, facts, result, run) := {
	"spec": {
		"slos": [slo],
		"capacity": {"perReplica": {"throughputRps": 100, "atSlo": slo.name}},
	},
	"facts": {
		"slos": [facts],
		"capacityResults": [{
			"status": "read",
			"path": "run.json",
			"at": evidence,
			"result": result,
			"evidence": run,
		}],
	},
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
