package servelint.rules.capacity["min-replicas-production_test"]

import data.servelint.lib.testing
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

test_flags_manifests_with_too_few if {
	flagged(workload("InferenceService", "kserve", {"minReplicas": 1}), production) == {[["artifacts", 0, "minReplicas"], "error"]}
	flagged(workload("Deployment", "deployment", {"replicas": 1}), production) == {[["artifacts", 0, "replicas"], "error"]}
}

test_flags_the_default_of_the_platform if {
	flagged(workload("InferenceService", "kserve", {}), production) == {[["artifacts", 0, "spec"], "error"]}
	flagged(workload("LLMInferenceService", "kserve-llm", {"maxReplicas": 4}), production) == {[["artifacts", 0, "spec"], "error"]}
	flagged(workload("Deployment", "deployment", {}), production) == {[["artifacts", 0, "spec"], "error"]}
}

test_flags_manifests_alone_as_warning if {
	flagged(workload("InferenceService", "kserve", {"minReplicas": 0}), {}) == {[["artifacts", 0, "minReplicas"], "warning"]}
}

test_accepts_manifests_with_enough if {
	count(flagged(workload("InferenceService", "kserve", {"minReplicas": 2}), production)) == 0
	count(flagged(workload("InferenceService", "kserve", {"minReplicas": 1, "stopped": true}), production)) == 0
}

test_ignores_what_a_preset_may_supply if {
	count(flagged(workload("LLMInferenceService", "kserve-llm", {}), production)) == 0
}

test_ignores_what_the_specification_says_as_well if {
	said := {"serving": {"spec": {"environment": "production", "tier": "critical", "capacity": {"replicas": {"min": 1}}}}}
	count(flagged(workload("InferenceService", "kserve", {"minReplicas": 1}), said)) == 0
}

test_ignores_manifests_of_other_environments if {
	count(flagged(workload("InferenceService", "kserve", {"minReplicas": 1}), {"serving": {"spec": {"environment": "staging", "tier": "critical"}}})) == 0
}

production := {"serving": {"spec": {"environment": "production", "tier": "critical"}}}

workload(kind, platform, values) := {"artifacts": [{"facts": {
	"kind": kind,
	"name": "ranker",
	"platform": platform,
	"role": "workload",
	"workload": object.union({"at": ["spec"]}, {key: {"value": value, "at": [key]} | some key, value in values}),
}}]}

flagged(doc, more) := at if {
	at := {[f.at, f.severity] | some f in rule.finding} with input as object.union(doc, more)
		with data.servelint.policy as {"minReplicasInProduction": 2}
		with data.servelint.platforms as {"defaults": {
			"kserve": {"any": {"minReplicas": {"value": 1}}},
			"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
			"deployment": {"any": {"replicas": {"value": 1}}},
		}}
}

test_says_that_replicas_of_a_preset_are_not_seen if {
	unseen := rule.unchecked with input as workload("LLMInferenceService", "kserve-llm", {})
	{u.at | some u in unseen} == {["artifacts", 0, "spec"]}
	seen := rule.unchecked with input as workload("LLMInferenceService", "kserve-llm", {"replicas": 2})
	count(seen) == 0
}

test_flags_another_artifacts_kind if {
	said([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "LLMInferenceService"}]) == {{"at": ["artifacts", 0, "spec"], "says": ["`ranker`"]}}
}

test_flags_another_serving_tier if {
	said([{"op": "replace", "path": "/serving/spec/tier", "value": "standard"}]) == {{"at": ["artifacts", 0, "spec"], "says": ["`ranker`", "`1`", "2"], "severity": "error"}}
}

test_ignores_another_artifacts_kind if {
	said([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "InferenceService"}]) == set()
}

test_ignores_without_serving_tier if {
	said([{"op": "remove", "path": "/serving/spec/tier"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"minReplicasInProduction": 2}
		with data.servelint.platforms as {
			"defaults": {
				"deployment": {"any": {"replicas": {"value": 1}}},
				"kserve": {"any": {"minReplicas": {"value": 1}}},
				"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
			},
		}
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
		with data.servelint.policy as {"minReplicasInProduction": 2}
		with data.servelint.platforms as {
			"defaults": {
				"deployment": {"any": {"replicas": {"value": 1}}},
				"kserve": {"any": {"minReplicas": {"value": 1}}},
				"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
			},
		}
	found := found_wrong | found_open
}

example := {
	"artifacts": [
		{
			"facts": {
				"kind": "Deployment",
				"name": "ranker",
				"platform": "deployment",
				"role": "workload",
				"workload": {"at": ["spec"]},
			},
		},
	],
	"serving": {"spec": {"environment": "production", "tier": "critical"}},
}

test_flags_the_places if {
	said_more([]) == {{"at": ["artifacts", 0, "spec"], "says": ["`ranker`", "`1`", "2"], "severity": "error"}}
}

test_ignores_another_artifacts_kind_too if {
	said_more([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "other"}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {"minReplicasInProduction": 2}
		with data.servelint.platforms as {
			"defaults": {
				"deployment": {"any": {"replicas": {"value": 1}}},
				"kserve": {"any": {"minReplicas": {"value": 1}}},
				"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
			},
		}
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
		with data.servelint.policy as {"minReplicasInProduction": 2}
		with data.servelint.platforms as {
			"defaults": {
				"deployment": {"any": {"replicas": {"value": 1}}},
				"kserve": {"any": {"minReplicas": {"value": 1}}},
				"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
			},
		}
	found := found_wrong | found_open
}

example_more := {
	"artifacts": [
		{
			"facts": {
				"kind": "LLMInferenceService",
				"name": "ranker",
				"platform": "kserve-llm",
				"role": "workload",
				"workload": {"at": ["spec"], "maxReplicas": {"at": ["maxReplicas"], "value": 4}},
			},
		},
	],
	"serving": {"spec": {"environment": "production", "tier": "critical"}},
}
