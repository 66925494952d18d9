package servelint.rules.rollout["bluegreen-auto-promotes_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["bluegreen-auto-promotes"] as rule

test_flags_a_promotion_that_nothing_and_nobody_judges if {
	every change in [{}, {"autoPromotion": {"value": true}}] {
		said(change, {}) == {{"at": ["artifacts", 0, "spec", "strategy"], "says": ["`ranker`"]}}
	}
}

test_flags_an_analysis_that_comes_after_the_promotion if {
	said({"postPromotionAnalysis": true}, {}) == {{"at": ["artifacts", 0, "spec", "strategy"], "says": ["`ranker`"]}}
}

test_accepts_an_analysis_before_the_promotion if {
	said({"prePromotionAnalysis": true}, {}) == set()
}

test_accepts_a_person_who_promotes if {
	said({"autoPromotion": {"value": false}}, {}) == set()
}

test_ignores_canaries if {
	said({"strategy": {"value": "canary"}}, {}) == set()
}

test_ignores_the_blue_green_update_of_sagemaker if {
	said({}, {"platform": "sagemaker"}) == set()
	count(rule.finding) == 0 with input as {}
}

said(change, facts) := found if {
	rollout := object.union({"at": ["spec", "strategy"], "strategy": {"value": "blueGreen"}}, change)
	manifest := {"kind": "Rollout", "name": "ranker", "role": "rollout", "platform": "argo-rollouts", "rollout": rollout}
	found := testing.all(rule.finding) with input as {"artifacts": [{"facts": object.union(manifest, facts)}]}
}
