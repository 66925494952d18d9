package servelint.rules.decisions["claim-refuted_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["claim-refuted"] as rule

at := ["spec", "decisions", 0, "options", 1, "tradeoffs", "performance", "claim"]

evidence := array.concat(at, ["evidence"])

claim := {
	"at": at,
	"metric": "request_latency",
	"statistic": "p99",
	"op": "lte",
	"unit": "ms",
	"limit": 45,
	"results": [{"at": evidence, "path": "a.json", "status": "read", "result": {"value": 61.2, "unit": "ms", "at": "/p99"}}],
}

log(changes) := {
	"spec": {"decisions": [{"status": "accepted", "options": [{"id": "a"}, {"id": "b"}]}]},
	"facts": {"claims": [testing.after(claim, changes)]},
}

test_flags_a_claim_that_its_result_does_not_satisfy if {
	said(log({})) == {{
		"at": array.concat(at, ["value"]),
		"says": ["`b`", "`p99 request_latency`", "61.2", "`a.json`", "45"],
		"related": [evidence],
	}}
}

test_accepts_a_claim_that_its_result_satisfies if {
	said(log({"/limit": 65})) == set()
}

test_compares_by_the_operator if {
	every row in [
		["lte", 45, 0], ["lte", 45.1, 1],
		["lt", 45, 1], ["lt", 44, 0],
		["gte", 45, 0], ["gte", 44, 1],
		["gt", 45, 1], ["gt", 46, 0],
		["eq", 45, 0], ["eq", 45.1, 1],
	] {
		result := {"value": row[1], "unit": "ms", "at": "/"}
		found := said(log({"/op": row[0], "/results/0": {"at": evidence, "path": "a.json", "status": "read", "result": result}}))
		count(found) == row[2]
	}
}

test_flags_what_cannot_be_recomputed if {
	every row in [
		[{"status": "remote", "path": "https://a"}, ["`b`", "`https://a`"]],
		[{"status": "unreadable", "path": "a", "reason": "is no `k6`"}, ["`b`", "`a`", "`k6`"]],
		[{"status": "unreadable"}, ["`b`", "``"]],
		[{"status": "read", "path": "a", "lacking": "metric", "holds": ["x"]}, ["`b`", "`a`", "`request_latency`", "`x`"]],
		[{"status": "read", "path": "a", "lacking": "statistic", "holds": []}, ["`b`", "`a`", "99", "`request_latency`"]],
		[{"status": "read", "path": "a", "lacking": "unit"}, ["`b`", "`a`"]],
		[{"status": "read", "path": "a", "lacking": "dimension", "holdsUnit": "count"}, ["`b`", "`a`", "`ms`"]],
	] {
		said(log({"/results/0": object.union(row[0], {"at": evidence})})) == {{"at": evidence, "says": row[1]}}
	}
}

test_flags_a_missing_file_together_with_its_other_places if {
	missing := {"at": evidence, "status": "missing", "path": "a.json#x"}
	said(log({"/results/0": missing})) == {{"at": evidence, "says": ["`b`", "`a.json#x`"], "follows": "file a.json"}}
}

test_flags_a_claim_without_a_unit_alone if {
	said(log({"/fault": "it names no `unit`", "/results/0": {"at": evidence, "status": "read", "path": "a"}})) == {{
		"at": at,
		"says": ["`b`", "`unit`"],
	}}
}

test_ignores_decisions_that_no_longer_apply if {
	said(object.union(log({}), {"spec": {"decisions": [{"status": "superseded", "options": [{}, {}]}]}})) == set()
	said(object.union(log({}), {"spec": {"decisions": [{"options": [{}, {}]}]}})) != set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	said({"spec": {"decisions": []}, "facts": {"claims": [claim]}}) == set()
}

said(document) := found if {
	found := testing.all(rule.finding) with input as document
}
