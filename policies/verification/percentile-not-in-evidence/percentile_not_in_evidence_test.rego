package servelint.rules.verification["percentile-not-in-evidence_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["percentile-not-in-evidence"] as rule

evidence := {["spec", "items", 0, "evidence", 0]}

lacks := {"status": "read", "lacking": "statistic", "holds": ["p50", "p95"]}

has := {"status": "read", "result": {"value": 1, "unit": "ms"}}

test_flags_a_percentile_that_is_not_there if {
	places([lacks]) == evidence
}

test_flags_another_metric_and_another_kind_of_unit if {
	places([{"status": "read", "lacking": "metric", "holds": []}]) == evidence
	places([{"status": "read", "lacking": "dimension", "holdsUnit": "requests/s"}]) == evidence
}

test_says_what_is_there if {
	messages := {f.message | some f in rule.finding} with input as doc([lacks])
	messages == {"`a.json` holds no `p99` of `request_latency`, only `p50`, `p95`, which item `LOAD-1` needs"}
}

test_accepts_a_file_that_has_it if {
	places([has]) == set()
}

test_accepts_a_second_file_that_has_it if {
	places([lacks, has]) == set()
}

test_flags_the_evidence_of_the_capacity if {
	at := testing.places(rule.finding) with input as {"facts": {"capacityResults": [object.union(lacks, {
		"at": ["spec", "capacity", "perReplica", "evidence"],
		"path": "a.json",
	})]}}
	at == {["spec", "capacity", "perReplica", "evidence"]}
}

test_ignores_what_was_not_read_and_units_that_are_not_told if {
	places([{"status": "missing"}]) == set()
	places([{"status": "read", "lacking": "unit"}]) == set()
	count(rule.finding) == 0 with input as {}
}

test_says_what_is_there_and_what_is_needed if {
	messages([{"status": "read", "lacking": "statistic", "holds": ["p50"]}]) == {"`a.json` holds no `p99` of `request_latency`, only `p50`, which item `LOAD-1` needs"}
	messages([{"status": "read", "lacking": "metric", "holds": []}]) == {"`a.json` holds no `request_latency`, only nothing, which item `LOAD-1` needs"}
	messages([{"status": "read", "lacking": "dimension", "holdsUnit": "requests/s"}]) == {"`a.json` holds `request_latency` in `requests/s`, not in the `ms`, which item `LOAD-1` needs"}
}

test_a_file_that_lacks_a_part_is_told_so_only if {
	both := {"status": "read", "lacking": "statistic", "holds": ["p50"], "holdsUnit": "requests/s"}
	count(messages([both])) == 1
}

test_a_file_that_was_not_read_is_not_judged if {
	places([object.union(lacks, {"status": "remote"})]) == set()
}

doc(results) := {
	"spec": {"items": [{"id": "LOAD-1", "metric": {"name": "request_latency", "statistic": "p99", "unit": "ms"}}]},
	"facts": {"items": [{"results": [
	object.union(result, {"at": ["spec", "items", 0, "evidence", k], "path": "a.json"}) |
		some k, result in results
	]}]},
}

places(results) := at if {
	at := testing.places(rule.finding) with input as doc(results)
}

messages(results) := found if {
	found := {f.message | some f in rule.finding} with input as doc(results)
}
