package servelint.rules.slo["slo-window-required_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["slo-window-required"] as rule

test_flags_missing_window if {
	places(spec({"name": "availability"})) == {["spec", "slos", 0, "window"]}
}

test_flags_missing_duration if {
	places(windowed({"isRolling": true})) == {["spec", "slos", 0, "window", "duration"]}
	places(windowed({})) == {["spec", "slos", 0, "window", "duration"]}
}

test_flags_both_kinds if {
	both := {"duration": "30d", "isRolling": true, "calendar": {"startTime": "2026-01-01"}}
	places(windowed(both)) == {["spec", "slos", 0, "window", "isRolling"]}
}

test_flags_neither_kind if {
	places(windowed({"duration": "30d"})) == {["spec", "slos", 0, "window"]}
	places(windowed({"duration": "30d", "isRolling": false})) == {["spec", "slos", 0, "window"]}
}

test_accepts_one_kind if {
	count(places(windowed({"duration": "28d", "isRolling": true}))) == 0
	count(places(windowed({"duration": "1M", "isRolling": false, "calendar": {"startTime": "2026-01-01"}}))) == 0
	count(places(windowed({"duration": "1M", "calendar": {"startTime": "2026-01-01"}}))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"slos": []}})) == 0
}

spec(objective) := {"spec": {"slos": [objective]}}

windowed(window) := spec({"name": "availability", "window": window})

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_objectives_of_manifests_without_one_window if {
	places(stated("openslo", {"windows": 0})) == {["artifacts", 0, "spec", "timeWindow"]}
	places(stated("openslo", {"windows": 2})) == {["artifacts", 0, "spec", "timeWindow"]}
	places(stated("pyrra", {})) == {["artifacts", 0, "spec", "window"]}
	places(stated("openslo", {"windows": 1, "windowSeconds": {"value": 60, "at": ["w"]}})) == {["artifacts", 0, "spec", "timeWindow", 0]}
}

test_accepts_objectives_of_manifests_with_one_window if {
	places(stated("openslo", {"windows": 1, "windowKind": "rolling", "windowSeconds": {"value": 60, "at": ["w"]}})) == set()
}

test_ignores_platforms_whose_window_stands_elsewhere if {
	places(stated("sloth", {})) == set()
}

stated(platform, slo) := {"artifacts": [{"facts": {"platform": platform, "slos": [slo]}}]}

test_flags_other_numbers_of_slos_windows if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/slos/0/windows", "value": 2}]) == {{"at": ["artifacts", 0, "spec", "timeWindow"], "says": ["2"]}}
	said_1([{"op": "replace", "path": "/artifacts/0/facts/slos/0/windows", "value": 1}]) == {{"at": ["artifacts", 0, "spec", "timeWindow"], "says": []}}
}

test_ignores_without_slos_windows if {
	said_2([{"op": "remove", "path": "/artifacts/0/facts/slos/0/windows"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {"artifacts": [{"facts": {"platform": "openslo", "slos": [{"windows": 0}]}}]}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [
		{
			"facts": {"platform": "openslo", "slos": [{"windowSeconds": {"at": ["w"], "value": 60}, "windows": 1}]},
		},
	],
}

test_flags_the_places if {
	said_more([]) == {
		{
			"at": ["spec", "slos", 0, "window", "isRolling"],
			"related": [["spec", "slos", 0, "window", "calendar"]],
			"says": ["`availability`"],
		},
	}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"spec": {
		"slos": [
			{
				"name": "availability",
				"window": {"calendar": {"startTime": "2026-01-01"}, "duration": "30d", "isRolling": true},
			},
		],
	},
}
