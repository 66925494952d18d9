package servelint.rules.rollout["rollback-rto-vs-cold-start_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-rto-vs-cold-start"] as rule

test_flags_blue_green_whose_old_version_is_gone if {
	places(spec("blueGreen", {}, 300, 480)) == {["spec", "rollback", "rto"]}
	places(spec("rolling", {}, 300, 480)) == {["spec", "rollback", "rto"]}
}

test_flags_canary_that_is_said_to_scale_down if {
	count(places(spec("canary", {"scaleDownOnPromotion": true}, 300, 480))) == 1
}

test_flags_once_where_both_reasons_hold if {
	count(places(spec("blueGreen", {"scaleDownOnPromotion": true}, 300, 480))) == 1
}

test_accepts_old_version_that_stays if {
	count(places(spec("blueGreen", {"scaleDownOnPromotion": false}, 300, 480))) == 0
	count(places(spec("rolling", {"scaleDownOnPromotion": false}, 300, 480))) == 0
}

test_accepts_rto_equal_to_the_cold_start if {
	count(places(spec("blueGreen", {}, 480, 480))) == 0
}

test_accepts_canary_that_says_nothing if {
	count(places(spec("canary", {}, 300, 480))) == 0
	count(places(spec("linear", {}, 300, 480))) == 0
	count(places(spec("shadow", {}, 300, 480))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(object.remove(spec("blueGreen", {}, 300, 480), ["facts"]))) == 0
	count(places(json.remove(spec("blueGreen", {}, 300, 480), ["spec/rollout"]))) == 0
	count(places(json.remove(spec("blueGreen", {}, 300, 480), ["facts/spec/capacity"]))) == 0
	count(places(json.remove(spec("blueGreen", {}, 300, 480), ["facts/spec/rollback"]))) == 0
}

spec(strategy, serving, rto, load) := {
	"spec": {
		"serving": serving,
		"rollout": {"strategy": strategy},
		"rollback": {"rto": sprintf("%vs", [rto])},
		"capacity": {"coldStart": sprintf("%vs", [load])},
	},
	"facts": {"spec": {"rollback": {"rto": rto}, "capacity": {"coldStart": load}}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_manifests_that_scale_the_old_version_down if {
	in_manifest({"role": "rollout", "rollout": {"dynamicStableScale": {"value": true, "at": ["d"]}}}, 60) == {["artifacts", 0, "d"]}
	in_manifest({"role": "stable-workload", "workload": {"stopped": {"value": true, "at": ["d"]}}}, 60) == {["artifacts", 0, "d"]}
}

test_accepts_manifests_that_keep_it_and_longer_promises if {
	in_manifest({"role": "rollout", "rollout": {"dynamicStableScale": {"value": false, "at": ["d"]}}}, 60) == set()
	in_manifest({"role": "rollout", "rollout": {"dynamicStableScale": {"value": true, "at": ["d"]}}}, 300) == set()
}

in_manifest(facts, rto) := found if {
	found := {f.at | some f in rule.finding} with input as {
		"serving": {
			"spec": {"rollback": {"rto": "x"}, "capacity": {"coldStart": "y"}},
			"facts": {"spec": {"rollback": {"rto": rto}, "capacity": {"coldStart": 240}}},
		},
		"artifacts": [{"facts": object.union({"kind": "Rollout", "name": "a"}, facts)}],
	}
}

test_flags_the_places if {
	said_1([]) == {{"at": ["spec", "rollback", "rto"], "related": [["spec", "capacity", "coldStart"]], "says": ["`300s`", "`480s`"]}}
	said_2([]) == {{"at": ["artifacts", 0, "d"], "related": [["serving", "spec", "rollback", "rto"]], "says": ["`x`", "`a`", "`y`"]}}
}

test_ignores_another_capacity_cold_start if {
	said_1([{"op": "replace", "path": "/facts/spec/capacity/coldStart", "value": "x"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {"spec": {"capacity": {"coldStart": 480}, "rollback": {"rto": 300}}},
	"spec": {
		"capacity": {"coldStart": "480s"},
		"rollback": {"rto": "300s"},
		"rollout": {"strategy": "rolling"},
		"serving": {},
	},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"role": "stable-workload",
				"workload": {"stopped": {"at": ["d"], "value": true}},
			},
		},
	],
	"serving": {
		"facts": {"spec": {"capacity": {"coldStart": 240}, "rollback": {"rto": 60}}},
		"spec": {"capacity": {"coldStart": "y"}, "rollback": {"rto": "x"}},
	},
}
