package servelint.rules.rollout["indefinite-pause_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["indefinite-pause"] as rule

test_flags_a_pause_without_an_end if {
	places(true, {"indefinite": true}) == {["artifacts", 0, "s"]}
}

test_accepts_pauses_that_end_and_manual_rollouts if {
	places(true, {"bakeSeconds": 60}) == set()
	places(false, {"indefinite": true}) == set()
}

test_ignores_manifests_without_a_specification if {
	count(rule.finding) == 0 with input as {"artifacts": [rollout({"indefinite": true})]}
}

rollout(step) := {"facts": {"kind": "Rollout", "name": "a", "role": "rollout", "rollout": {"steps": [object.union({"weight": 5, "at": ["s"]}, step)]}}}

places(automatic, step) := found if {
	found := {f.at | some f in rule.finding} with input as {
		"serving": {"spec": {"rollback": {"automatic": automatic}}},
		"artifacts": [rollout(step)],
	}
}

test_flags_the_places if {
	said([]) == {{"at": ["artifacts", 0, "s"], "related": [["serving", "spec", "rollback", "automatic"]], "says": ["`a`", "5"]}}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"name": "a",
				"role": "rollout",
				"rollout": {"steps": [{"at": ["s"], "indefinite": true, "weight": 5}]},
			},
		},
	],
	"serving": {"spec": {"rollback": {"automatic": true}}},
}
