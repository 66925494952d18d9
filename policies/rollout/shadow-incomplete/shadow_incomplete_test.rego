package servelint.rules.rollout["shadow-incomplete_test"]

import data.servelint.rules.rollout["shadow-incomplete"] as rule

complete := {"percent": 5, "duration": "1h", "metric": "rank_agreement", "replicas": 2}

test_flags_each_missing_part if {
	every key, _ in complete {
		places({"shadow": object.remove(complete, [key])}) == {["spec", "rollout", "shadow", key]}
	}
}

test_flags_empty_shadow if {
	count(places({"shadow": {}})) == 4
}

test_flags_shadow_strategy_without_shadow if {
	places({"strategy": "shadow"}) == {["spec", "rollout", "shadow"]}
}

test_accepts_complete_shadow if {
	count(places({"strategy": "shadow", "shadow": complete})) == 0
	count(places({"strategy": "canary", "shadow": complete})) == 0
}

test_accepts_zero_percent_as_stated if {
	count(places({"shadow": object.union(complete, {"percent": 0})})) == 0
}

test_ignores_rollout_without_shadow if {
	count(places({"strategy": "canary"})) == 0
}

test_ignores_unfinished_documents if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {}}
	count(places({})) == 0
}

places(rollout) := at if {
	at := {f.at | some f in rule.finding} with input as {"spec": {"rollout": rollout}}
}
