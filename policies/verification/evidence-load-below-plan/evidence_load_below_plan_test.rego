package servelint.rules.verification["evidence-load-below-plan_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["evidence-load-below-plan"] as rule

evidence := {["spec", "items", 0, "evidence", 0]}

test_flags_a_rate_below_the_plan if {
	places({"offeredRps": 300, "achievedRps": 300}) == evidence
	places({"offeredRps": 450, "achievedRps": 300}) == evidence
	places({"achievedRps": 300}) == evidence
	places({"offeredRps": 300}) == evidence
	places({"offeredRps": "unbounded", "achievedRps": 300}) == evidence
}

test_accepts_98_percent if {
	places({"offeredRps": 450, "achievedRps": 441}) == set()
	places({"achievedRps": 441}) == set()
}

test_flags_a_short_test if {
	places({"durationSeconds": 600}) == evidence
	places({"durationSeconds": 1176}) == set()
}

test_ignores_what_is_not_told if {
	places({}) == set()
	places({"offeredRps": "unbounded"}) == set()
	count(rule.finding) == 0 with input as {}
}

test_the_messages_name_plan_and_result if {
	messages({"offeredRps": 450, "achievedRps": 300.5}) == {"item `LOAD-1` plans 450 requests/s, but `a.json` reached 300.5"}
	messages({"offeredRps": 300}) == {"item `LOAD-1` plans 450 requests/s, but `a.json` asked for only 300"}
	messages({"durationSeconds": 600}) == {"item `LOAD-1` plans a test of 20m, but the test in `a.json` lasted 10m"}
}

test_shows_the_plan if {
	related({"achievedRps": 300}) == {["spec", "items", 0, "conditions", "offeredRps"]}
	related({"durationSeconds": 600}) == {["spec", "items", 0, "conditions", "duration"]}
}

doc(found) := {
	"spec": {"items": [{"id": "LOAD-1", "conditions": {"offeredRps": 450, "duration": "20m"}}]},
	"facts": {
		"spec": {"items": [{"conditions": {"duration": 1200}}]},
		"items": [{"results": [{"at": ["spec", "items", 0, "evidence", 0], "path": "a.json", "evidence": found}]}],
	},
}

places(found) := at if {
	at := testing.places(rule.finding) with input as doc(found)
}

messages(found) := words if {
	words := {f.message | some f in rule.finding} with input as doc(found)
}

related(found) := {path | some f in said; some path in f.related} if {
	said := testing.all(rule.finding) with input as doc(found)
}
