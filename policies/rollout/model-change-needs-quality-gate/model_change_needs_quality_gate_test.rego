package servelint.rules.rollout["model-change-needs-quality-gate_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["model-change-needs-quality-gate"] as rule

ungated := {{"at": ["serving", "spec", "rollout"], "says": ["`ranker`"]}}

# An analysis of latency, which every service has.
latency := {"strategy": "canary", "analysis": [{"name": "p99", "slo": "latency-p99"}]}

test_flags_a_rollout_that_looks_at_latency_only if {
	said(review(latency, ["load", "canary"])) == ungated
	said(object.remove(review(latency, []), ["checklists"])) == ungated
}

test_flags_every_strategy if {
	every strategy in ["canary", "blueGreen", "linear", "shadow", "rolling"] {
		said(review({"strategy": strategy}, [])) == ungated
	}
}

test_flags_a_shadow_that_compares_nothing if {
	said(review({"shadow": {"percent": 5}}, [])) == ungated
}

test_flags_a_rollout_that_is_said_to_change_the_model if {
	said(review(object.union(latency, {"changesModel": true}), [])) == ungated
}

test_accepts_an_analysis_of_a_metric if {
	said(review({"analysis": [{"name": "ctr", "metric": "ctr_ratio"}]}, [])) == set()
}

test_accepts_an_analysis_of_a_quality_slo if {
	said(review({"analysis": [{"name": "judge", "slo": "judged"}]}, [])) == set()
}

test_accepts_a_shadow_that_compares_a_metric if {
	said(review({"shadow": {"metric": "agreement"}}, [])) == set()
}

test_accepts_a_checklist_item_of_quality_or_shadow if {
	said(review(latency, ["load", "quality"])) == set()
	said(review(latency, ["shadow"])) == set()
}

test_accepts_a_rollout_that_keeps_the_model if {
	said(review(object.union(latency, {"changesModel": false}), [])) == set()
}

test_ignores_other_environments if {
	said(json.patch(review(latency, []), [staging])) == set()
}

test_ignores_services_without_a_rollout if {
	said(json.remove(review(latency, []), ["serving/spec/rollout"])) == set()
	said({}) == set()
}

staging := {"op": "replace", "path": "/serving/spec/environment", "value": "staging"}

review(rollout, categories) := {
	"service": "ranker",
	"serving": {"spec": {
		"environment": "production",
		"rollout": rollout,
		"slos": [{"name": "latency-p99", "indicator": {"type": "latency"}}, {"name": "judged", "indicator": {"type": "quality"}}],
	}},
	"checklists": [{"spec": {"items": [{"category": c} | some c in categories]}}],
}

kept := {"changesModel": false}

test_flags_manifests_that_change_the_model_after_all if {
	said(manifests(kept, ["new", "old"])) == {{
		"at": ["artifacts", 0, "model"],
		"related": [["artifacts", 1, "model"], ["serving", "spec", "rollout", "changesModel"]],
		"says": ["`ranker`", "`new`"],
	}}
}

test_accepts_manifests_that_keep_the_model if {
	said(manifests(kept, ["old", "old"])) == set()
}

test_accepts_manifests_whose_new_model_is_checked if {
	said(manifests(object.union(kept, {"analysis": [{"name": "ctr", "metric": "ctr_ratio"}]}), ["new", "old"])) == set()
}

# The first finding speaks of these.
test_ignores_manifests_where_the_model_is_said_to_change if {
	said(manifests({"changesModel": true}, ["new", "old"])) == ungated
}

test_ignores_models_of_two_new_workloads if {
	two := json.patch(manifests(kept, ["new", "old"]), [{"op": "replace", "path": "/artifacts/1/facts/role", "value": "workload"}])
	said(two) == set()
}

test_ignores_manifests_of_other_environments if {
	said(json.patch(manifests(kept, ["new", "old"]), [staging])) == set()
}

manifests(rollout, models) := {
	"service": "ranker",
	"serving": {"spec": {"environment": "production", "rollout": rollout}},
	"artifacts": [workload("workload", models[0]), workload("stable-workload", models[1])],
}

workload(role, model) := {"facts": {
	"kind": "InferenceService",
	"name": "ranker",
	"role": role,
	"workload": {"models": [{"value": model, "at": ["model"]}]},
}}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
