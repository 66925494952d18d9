package servelint.rules.rollout["shadow-incomplete_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["shadow-incomplete"] as rule

complete := {"percent": 5, "duration": "1h", "metric": "rank_agreement", "replicas": 2}

test_flags_each_missing_part if {
	every key, _ in complete {
		said({"shadow": object.remove(complete, [key])}) == {{
			"at": ["spec", "rollout", "shadow", key],
			"says": [sprintf("`%s`", [key])],
		}}
	}
	count(said({"shadow": {}})) == 4
}

test_flags_the_strategy_without_a_shadow if {
	said({"strategy": "shadow"}) == {{"at": ["spec", "rollout", "shadow"], "says": ["`shadow`"]}}
}

test_accepts_a_complete_shadow_beside_any_strategy if {
	said({"strategy": "shadow", "shadow": complete}) == set()
	said({"strategy": "canary", "shadow": complete}) == set()
}

test_accepts_zero_percent_which_is_stated if {
	said({"shadow": object.union(complete, {"percent": 0})}) == set()
}

test_ignores_rollouts_without_a_shadow if {
	said({"strategy": "canary"}) == set()
	said({}) == set()
	count(rule.finding) == 0 with input as {}
}

said(rollout) := found if {
	found := testing.all(rule.finding) with input as {"spec": {"rollout": rollout}}
}
