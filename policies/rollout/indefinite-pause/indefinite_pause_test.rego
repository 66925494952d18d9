package servelint.rules.rollout["indefinite-pause_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["indefinite-pause"] as rule

test_flags_a_pause_without_an_end if {
	said(rollback(true), {"indefinite": true}) == {{
		"at": ["artifacts", 0, "step"],
		"related": [["serving", "spec", "rollback", "automatic"]],
		"says": ["`ranker`", "5"],
	}}
}

test_accepts_a_pause_that_ends if {
	said(rollback(true), {"bakeSeconds": 60}) == set()
}

test_accepts_a_pause_of_a_manual_rollback if {
	said(rollback(false), {"indefinite": true}) == set()
}

test_ignores_manifests_without_a_specification if {
	said({}, {"indefinite": true}) == set()
}

rollback(automatic) := {"spec": {"rollback": {"automatic": automatic}}}

said(serving, change) := found if {
	step := object.union({"weight": 5, "at": ["step"]}, change)
	rollout := {"facts": {"kind": "Rollout", "name": "ranker", "role": "rollout", "rollout": {"steps": [step]}}}
	found := testing.all(rule.finding) with input as {"serving": serving, "artifacts": [rollout]}
}
