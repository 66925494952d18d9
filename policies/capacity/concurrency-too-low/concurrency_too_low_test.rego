package servelint.rules.capacity["concurrency-too-low_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["concurrency-too-low"] as rule

test_flags_limit_below_littles_law if {
	places(spec(20)) == {["spec", "serving", "maxNumSeqs"]}
	places(spec(16.1)) == {["spec", "serving", "maxNumSeqs"]}
}

test_accepts_limit_at_or_above_littles_law if {
	count(places(spec(16))) == 0
	count(places(spec(12))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(json.remove(spec(20), ["facts/capacity/concurrency"]))) == 0
	count(places(json.remove(spec(20), ["facts/capacity/concurrency/needed"]))) == 0
}

spec(peak) := {
	"spec": {
		"serving": {"maxNumSeqs": 24},
		"capacity": {"replicas": {"max": 8}},
		"traffic": {"peakRps": peak},
	},
	"facts": {"capacity": {"concurrency": {"limit": 24, "atMax": 192, "needed": peak * 12, "meanSeconds": 12}}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_a_manifest_that_lets_too_few_in if {
	manifests("Knative", 4, 10) == {["artifacts", 0, "limit"]}
}

test_accepts_a_manifest_that_lets_enough_in if {
	manifests("Knative", 10, 10) == set()
}

test_ignores_limits_without_effect if {
	manifests("Standard", 4, 10) == set()
	manifests("Knative", 0, 10) == set()
}

manifests(mode, limit, most) := at if {
	workload := {
		"mode": {"value": mode, "at": ["mode"]},
		"concurrency": {"value": limit, "at": ["limit"]},
		"maxReplicas": {"value": most, "at": ["most"]},
	}
	facts := {"kind": "InferenceService", "name": "ranker", "role": "workload", "workload": workload}
	serving := {"spec": {"traffic": {"peakRps": 50}}, "facts": {"capacity": {"concurrency": {"needed": 100, "meanSeconds": 2}}}}
	at := {f.at | some f in rule.finding} with input as {"serving": serving, "artifacts": [{"facts": facts}]}
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "serving", "maxNumSeqs"],
			"related": [["spec", "capacity", "replicas", "max"], ["spec", "traffic", "peakRps"]],
			"says": ["`8`", "192", "24", "240", "`20`", "12"],
		},
	}
	said_2([]) == {
		{
			"at": ["artifacts", 0, "limit"],
			"related": [["artifacts", 0, "most"], ["serving", "spec", "traffic", "peakRps"]],
			"says": ["10", "40", "4", "100", "`50`", "2"],
		},
	}
}

test_ignores_without_artifacts_kind if {
	said_2([{"op": "remove", "path": "/artifacts/0/facts/kind"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {"capacity": {"concurrency": {"atMax": 192, "limit": 24, "meanSeconds": 12, "needed": 240}}},
	"spec": {"capacity": {"replicas": {"max": 8}}, "serving": {"maxNumSeqs": 24}, "traffic": {"peakRps": 20}},
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
				"name": "ranker",
				"role": "workload",
				"workload": {
					"concurrency": {"at": ["limit"], "value": 4},
					"maxReplicas": {"at": ["most"], "value": 10},
					"mode": {"at": ["mode"], "value": "Knative"},
				},
			},
		},
	],
	"serving": {
		"facts": {"capacity": {"concurrency": {"meanSeconds": 2, "needed": 100}}},
		"spec": {"traffic": {"peakRps": 50}},
	},
}

test_flags_other_numbers_of_workload_concurrency if {
	said_more_2([{"op": "replace", "path": "/artifacts/0/facts/workload/concurrency/value", "value": 1}]) == {
		{
			"at": ["artifacts", 0, "limit"],
			"related": [["artifacts", 0, "most"], ["serving", "spec", "traffic", "peakRps"]],
			"says": ["10", "10", "1", "100", "`50`", "2"],
		},
	}
}

test_ignores_other_numbers_of_concurrency_at_max if {
	said_more_1([{"op": "replace", "path": "/facts/capacity/concurrency/atMax", "value": 239.99999999976}]) == set()
}

said_more_1(changes) := found if {
	doc := json.patch(example_more_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_1 := {
	"facts": {"capacity": {"concurrency": {"atMax": 192, "limit": 24, "meanSeconds": 12, "needed": 240}}},
	"spec": {"capacity": {"replicas": {"max": 8}}, "serving": {"maxNumSeqs": 24}, "traffic": {"peakRps": 20}},
}

said_more_2(changes) := found if {
	doc := json.patch(example_more_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "InferenceService",
				"name": "ranker",
				"role": "workload",
				"workload": {
					"concurrency": {"at": ["limit"], "value": 4},
					"maxReplicas": {"at": ["most"], "value": 10},
					"mode": {"at": ["mode"], "value": "Knative"},
				},
			},
		},
	],
	"serving": {
		"facts": {"capacity": {"concurrency": {"meanSeconds": 2, "needed": 100}}},
		"spec": {"traffic": {"peakRps": 50}},
	},
}
