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

test_says_the_numbers if {
	messages := {f.message | some f in rule.finding} with input as doc({"offeredRps": 450, "achievedRps": 300.5})
	messages == {"item `LOAD-1` is about 450 requests/s, but in `a.json` 300.5 were reached"}
}

test_ignores_what_is_not_told if {
	places({}) == set()
	places({"offeredRps": "unbounded"}) == set()
	count(rule.finding) == 0 with input as {}
}

doc(found) := {
	"spec": {"items": [{"id": "LOAD-1", "conditions": {"offeredRps": 450, "duration": "20m"}}]},
	"facts": {
		"spec": {"items": [{"conditions": {"duration": 1200}}]},
		"items": [{"results": [{"at": ["spec", "items", 0, "evidence", 0], "path": "a.json", "evidence": found}]}],
	},
}

places(found) := at if {
	at := {f.at | some f in rule.finding} with input as doc(found)
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["spec", "items", 0, "evidence", 0],
			"related": [["spec", "items", 0, "conditions", "offeredRps"]],
			"says": ["`LOAD-1`", "450", "`a.json`", "300"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {
		"items": [
			{
				"results": [{"at": ["spec", "items", 0, "evidence", 0], "evidence": {"offeredRps": 300}, "path": "a.json"}],
			},
		],
		"spec": {"items": [{"conditions": {"duration": 1200}}]},
	},
	"spec": {"items": [{"conditions": {"duration": "20m", "offeredRps": 450}, "id": "LOAD-1"}]},
}
