package servelint.rules.rollout["analysis-no-data_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["analysis-no-data"] as rule

test_flags_analysis_without_on_no_data if {
	places({"analysis": [{"name": "p99"}]}) == {["spec", "rollout", "onNoData"]}
	places({"strategy": "blueGreen", "analysis": [{"name": "p99"}]}) == {["spec", "rollout", "onNoData"]}
}

test_accepts_pause_and_abort if {
	count(places({"analysis": [{"name": "p99"}], "onNoData": "pause"})) == 0
	count(places({"analysis": [{"name": "p99"}], "onNoData": "abort"})) == 0
}

test_ignores_rollout_without_analysis if {
	count(places({"strategy": "rolling"})) == 0
	count(places({"strategy": "canary", "analysis": []})) == 0
}

test_ignores_unfinished_documents if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {}}
	count(places({})) == 0
}

places(rollout) := at if {
	at := {f.at | some f in rule.finding} with input as {"spec": {"rollout": rollout}}
}

test_flags_a_condition_without_a_guard if {
	metric_places({"success": {"value": "result[0] <= 1", "at": ["s"]}}) == {["artifacts", 0, "s"]}
	metric_places({"failure": {"value": "result[0] > 1", "at": ["f"]}}) == {["artifacts", 0, "f"]}
}

test_accepts_a_guarded_condition if {
	metric_places({"success": {"value": "len(result) > 0 && result[0] <= 1", "at": ["s"]}, "guarded": true}) == set()
	metric_places({}) == set()
}

test_flags_a_failure_that_nan_does_not_meet if {
	guarded := {"guarded": true, "failure": {"value": "len(result) > 0 && result[0] > 1", "at": ["f"]}}
	metric_places(guarded) == {["artifacts", 0, "f"]}
	metric_places(object.union(guarded, {"success": {"value": "len(result) > 0 && result[0] <= 1", "at": ["s"]}})) == set()
	metric_places({"guarded": true, "failure": {"value": "isNaN(result[0]) || result[0] > 1", "at": ["f"]}}) == set()
}

metric_places(change) := found if {
	metric := object.union({"name": "m", "provider": "prometheus"}, change)
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {"analyses": [metric]}}]}
}

test_flags_the_places if {
	said([]) == {{"at": ["artifacts", 0, "f"], "says": ["`m`", "`len(result)`", "`isNaN`"]}}
}

test_ignores_without_analyses_failure if {
	said([{"op": "remove", "path": "/artifacts/0/facts/analyses/0/failure/value"}]) == set()
}

test_ignores_without_analyses_provider if {
	said([{"op": "remove", "path": "/artifacts/0/facts/analyses/0/provider"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"artifacts": [
		{
			"facts": {
				"analyses": [{"failure": {"at": ["f"], "value": "result[0] > 1"}, "name": "m", "provider": "prometheus"}],
			},
		},
	],
}

test_ignores_another_analyses_failure if {
	said_more([{"op": "replace", "path": "/artifacts/0/facts/analyses/0/failure/value", "value": "other"}]) == set()
}

test_ignores_without_analyses_provider_too if {
	said_more([{"op": "remove", "path": "/artifacts/0/facts/analyses/0/provider"}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"artifacts": [
		{
			"facts": {
				"analyses": [
					{
						"failure": {"at": ["f"], "value": "len(result) > 0 && result[0] > 1"},
						"guarded": true,
						"name": "m",
						"provider": "prometheus",
					},
				],
			},
		},
	],
}
