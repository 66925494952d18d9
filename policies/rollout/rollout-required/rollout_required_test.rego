package servelint.rules.rollout["rollout-required_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollout-required"] as rule

rollout := {"at": ["spec", "rollout"], "says": ["`rollout`"]}

rollback := {"at": ["spec", "rollback"], "says": ["`rollback`"]}

reason := {"at": ["spec", "noProductionImpact", "reason"], "says": ["`noProductionImpact`"]}

test_flags_what_production_lacks if {
	said({}) == {rollout, rollback}
	said({"rollout": {"strategy": "canary"}}) == {rollback}
	said({"rollback": {"automatic": true}}) == {rollout}
}

test_accepts_both_plans if {
	said({"rollout": {}, "rollback": {}}) == set()
}

test_accepts_a_reason_why_nothing_in_production_changes if {
	said({"noProductionImpact": {"reason": "internal replay only"}}) == set()
}

test_flags_no_impact_without_a_reason if {
	said({"noProductionImpact": {}}) == {reason}
	said({"noProductionImpact": {"reason": " "}}) == {reason}
}

test_ignores_other_environments if {
	said({"environment": "staging"}) == set()
	said({"environment": "dev", "noProductionImpact": {}}) == set()
	count(rule.finding) == 0 with input as {}
}

said(fields) := found if {
	found := testing.all(rule.finding) with input as {"spec": object.union({"environment": "production"}, fields)}
}
