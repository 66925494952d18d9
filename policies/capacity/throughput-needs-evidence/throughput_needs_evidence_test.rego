package servelint.rules.capacity["throughput-needs-evidence_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["throughput-needs-evidence"] as rule

test_flags_a_throughput_without_evidence if {
	said({"throughputRps": 450}) == {{"at": ["spec", "capacity", "perReplica", "evidence"], "says": ["`450`"]}}
	said({"throughputRps": 0}) == {{"at": ["spec", "capacity", "perReplica", "evidence"], "says": ["`0`"]}}
}

test_flags_evidence_that_is_empty if {
	every evidence in ["", []] {
		count(said({"throughputRps": 450, "evidence": evidence})) == 1
	}
}

test_accepts_evidence_as_a_path_or_an_object if {
	every evidence in ["evidence/k6.json", {"path": "evidence/k6.json", "format": "k6"}] {
		said({"throughputRps": 450, "evidence": evidence}) == set()
	}
}

test_ignores_a_replica_without_a_throughput if {
	said({}) == set()
	said({"atSlo": "latency-p99"}) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	rule.finding == set() with input as {"spec": {}}
}

said(replica) := found if {
	found := testing.all(rule.finding) with input as {"spec": {"capacity": {"perReplica": replica}}}
}
