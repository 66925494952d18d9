package servelint.rules.capacity["throughput-not-at-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["throughput-not-at-slo"] as rule

at := {["spec", "capacity", "perReplica", "evidence"]}

test_flags_a_run_that_misses_the_objective if {
	places({"result": {"value": 0.06, "unit": "s"}, "evidence": {"offeredRps": 100}}) == at
}

test_flags_a_run_at_less_load if {
	places({"result": {"value": 0.04, "unit": "s"}, "evidence": {"offeredRps": 94}}) == at
	places({"result": {"value": 0.04, "unit": "s"}, "evidence": {"achievedRps": 94}}) == at
}

test_flags_a_run_that_did_not_reach_what_it_asked_for if {
	places({"result": {"value": 0.04, "unit": "s"}, "evidence": {"offeredRps": 100, "achievedRps": 60}}) == at
	places({"result": {"value": 0.04, "unit": "s"}, "evidence": {"offeredRps": "unbounded", "achievedRps": 60}}) == at
}

test_flags_a_run_below_the_availability if {
	availability(0.98) == at
	availability(0.99) == set()
}

availability(ratio) := found if {
	row := {"status": "read", "path": "a.json", "at": ["spec", "capacity", "perReplica", "evidence"], "result": {"value": ratio, "unit": "ratio"}}
	found := {f.at | some f in rule.finding} with input as {
		"spec": {
			"slos": [{"name": "up", "target": 0.99, "indicator": {"type": "availability"}}],
			"capacity": {"perReplica": {"throughputRps": 100, "atSlo": "up"}},
		},
		"facts": {"slos": [{}], "capacityResults": [row]},
	}
}

test_accepts_a_run_at_the_claim_within_the_objective if {
	places({"result": {"value": 0.05, "unit": "s"}, "evidence": {"offeredRps": 95}}) == set()
}

test_ignores_runs_that_do_not_tell if {
	places({"evidence": {"offeredRps": "unbounded"}}) == set()
	count(rule.finding) == 0 with input as {}
}

places(result) := found if {
	row := object.union({"status": "read", "path": "a.json", "at": ["spec", "capacity", "perReplica", "evidence"]}, result)
	found := {f.at | some f in rule.finding} with input as {
		"spec": {"slos": [{"name": "p99"}], "capacity": {"perReplica": {"throughputRps": 100, "atSlo": "p99"}}},
		"facts": {"slos": [{"valueSeconds": 0.05}], "capacityResults": [row]},
	}
}

test_flags_other_numbers_of_capacity_results_result if {
	said([{"op": "replace", "path": "/facts/capacityResults/0/result/value", "value": 1.04}]) == {
		{
			"at": ["spec", "capacity", "perReplica", "evidence"],
			"related": [["spec", "capacity", "perReplica", "throughputRps"]],
			"says": ["100", "`a.json`", "94"],
		},
		{
			"at": ["spec", "capacity", "perReplica", "evidence"],
			"related": [["spec", "slos", 0, "value"]],
			"says": ["100", "`p99`", "`a.json`", "1.04", "50"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {
		"capacityResults": [
			{
				"at": ["spec", "capacity", "perReplica", "evidence"],
				"evidence": {"offeredRps": 94},
				"path": "a.json",
				"result": {"unit": "s", "value": 0.04},
				"status": "read",
			},
		],
		"slos": [{"valueSeconds": 0.05}],
	},
	"spec": {"capacity": {"perReplica": {"atSlo": "p99", "throughputRps": 100}}, "slos": [{"name": "p99"}]},
}

test_flags_the_places if {
	said_more_2([]) == {
		{
			"at": ["spec", "capacity", "perReplica", "evidence"],
			"related": [["spec", "slos", 0, "target"]],
			"says": ["100", "`up`", "`a.json`", "98", "99"],
		},
	}
}

test_flags_without_per_replica_at_slo if {
	said_more_1([{"op": "remove", "path": "/spec/capacity/perReplica/atSlo"}]) == {
		{
			"at": ["spec", "capacity", "perReplica", "evidence"],
			"related": [["spec", "capacity", "perReplica", "throughputRps"]],
			"says": ["100", "`a.json`", "94"],
		},
	}
}

test_ignores_other_numbers_of_capacity_results_result if {
	said_more_2([{"op": "replace", "path": "/facts/capacityResults/0/result/value", "value": 0.98999999999901}]) == set()
}

test_ignores_without_per_replica_at_slo if {
	said_more_2([{"op": "remove", "path": "/spec/capacity/perReplica/atSlo"}]) == set()
}

test_ignores_without_slos_indicator if {
	said_more_2([{"op": "remove", "path": "/spec/slos/0/indicator"}]) == set()
}

said_more_1(changes) := found if {
	doc := json.patch(example_more_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_1 := {
	"facts": {
		"capacityResults": [
			{
				"at": ["spec", "capacity", "perReplica", "evidence"],
				"evidence": {"offeredRps": 94},
				"path": "a.json",
				"result": {"unit": "s", "value": 1.04},
				"status": "read",
			},
		],
		"slos": [{"valueSeconds": 0.05}],
	},
	"spec": {"capacity": {"perReplica": {"atSlo": "p99", "throughputRps": 100}}, "slos": [{"name": "p99"}]},
}

said_more_2(changes) := found if {
	doc := json.patch(example_more_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_2 := {
	"facts": {
		"capacityResults": [
			{
				"at": ["spec", "capacity", "perReplica", "evidence"],
				"path": "a.json",
				"result": {"unit": "ratio", "value": 0.98},
				"status": "read",
			},
		],
		"slos": [{}],
	},
	"spec": {
		"capacity": {"perReplica": {"atSlo": "up", "throughputRps": 100}},
		"slos": [{"indicator": {"type": "availability"}, "name": "up", "target": 0.99}],
	},
}
