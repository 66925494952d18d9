package servelint.rules.rollout["rollback-target-retained_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-target-retained"] as rule

kept(limit) := {"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "workload": {"revisionHistoryLimit": {"value": limit, "at": ["l"]}}}}

serving(revision, target) := {"metadata": {"revision": revision}, "spec": {"rollback": {"targetRevision": target}}}

test_flags_no_history if {
	places({}, [kept(0)]) == {["artifacts", 0, "l"]}
}

test_flags_a_target_beyond_the_history if {
	places(serving(31, "25"), [kept(5)]) == {["artifacts", 0, "l"]}
}

test_accepts_a_target_within_the_history if {
	places(serving(31, "26"), [kept(5)]) == set()
	places(serving(31, "ranker-v2"), [kept(5)]) == set()
	places({}, [kept(5)]) == set()
}

blue_green(seconds) := {"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "rollout": {
	"strategy": {"value": "blueGreen"},
	"scaleDownDelaySeconds": {"value": seconds, "at": ["d"]},
}}}

test_flags_pods_that_go_at_once if {
	places({}, [blue_green(10)]) == {["artifacts", 0, "d"]}
	places({}, [blue_green(30)]) == set()
}

test_flags_a_stopped_stable_workload if {
	stopped := {"facts": {"kind": "InferenceService", "name": "a", "role": "stable-workload", "workload": {"stopped": {"value": true, "at": ["x"]}}}}
	places({}, [stopped]) == {["artifacts", 0, "x"]}
}

test_ignores_manifests_that_say_nothing if {
	places({}, [{"facts": {"kind": "Rollout", "role": "rollout"}}, {}]) == set()
}

places(spec, manifests) := found if {
	found := {f.at | some f in rule.finding} with input as {"serving": spec, "artifacts": manifests}
}

test_flags_the_places if {
	said_1([]) == {{"at": ["artifacts", 0, "l"], "related": [], "says": ["`a`"]}}
}

test_ignores_without_artifacts_role if {
	said_2([{"op": "remove", "path": "/artifacts/0/facts/role"}]) == set()
}

test_ignores_without_rollout_strategy if {
	said_3([{"op": "remove", "path": "/artifacts/0/facts/rollout/strategy"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"role": "rollout",
				"workload": {"revisionHistoryLimit": {"at": ["l"], "value": 0}},
			},
		},
	],
	"serving": {},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "InferenceService",
				"name": "a",
				"role": "stable-workload",
				"workload": {"stopped": {"at": ["x"], "value": true}},
			},
		},
	],
	"serving": {},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"role": "rollout",
				"rollout": {"scaleDownDelaySeconds": {"at": ["d"], "value": 10}, "strategy": {"value": "blueGreen"}},
			},
		},
	],
	"serving": {},
}

test_flags_other_numbers_of_workload_revision_history_limit if {
	said_more([{"op": "replace", "path": "/artifacts/0/facts/workload/revisionHistoryLimit/value", "value": 0}]) == {{"at": ["artifacts", 0, "l"], "related": [["serving", "spec", "rollback", "targetRevision"]], "says": ["`a`"]}}
	said_more([{"op": "replace", "path": "/artifacts/0/facts/workload/revisionHistoryLimit/value", "value": 1}]) == {
		{
			"at": ["artifacts", 0, "l"],
			"related": [["serving", "spec", "rollback", "targetRevision"]],
			"says": ["`a`", "1", "6", "`25`"],
		},
	}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"role": "rollout",
				"workload": {"revisionHistoryLimit": {"at": ["l"], "value": 5}},
			},
		},
	],
	"serving": {"metadata": {"revision": 31}, "spec": {"rollback": {"targetRevision": "25"}}},
}
