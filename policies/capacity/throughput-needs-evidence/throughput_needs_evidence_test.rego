package servelint.rules.capacity["throughput-needs-evidence_test"]

import data.servelint.rules.capacity["throughput-needs-evidence"] as rule

test_flags_claim_without_evidence if {
	places({"throughputRps": 450}) == {["spec", "capacity", "perReplica", "evidence"]}
	places({"throughputRps": 0}) == {["spec", "capacity", "perReplica", "evidence"]}
	places({"throughputRps": 450, "evidence": ""}) == {["spec", "capacity", "perReplica", "evidence"]}
}

test_accepts_named_evidence if {
	count(places({"throughputRps": 450, "evidence": "evidence/k6.json"})) == 0
	count(places({"throughputRps": 450, "evidence": {"path": "evidence/k6.json", "format": "k6"}})) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"atSlo": "latency-p99"})) == 0
	bare := rule.finding with input as {}
	count(bare) == 0
	empty := rule.finding with input as {"spec": {}}
	count(empty) == 0
}

places(claim) := at if {
	at := {f.at | some f in rule.finding} with input as {"spec": {"capacity": {"perReplica": claim}}}
}
