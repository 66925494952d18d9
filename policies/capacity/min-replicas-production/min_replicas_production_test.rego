package servelint.rules.capacity["min-replicas-production_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["min-replicas-production"] as rule

test_flags_a_specification_below_the_minimum_of_the_team if {
	said(specification("production", "critical", 1)) == {{"at": ["spec", "capacity", "replicas", "min"], "says": ["`1`", "2"]}}
	said(specification("production", "standard", 0)) == {{"at": ["spec", "capacity", "replicas", "min"], "says": ["`0`", "2"]}}
}

test_accepts_a_specification_of_exactly_the_minimum if {
	said(specification("production", "critical", 2)) == set()
}

test_ignores_specifications_of_other_tiers_and_environments if {
	said(specification("production", "experimental", 1)) == set()
	said(specification("staging", "critical", 1)) == set()
}

test_flags_a_manifest_that_states_too_few if {
	said(review("InferenceService", "kserve", {"minReplicas": 1})) == {{
		"at": ["artifacts", 0, "minReplicas"],
		"says": ["`ranker`", "`1`", "2"],
		"severity": "error",
	}}
	places(review("Deployment", "deployment", {"replicas": 1})) == {["artifacts", 0, "replicas"]}
}

test_accepts_a_manifest_that_states_exactly_the_minimum if {
	said(review("InferenceService", "kserve", {"minReplicas": 2})) == set()
}

test_flags_the_number_that_a_platform_keeps_by_default if {
	said(review("Deployment", "deployment", {})) == {{
		"at": ["artifacts", 0, "spec"],
		"says": ["`ranker`", "`1`", "2"],
		"severity": "error",
	}}
	places(review("InferenceService", "kserve", {})) == {["artifacts", 0, "spec"]}
	said(review("LLMInferenceService", "kserve-llm", {"maxReplicas": 4})) == said(review("Deployment", "deployment", {}))
}

test_ignores_the_default_where_an_autoscaler_decides if {
	scaler := {"facts": {"kind": "HorizontalPodAutoscaler", "autoscaler": {"target": {"kind": "Deployment", "name": "ranker"}}}}
	said(with_manifest(review("Deployment", "deployment", {}), scaler)) == set()
}

test_ignores_the_default_where_a_rollout_takes_the_pods_over if {
	rollout := {
		"facts": {"kind": "Rollout"},
		"spec": {"workloadRef": {"kind": "Deployment", "name": "ranker"}},
	}
	said(with_manifest(review("Deployment", "deployment", {}), rollout)) == set()
}

test_ignores_a_platform_without_a_default if {
	said(review("Job", "other", {})) == set()
	said(review("Other", "kserve-llm", {"maxReplicas": 4})) == set()
	said(review("Other", "kserve", {})) == set()
}

# A preset of the cluster may supply it.
test_reports_that_the_replicas_of_a_preset_are_unknown if {
	said(review("LLMInferenceService", "kserve-llm", {})) == {{"at": ["artifacts", 0, "spec"], "says": ["`ranker`"]}}
}

test_reports_nothing_unknown_where_the_number_is_stated if {
	said(review("LLMInferenceService", "kserve-llm", {"replicas": 2})) == set()
}

test_flags_a_manifest_without_a_specification_as_a_warning if {
	{[finding.at, finding.severity] | some finding in said(alone("InferenceService", "kserve", {"minReplicas": 0}))} == {[["artifacts", 0, "minReplicas"], "warning"]}
}

test_flags_a_manifest_of_each_tier_that_needs_replicas if {
	places(testing.after(review("Deployment", "deployment", {}), {"/serving/spec/tier": "standard"})) == {["artifacts", 0, "spec"]}
}

test_ignores_manifests_of_other_tiers_and_environments if {
	every change in [{"tier": "experimental"}, {"environment": "staging"}] {
		said(object.union(review("InferenceService", "kserve", {"minReplicas": 1}), {"serving": {"spec": change}})) == set()
	}
	said(json.remove(review("Deployment", "deployment", {}), ["serving/spec/tier"])) == set()
}

# The finding on the specification is enough.
test_ignores_a_manifest_that_agrees_with_the_specification if {
	agreed := {"serving": {"spec": {"capacity": {"replicas": {"min": 1}}}}}
	said(object.union(review("InferenceService", "kserve", {"minReplicas": 1}), agreed)) == set()
}

test_ignores_a_service_that_is_stopped if {
	said(review("InferenceService", "kserve", {"minReplicas": 1, "stopped": true})) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	said(json.remove(specification("production", "critical", 1), ["spec/capacity/replicas/min"])) == set()
}

specification(environment, tier, least) := {"spec": {
	"environment": environment,
	"tier": tier,
	"capacity": {"replicas": {"min": least, "max": 4}},
}}

# A manifest beside the specification of a critical service in production.
review(kind, platform, values) := object.union(
	alone(kind, platform, values),
	{"serving": {"spec": {"environment": "production", "tier": "critical"}}},
)

alone(kind, platform, values) := {"artifacts": [{"facts": {
	"kind": kind,
	"name": "ranker",
	"platform": platform,
	"role": "workload",
	"workload": object.union({"at": ["spec"]}, {key: {"value": value, "at": [key]} | some key, value in values}),
}}]}

test_says_that_the_only_group_with_workers_is_replaced_by_an_outage if {
	messages := {f.message | some f in rule.finding} with input as review("LLMInferenceService", "kserve-llm", {"minReplicas": 1, "worker": 1})
		with data.servelint.policy as {"minReplicasInProduction": 2}
		with data.servelint.platforms as platforms
	every message in messages { endswith(message, "so each update is an outage") }
	count(messages) == 1
}

with_manifest(doc, artifact) := testing.after(doc, {"/artifacts/-": artifact})

places(doc) := {found.at | some found in said(doc)}

# Findings, and what is not checked.
said(doc) := found if {
	wrong := testing.all(rule.finding) with input as doc
		with data.servelint.policy as {"minReplicasInProduction": 2}
		with data.servelint.platforms as platforms
	unknown := testing.all(rule.unchecked) with input as doc
	found := wrong | unknown
}

platforms := {"defaults": {
	"kserve": {"any": {"minReplicas": {"value": 1}}},
	"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
	"deployment": {"any": {"replicas": {"value": 1}}},
}}

test_leaves_the_outage_of_groups_to_its_own_rule if {
	messages := {f.message | some f in rule.finding} with input as review("LeaderWorkerSet", "leader-worker-set", {"replicas": 1, "worker": 1})
		with data.servelint.policy as {"minReplicasInProduction": 2}
		with data.servelint.platforms as platforms
	every message in messages { not endswith(message, "so each update is an outage") }
	count(messages) == 1
}
