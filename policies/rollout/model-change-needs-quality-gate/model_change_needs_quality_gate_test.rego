package servelint.rules.rollout["model-change-needs-quality-gate_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["model-change-needs-quality-gate"] as rule

latency_only := {"strategy": "canary", "analysis": [{"name": "p99", "slo": "latency-p99"}]}

test_flags_rollout_that_watches_latency_only if {
	places(review("production", latency_only, ["load", "canary"])) == {["serving", "spec", "rollout"]}
}

test_flags_every_strategy if {
	every strategy in ["canary", "blueGreen", "linear", "shadow", "rolling"] {
		count(places(review("production", {"strategy": strategy}, []))) == 1
	}
}

test_flags_shadow_without_comparison if {
	count(places(review("production", {"shadow": {"percent": 5}}, []))) == 1
}

test_flags_model_that_is_said_to_change if {
	count(places(review("production", object.union(latency_only, {"changesModel": true}), []))) == 1
}

test_flags_review_without_checklists if {
	count(places(object.remove(review("production", latency_only, []), ["checklists"]))) == 1
}

test_accepts_analysis_of_a_metric if {
	count(places(review("production", {"analysis": [{"name": "ctr", "metric": "ctr_ratio"}]}, []))) == 0
}

test_accepts_analysis_of_a_quality_slo if {
	count(places(review("production", {"analysis": [{"name": "judge", "slo": "judged"}]}, []))) == 0
}

test_accepts_shadow_comparison if {
	count(places(review("production", {"shadow": {"metric": "agreement"}}, []))) == 0
}

test_accepts_checklist_item if {
	count(places(review("production", latency_only, ["load", "quality"]))) == 0
	count(places(review("production", latency_only, ["shadow"]))) == 0
}

test_accepts_rollout_that_keeps_the_model if {
	count(places(review("production", object.union(latency_only, {"changesModel": false}), []))) == 0
}

test_ignores_other_environments if {
	count(places(review("staging", latency_only, []))) == 0
}

test_ignores_service_without_rollout if {
	count(places({"service": "x", "serving": {"spec": {"environment": "production"}}})) == 0
}

test_ignores_unfinished_reviews if {
	count(places({})) == 0
	count(places({"service": "x", "decisions": [], "checklists": []})) == 0
	count(places({"service": "x", "serving": {"spec": {}}, "checklists": [{"spec": {"items": [{}]}}]})) == 0
}

review(environment, rollout, categories) := {
	"service": "feed-ranker",
	"serving": {"spec": {
		"environment": environment,
		"rollout": rollout,
		"slos": [{"name": "judged", "indicator": {"type": "quality"}}],
	}},
	"decisions": [],
	"checklists": [{"spec": {"items": [{"category": c} | some c in categories]}}],
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_manifests_that_change_the_model_after_all if {
	models("a", "b") == {["artifacts", 0, "m"]}
}

test_accepts_manifests_that_keep_the_model if {
	models("a", "a") == set()
}

models(new, old) := found if {
	found := {f.at | some f in rule.finding} with input as {
		"service": "chat",
		"serving": {"spec": {"environment": "production", "rollout": {"changesModel": false}}},
		"artifacts": [
			{"facts": {"kind": "InferenceService", "name": "a", "role": "workload", "workload": {"models": [{"value": new, "at": ["m"]}]}}},
			{"facts": {"kind": "InferenceService", "name": "b", "role": "stable-workload", "workload": {"models": [{"value": old, "at": ["m"]}]}}},
		],
	}
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["artifacts", 0, "m"],
			"related": [["artifacts", 1, "m"], ["serving", "spec", "rollout", "changesModel"]],
			"says": ["`a`", "`a`"],
		},
	}
}

test_ignores_without_artifacts_role if {
	said([{"op": "remove", "path": "/artifacts/1/facts/role"}]) == set()
}

test_ignores_without_serving_environment if {
	said([{"op": "remove", "path": "/serving/spec/environment"}]) == set()
}

test_ignores_without_serving_rollout if {
	said([{"op": "remove", "path": "/serving/spec/rollout"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"artifacts": [
		{
			"facts": {
				"kind": "InferenceService",
				"name": "a",
				"role": "workload",
				"workload": {"models": [{"at": ["m"], "value": "a"}]},
			},
		},
		{
			"facts": {
				"kind": "InferenceService",
				"name": "b",
				"role": "stable-workload",
				"workload": {"models": [{"at": ["m"], "value": "b"}]},
			},
		},
	],
	"service": "chat",
	"serving": {"spec": {"environment": "production", "rollout": {"changesModel": false}}},
}
