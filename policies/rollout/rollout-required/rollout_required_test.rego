package servelint.rules.rollout["rollout-required_test"]

import data.servelint.rules.rollout["rollout-required"] as rule

test_flags_production_without_both if {
	places(spec({"environment": "production"})) == {["spec", "rollout"], ["spec", "rollback"]}
}

test_flags_production_without_rollback if {
	places(spec({"environment": "production", "rollout": {"strategy": "canary"}})) == {["spec", "rollback"]}
}

test_flags_no_impact_without_reason if {
	expected := {["spec", "noProductionImpact", "reason"]}
	places(spec({"environment": "production", "noProductionImpact": {}})) == expected
	places(spec({"environment": "production", "noProductionImpact": {"reason": " "}})) == expected
}

test_accepts_both if {
	count(places(spec({"environment": "production", "rollout": {}, "rollback": {}}))) == 0
}

test_accepts_reasoned_no_impact if {
	count(places(spec({"environment": "production", "noProductionImpact": {"reason": "internal replay only"}}))) == 0
}

test_ignores_other_environments if {
	count(places(spec({"environment": "staging"}))) == 0
	count(places(spec({"environment": "dev", "noProductionImpact": {}}))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
}

spec(fields) := {"spec": fields}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}
