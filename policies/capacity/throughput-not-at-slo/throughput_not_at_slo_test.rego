package servelint.rules.capacity["throughput-not-at-slo_test"]

import data.servelint.rules.capacity["throughput-not-at-slo"] as rule

at := {["spec", "capacity", "perReplica", "evidence"]}

test_flags_a_run_that_misses_the_objective if {
	places({"result": {"value": 0.06, "unit": "s"}, "evidence": {"offeredRps": 100}}) == at
}

test_flags_a_run_at_less_load if {
	places({"result": {"value": 0.04, "unit": "s"}, "evidence": {"offeredRps": 94}}) == at
	places({"result": {"value": 0.04, "unit": "s"}, "evidence": {"achievedRps": 94}}) == at
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
