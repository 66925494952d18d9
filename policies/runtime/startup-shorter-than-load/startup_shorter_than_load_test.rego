package servelint.rules.runtime["startup-shorter-than-load_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["startup-shorter-than-load"] as rule

test_flags_probe_shorter_than_the_cold_start if {
	places(spec(300, 480)) == {[["spec", "health", "startupProbe"], "error"]}
}

test_flags_probe_without_margin_as_warning if {
	places(spec(480, 480)) == {[["spec", "health", "startupProbe"], "warning"]}
	places(spec(575, 480)) == {[["spec", "health", "startupProbe"], "warning"]}
}

test_accepts_probe_with_exactly_the_margin if {
	count(places(spec(576, 480))) == 0
}

test_accepts_long_probe if {
	count(places(spec(600, 480))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(json.remove(spec(300, 480), ["facts/startupSeconds"]))) == 0
	count(places(json.remove(spec(300, 480), ["facts/spec/capacity"]))) == 0
}

spec(allowed, load) := {
	"spec": {"capacity": {"coldStart": sprintf("%vs", [load])}, "health": {"startupProbe": {}}},
	"facts": {"startupSeconds": allowed, "spec": {"capacity": {"coldStart": load}}},
}

places(doc) := at if {
	at := {[f.at, object.get(f, "severity", "error")] | some f in rule.finding} with input as doc
}

test_flags_the_probe_of_a_manifest if {
	places(review(300, 600, 480)) == {[["artifacts", 0, "probe"], "error"]}
	places(review(500, 600, 480)) == {[["artifacts", 0, "probe"], "warning"]}
}

test_accepts_the_probe_of_a_manifest_with_the_margin if {
	count(places(review(576, 600, 480))) == 0
}

test_ignores_a_manifest_that_agrees_with_the_specification if {
	count(places(review(300, 300, 480))) == 0
}

review(allowed, said, load) := {
	"serving": spec(said, load),
	"artifacts": [{"facts": {"kind": "Deployment", "role": "workload", "workload": {"startupSeconds": {"value": allowed, "at": ["probe"]}}}}],
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "health", "startupProbe"],
			"related": [["spec", "capacity", "coldStart"]],
			"says": ["8", "9", "36", "`480s`", "20"],
			"severity": "warning",
		},
	}
	said_2([]) == {{"at": ["spec", "health", "startupProbe"], "related": [["spec", "capacity", "coldStart"]], "says": ["5", "`480s`"]}}
	said_3([]) == {
		{
			"at": ["artifacts", 0, "probe"],
			"related": [["serving", "spec", "capacity", "coldStart"]],
			"says": ["5", "`480s`", "9", "36", "20"],
			"severity": "error",
		},
	}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {"spec": {"capacity": {"coldStart": 480}}, "startupSeconds": 480},
	"spec": {"capacity": {"coldStart": "480s"}, "health": {"startupProbe": {}}},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"facts": {"spec": {"capacity": {"coldStart": 480}}, "startupSeconds": 300},
	"spec": {"capacity": {"coldStart": "480s"}, "health": {"startupProbe": {}}},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Deployment",
				"role": "workload",
				"workload": {"startupSeconds": {"at": ["probe"], "value": 300}},
			},
		},
	],
	"serving": {
		"facts": {"spec": {"capacity": {"coldStart": 480}}, "startupSeconds": 600},
		"spec": {"capacity": {"coldStart": "480s"}, "health": {"startupProbe": {}}},
	},
}

test_flags_other_numbers_of_capacity_cold_start if {
	said_more([{"op": "replace", "path": "/facts/spec/capacity/coldStart", "value": 300.0000000003}]) == {
		{
			"at": ["spec", "health", "startupProbe"],
			"related": [["spec", "capacity", "coldStart"]],
			"says": ["5", "6", "`480s`", "20"],
			"severity": "warning",
		},
	}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {"spec": {"capacity": {"coldStart": 480}}, "startupSeconds": 300},
	"spec": {"capacity": {"coldStart": "480s"}, "health": {"startupProbe": {}}},
}
