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

test_a_manifest_without_count_of_windows_needs_a_length if {
	places(stated("openslo", {})) == {["artifacts", 0, "spec", "timeWindow"]}
	places(stated("openslo", {"windowSeconds": {"value": 60, "at": ["w"]}})) == set()
}

test_the_messages_name_the_objective if {
	messages(stated("openslo", {"name": "a", "windows": 0})) == {"objective `a` has no window that can be read, so its error budget has no size"}
	messages(stated("openslo", {"name": "a", "windows": 2})) == {"objective `a` has 2 windows; its error budget needs exactly one"}
	seconds := {"value": 60, "at": ["w"]}
	messages(stated("openslo", {"name": "a", "windows": 1, "windowSeconds": seconds})) == {"window of objective `a` is neither rolling nor bound to a calendar, or both"}
}

test_a_window_that_cannot_be_read_is_not_called_ambiguous if {
	places(stated("openslo", {"windows": 1})) == {["artifacts", 0, "spec", "timeWindow"]}
}

test_the_calendar_of_a_rolling_window_is_shown if {
	both := {"duration": "30d", "isRolling": true, "calendar": {"startTime": "2026-01-01"}}
	found := testing.all(rule.finding) with input as windowed(both)
	found == {{
		"at": ["spec", "slos", 0, "window", "isRolling"],
		"related": [["spec", "slos", 0, "window", "calendar"]],
		"says": ["`availability`"],
	}}
}

spec(objective) := {"spec": {"slos": [objective]}}

windowed(window) := spec({"name": "availability", "window": window})

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}

stated(platform, slo) := {"artifacts": [{"facts": {"platform": platform, "slos": [slo]}}]}

messages(doc) := found if {
	found := {f.message | some f in rule.finding} with input as doc
}
