package servelint.rules.verification["canary-not-as-planned_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["canary-not-as-planned"] as rule

test_accepts_the_plan if {
	said(review(run)) == set()
}

test_flags_an_analysis_without_a_metric if {
	said(without(["/evidence/metrics/2"])) == {{
		"at": evidence,
		"related": [["serving", "spec", "rollout", "analysis", 2, "name"]],
		"says": ["`CAN-1`", "`a.yaml`", "`quality`", "2"],
	}}
	places(without(["/evidence/metrics/1"])) == {evidence}
	unused := testing.after(review(without_run(["/evidence/metrics/2"])), {"/serving/spec/rollout/steps/1/analysis": ["ttft"]})
	places(unused) == set()
}

test_accepts_other_names_for_the_same_thing if {
	places(changed({"/evidence/metrics/0/name": "latency-p95"})) == set()
	places(changed({"/evidence/metrics/1/name": "success-rate"})) == set()
	places(changed({"/evidence/metrics/2/name": "wins"})) == set()
	unknown := {"/evidence/metrics/2/name": "wins", "/evidence/metrics/2/query": "x"}
	places(changed(unknown)) == {evidence}
}

test_flags_limits_beyond_the_plan if {
	said(changed({"/evidence/metrics/0/bound": 8})) == {{
		"at": evidence,
		"related": [["serving", "spec", "rollout", "analysis", 0, "threshold"]],
		"says": ["`ttft`", "`a.yaml`", "8", "`ttft`", "800"],
	}}
	places(changed({"/evidence/metrics/1/bound": 0.2})) == {evidence}
	places(changed({"/evidence/metrics/1/bound": 20})) == {evidence}
	places(changed({"/evidence/metrics/1/fails": "lt", "/evidence/metrics/1/bound": 0.9})) == {evidence}
	places(changed({"/evidence/metrics/1/fails": "lt", "/evidence/metrics/1/bound": 98})) == set()
	places(changed({"/evidence/metrics/2/bound": 0.3})) == {evidence}
}

test_accepts_limits_within_the_plan if {
	places(changed({"/evidence/metrics/0/bound": 0.7})) == set()
	places(changed({"/evidence/metrics/1/bound": 2})) == set()
	places(changed({"/evidence/metrics/2/bound": 0.6})) == set()
}

test_compares_only_what_is_certain if {
	ms := {"/evidence/metrics/0/query": "rate(ttft_ms_bucket[5m])", "/evidence/metrics/0/bound": 800}
	places(changed(ms)) == set()
	places(changed(object.union(ms, {"/evidence/metrics/0/bound": 900}))) == {evidence}
	places(changed({"/evidence/metrics/0/query": "first_token", "/evidence/metrics/0/bound": 8})) == set()
	places(changed({"/evidence/metrics/2/fails": "gt", "/evidence/metrics/2/bound": 0.1})) == set()
}

test_flags_too_few_measurements_to_fail if {
	said(changed({"/evidence/metrics/0/count": 1})) == {{
		"at": evidence,
		"related": [["serving", "spec", "rollout", "analysis", 0, "failureLimit"]],
		"says": ["`ttft`", "`a.yaml`", "1", "`ttft`", "2"],
	}}
	places(changed({"/evidence/metrics/0/count": 2})) == set()
}

test_flags_measurements_that_no_run_has_time_for if {
	short := {"/evidence/durationSeconds": 122, "/evidence/metrics/0/intervalSeconds": 300}
	said(changed(short)) == {{"at": evidence, "says": ["`ttft`", "`a.yaml`", "10", "5", "2", "2"]}}
	places(changed(object.union(short, {"/evidence/durationSeconds": 2400}))) == set()
	places(changed(object.union(short, {"/evidence/cautions": [{"kind": "failed-measurements"}]}))) == set()
}

test_reads_the_analysis_of_a_canary_of_flagger if {
	success := {"name": "request-success-rate", "fails": "lt", "bound": 99}
	quality := {"name": "quality", "fails": "lt", "bound": 0.5}
	places(flagger([{"name": "request-duration", "fails": "gt", "bound": 800}, success, quality])) == set()
	said(flagger([{"name": "request-duration", "fails": "gt", "bound": 900}, success, quality])) == {{
		"at": evidence,
		"related": [["serving", "spec", "rollout", "analysis", 0, "threshold"]],
		"says": ["`request-duration`", "`a.yaml`", "900", "`ttft`", "800"],
	}}
	places(flagger([success, quality])) == {evidence}
}

test_flags_another_revision if {
	said(changed({"/evidence/metrics/0/labels": {"revision": ["v3"]}})) == {{
		"at": evidence,
		"related": [["serving", "metadata", "revision"]],
		"says": ["`a.yaml`", "`v3`", "7"],
	}}
	every values in [["v7"], ["7", "6"], ["rev-7"], ["canary"], ["7c9d5f"]] {
		places(changed({"/evidence/metrics/0/labels": {"revision": values}})) == set()
	}
	places(changed({"/evidence/metrics/0/labels": {"code": ["5"]}})) == set()
}

test_flags_a_run_that_names_somebody_else if {
	stranger := {"name": "billing-canary", "labels": {"app": "billing"}}
	said(changed({"/evidence/subject": stranger})) == {{
		"at": evidence,
		"severity": "warning",
		"help": "Give the AnalysisRun of this service, with the labels, arguments or queries that name it.",
		"says": ["`a.yaml`", "`chat`", "`billing-canary`", "`billing`"],
	}}
	every changed_ in [{"labels": {"app": "chat"}}, {"arguments": {"s": "prod-chat"}}, {"rollout": "chat-v7"}, {"name": "cha"}] {
		places(changed({"/evidence/subject": object.union(stranger, changed_)})) == set()
	}
	places(changed({"/evidence/subject": object.union(stranger, {"labels": {"app": "router"}})})) == set()
	places(changed({"/evidence/subject": {}})) == set()
}

test_what_does_not_block_is_a_warning if {
	advisory := testing.after(review(without_run(["/evidence/metrics/2"])), {"/checklists/0/spec/items/0/gate": "advisory"})
	{finding.severity | some finding in said(advisory)} == {"warning"}
}

test_only_runs_of_canary_items_count if {
	bad := without(["/evidence/metrics/2"])
	places(testing.after(bad, {"/checklists/0/spec/items/0/category": "quality"})) == set()
	places(changed({"/evidence/format": "json"})) == set()
	places(review({"at": at, "path": "a.yaml"})) == set()
}

test_several_runs_are_read_together if {
	first := without_run(["/evidence/metrics/2"])
	second := object.union(without_run(["/evidence/metrics/0", "/evidence/metrics/0"]), {"path": "b.yaml"})
	both := testing.after(review(first), {"/checklists/0/facts/items/0/results/-": second})
	places(both) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	places(testing.without(without(["/evidence/metrics/2"]), ["/serving/spec/rollout"])) == set()
}

at := ["spec", "items", 0, "evidence", 0]

evidence := array.concat(["checklists", 0], at)

run := {
	"at": at,
	"path": "a.yaml",
	"evidence": {
		"format": "argo-analysisrun",
		"subject": {"name": "chat-7"},
		"metrics": [
			{"name": "ttft", "fails": "gt", "bound": 0.8, "count": 10, "query": "rate(ttft_seconds_bucket[5m])"},
			{"name": "errors", "fails": "gt", "bound": 0.02, "count": 10, "query": "rate(requests_total[5m])"},
			{"name": "quality", "fails": "lt", "bound": 0.47, "count": 10, "query": "judge_win_rate"},
		],
	},
}

review(result) := {
	"service": "chat",
	"serving": {
		"metadata": {"revision": 7},
		"spec": {
			"slos": [
				{"name": "ttft-p95", "indicator": {"type": "time_to_first_token"}},
				{"name": "availability", "indicator": {"type": "availability"}},
			],
			"rollout": {
				"steps": [{"weight": 5, "analysis": ["ttft", "errors"]}, {"weight": 50, "analysis": ["ttft", "errors", "quality"]}],
				"analysis": [
					{"name": "ttft", "slo": "ttft-p95", "op": "gt", "threshold": "800ms", "failureLimit": 1},
					{"name": "errors", "slo": "availability", "op": "gt", "threshold": 0.02, "failureLimit": 1},
					{"name": "quality", "metric": "judge_win_rate", "op": "lt", "threshold": 0.47, "failureLimit": 0},
				],
			},
		},
		"facts": {"spec": {"rollout": {"analysis": [{"threshold": 0.8}, {}, {}]}}},
	},
	"artifacts": [{"facts": {"name": "router"}}],
	"checklists": [{
		"spec": {"items": [{"id": "CAN-1", "category": "canary", "gate": "blocking"}]},
		"facts": {"items": [{"results": [result]}]},
	}],
}

flagger(metrics) := changed({"/evidence/format": "flagger-canary", "/evidence/metrics": metrics})

changed(values) := review(testing.after(run, values))

without_run(paths) := testing.without(run, paths)

without(paths) := review(without_run(paths))

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}

places(document) := found if {
	found := testing.places(rule.finding) with input as document
}
