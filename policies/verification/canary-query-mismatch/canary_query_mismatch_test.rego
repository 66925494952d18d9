package servelint.rules.verification["canary-query-mismatch_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["canary-query-mismatch"] as rule

test_accepts_queries_that_measure_the_plan if {
	said(review(run)) == set()
}

test_flags_a_query_that_measures_nothing if {
	said(changed({"/evidence/metrics/0/measure": {"series": []}})) == {{"at": evidence, "says": ["`ttft`", "`a.yaml`"]}}
	said(changed({"/evidence/metrics/1/measure/always": 0})) == {{"at": evidence, "says": ["`errors`", "`a.yaml`", "0"]}}
	places(changed({"/evidence/metrics/0/measure": {"series": [], "unnamed": true}})) == set()
}

test_flags_a_lower_quantile_and_a_mean if {
	said(changed({"/evidence/metrics/0/measure/quantile": 0.5})) == {{
		"at": evidence,
		"related": [["serving", "spec", "rollout", "analysis", 0, "slo"]],
		"says": ["`ttft`", "`a.yaml`", "50", "`ttft`", "95", "`ttft-p95`"],
	}}
	places(changed({"/evidence/metrics/0/measure/quantile": 0.99})) == set()
	places(changed({"/evidence/metrics/0/measure": {"series": ["ttft_seconds"], "mean": true}})) == {evidence}
	places(changed({"/evidence/metrics/0/measure": {"series": ["ttft_seconds"]}})) == set()
	places(changed({"/evidence/metrics/0/measure/mean": true})) == set()
	places(testing.without(changed({"/evidence/metrics/0/measure/quantile": 0.5}), ["/serving/spec/slos/0/target"])) == set()
}

test_flags_failures_without_those_of_servers if {
	all := ["500", "502", "503", "504"]
	said(changed({"/evidence/metrics/1/measure/uncounted": all})) == {{
		"at": evidence,
		"says": ["`errors`", "`a.yaml`", "500", "502", "503", "504"],
	}}
	places(changed({"/evidence/metrics/1/measure/uncounted": ["504"]})) == set()
	places(changed({"/evidence/metrics/1/measure/uncounted": all, "/evidence/metrics/1/fails": "lt"})) == set()
	places(changed({"/evidence/metrics/0/measure/uncounted": all})) == set()
}

test_flags_another_revision_in_one_query if {
	said(changed({"/evidence/metrics/0/labels": {"revision": ["V6"]}})) == {{
		"at": evidence,
		"related": [["serving", "metadata", "revision"]],
		"says": ["`ttft`", "`a.yaml`", "`v6`", "7"],
	}}
	places(changed({"/evidence/metrics/0/labels": {"revision": ["v6", "v7"]}})) == set()
	places(changed({"/evidence/metrics/0/labels": {"revision": ["stable"]}})) == set()

	# That no query selects it is another finding.
	places(changed({
		"/evidence/metrics/0/labels": {"revision": ["v6"]},
		"/evidence/metrics/1/labels": {"revision": ["v6"]},
	})) == set()
}

test_flags_a_query_that_selects_no_revision if {
	said(changed({"/evidence/metrics/0/selects": "whole"})) == {{"at": evidence, "severity": "warning", "says": ["`ttft`", "`a.yaml`"]}}
	places(changed({"/evidence/metrics/0/selects": "argument"})) == set()
	{finding.says | some finding in said(changed({"/evidence/metrics/0/selects": "whole", "/evidence/metrics/0/measure": {"series": []}}))} == {[
		"`ttft`",
		"`a.yaml`",
	]}
}

test_flags_a_shorter_window if {
	said(changed({"/evidence/metrics/0/measure/windowSeconds": 30})) == {{
		"at": evidence,
		"severity": "warning",
		"related": [["serving", "spec", "rollout", "analysis", 0, "window"]],
		"says": ["`ttft`", "`a.yaml`", "30", "`ttft`", "30"],
	}}
	places(changed({"/evidence/metrics/0/measure/windowSeconds": 1770})) == set()
	places(testing.without(changed({"/evidence/metrics/0/measure/windowSeconds": 30}), ["/serving/facts"])) == set()
}

test_flags_a_metric_that_is_not_the_objectives if {
	other := {"/evidence/metrics/0/measure/series": ["connect_seconds"]}
	said(changed(other)) == {{
		"at": evidence,
		"severity": "warning",
		"related": [["artifacts", 0, "spec", "good"]],
		"says": ["`ttft`", "`a.yaml`", "`connect_seconds`", "`ttft-p95`", "`ttft_seconds`"],
	}}
	places(testing.without(changed(other), ["/artifacts/0"])) == set()
	places(testing.after(changed(other), {"/artifacts/0/facts/queries/0/purpose": "alert"})) == set()
	places(testing.after(changed(other), {"/artifacts/0/facts/queries/0/measure/unnamed": true})) == set()
	places(testing.after(changed(other), {"/artifacts/0/facts/queries/0/measure/series": []})) == set()
	places(changed({"/evidence/metrics/0/measure/series": [], "/evidence/metrics/0/measure/unnamed": true})) == set()
}

test_flags_what_the_server_measures_for_an_objective_at_the_gateway if {
	server := testing.without(
		changed({"/evidence/metrics/0/measure/series": ["vllm:time_to_first_token_seconds"]}),
		["/artifacts/0"],
	)
	gateway := testing.after(server, {"/serving/spec/slos/0/indicator/measuredAt": "gateway"})
	said(gateway) == {{
		"at": evidence,
		"severity": "warning",
		"related": [["serving", "spec", "slos", 0, "indicator", "measuredAt"]],
		"says": ["`ttft`", "`a.yaml`", "`vllm:time_to_first_token_seconds`", "`ttft-p95`", "`gateway`"],
	}}
	places(server) == set()
	places(testing.after(server, {"/serving/spec/slos/0/indicator/measuredAt": "server"})) == set()
	places(testing.after(gateway, {"/checklists/0/facts/items/0/results/0/evidence/metrics/0/measure/unnamed": true})) == set()
}

test_finds_the_objective_by_its_names if {
	other := changed({"/evidence/metrics/0/measure/series": ["connect_seconds"]})
	places(testing.after(other, {"/artifacts/0/facts/queries/0/name": "ttft-p95"})) == {evidence}
	places(testing.after(other, {"/artifacts/0/facts/queries/0/name": "x"})) == set()
	places(testing.after(other, {"/artifacts/0/facts/queries/0/name": "x", "/artifacts/0/facts/slos": [{"name": "ttft-p95"}]})) == {evidence}
	places(testing.after(other, {
		"/artifacts/0/facts/queries/0/name": "x",
		"/artifacts/0/facts/slos": [{"name": "ttft-p95"}, {"name": "other"}],
	})) == set()
}

test_what_does_not_block_is_a_warning if {
	bad := changed({"/evidence/metrics/0/measure": {"series": []}})
	{finding.severity | some finding in said(testing.after(bad, {"/checklists/0/spec/items/0/gate": "advisory"}))} == {"warning"}
}

test_judges_only_what_is_an_analysis_and_promql if {
	places(changed({"/evidence/metrics/0/measure": {"series": []}, "/evidence/metrics/0/name": "extra"})) == set()
	places(testing.without(review(run), ["/checklists/0/facts/items/0/results/0/evidence/metrics/0/measure"])) == set()
	rule.finding == set() with input as {}
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
			{
				"name": "ttft",
				"fails": "gt",
				"labels": {"revision": ["v7"]},
				"selects": "canary",
				"measure": {"series": ["ttft_seconds"], "quantile": 0.95, "windowSeconds": 1800},
			},
			{
				"name": "errors",
				"fails": "gt",
				"labels": {"revision": ["v7"]},
				"selects": "canary",
				"measure": {"series": ["requests"], "windowSeconds": 1800},
			},
		],
	},
}

review(result) := {
	"service": "chat",
	"serving": {
		"metadata": {"revision": 7},
		"spec": {
			"slos": [
				{"name": "ttft-p95", "indicator": {"type": "time_to_first_token"}, "target": 0.95},
				{"name": "availability", "indicator": {"type": "availability"}, "target": 0.99},
			],
			"rollout": {"analysis": [{"name": "ttft", "slo": "ttft-p95"}, {"name": "errors", "slo": "availability"}]},
		},
		"facts": {"spec": {"rollout": {"analysis": [{"window": 1800}, {"window": 1800}]}}},
	},
	"artifacts": [{"facts": {
		"slos": [{"name": "latency"}],
		"queries": [{"at": ["spec", "good"], "purpose": "good", "name": "chat-ttft-p95", "measure": {"series": ["ttft_seconds"]}}],
	}}],
	"checklists": [{
		"spec": {"items": [{"id": "CAN-1", "category": "canary", "gate": "blocking"}]},
		"facts": {"items": [{"results": [result]}]},
	}],
}

changed(values) := review(testing.after(run, values))

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}

places(document) := found if {
	found := testing.places(rule.finding) with input as document
}
