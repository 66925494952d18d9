package servelint.rules.capacity["min-replicas-production_test"]

import data.servelint.rules.capacity["min-replicas-production"] as rule

test_flags_single_replica if {
	places(spec("production", "critical", 1)) == {["spec", "capacity", "replicas", "min"]}
	places(spec("production", "standard", 0)) == {["spec", "capacity", "replicas", "min"]}
}

test_accepts_minimum_of_the_team if {
	count(places(spec("production", "critical", 2))) == 0
	found := rule.finding with input as spec("production", "critical", 2)
		with data.servelint.policy as {"minReplicasInProduction": 3}
	count(found) == 1
}

test_ignores_other_tiers_and_environments if {
	count(places(spec("production", "experimental", 1))) == 0
	count(places(spec("staging", "critical", 1))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"environment": "production", "tier": "critical", "capacity": {"replicas": {"max": 1}}}})) == 0
}

spec(environment, tier, least) := {"spec": {
	"environment": environment,
	"tier": tier,
	"capacity": {"replicas": {"min": least, "max": 4}},
}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
		with data.servelint.policy as {"minReplicasInProduction": 2}
}
