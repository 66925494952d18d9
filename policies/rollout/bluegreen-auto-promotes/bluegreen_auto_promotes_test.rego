package servelint.rules.rollout["bluegreen-auto-promotes_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["bluegreen-auto-promotes"] as rule

test_flags_a_promotion_that_nobody_judges if {
	places({}) == {["artifacts", 0, "s"]}
	places({"autoPromotion": {"value": true}}) == {["artifacts", 0, "s"]}
	places({"postPromotionAnalysis": true}) == {["artifacts", 0, "s"]}
}

test_accepts_an_analysis_before_or_a_person if {
	places({"prePromotionAnalysis": true}) == set()
	places({"autoPromotion": {"value": false}}) == set()
}

test_ignores_canaries_and_others if {
	places({"strategy": {"value": "canary"}}) == set()
	count(rule.finding) == 0 with input as {}
}

places(change) := found if {
	rollout := object.union({"at": ["s"], "strategy": {"value": "blueGreen"}}, change)
	found := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": {
		"kind": "Rollout", "name": "a", "role": "rollout", "platform": "argo-rollouts", "rollout": rollout,
	}}]}
}

test_ignores_without_artifacts_platform if {
	said([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
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
				"platform": "argo-rollouts",
				"role": "rollout",
				"rollout": {"at": ["s"], "strategy": {"value": "blueGreen"}},
			},
		},
	],
}
