package servelint.rules.runtime["progress-deadline-short_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["progress-deadline-short"] as rule

test_flags_a_deadline_below_the_cold_start_and_its_margin if {
	places(review("Deployment", {"progressDeadlineSeconds": {"value": 575, "at": ["deadline"]}}, {}, 480)) == {["artifacts", 0, "deadline"]}
	places(review("Rollout", {}, {"progressDeadlineSeconds": {"value": 300, "at": ["deadline"]}}, 480)) == {["artifacts", 0, "deadline"]}
}

test_flags_the_default_of_the_platform if {
	places(review("Deployment", {}, {}, 600)) == {["artifacts", 0, "spec"]}
	places(review("InferenceService", {"mode": {"value": "Knative", "at": []}}, {}, 501)) == {["artifacts", 0, "spec"]}
}

test_accepts_a_deadline_with_the_margin if {
	count(places(review("Deployment", {"progressDeadlineSeconds": {"value": 576, "at": []}}, {}, 480))) == 0
	count(places(review("Deployment", {}, {}, 500))) == 0
}

test_ignores_a_default_that_is_not_known if {
	count(places(review("InferenceService", {}, {}, 900))) == 0
	count(places(review("LLMInferenceService", {}, {}, 900))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"artifacts": [{"facts": {"kind": "Deployment", "role": "workload", "workload": {"progressDeadlineSeconds": {"value": 1, "at": []}}}}]})) == 0
	count(places({"serving": {"spec": {}, "facts": {}}, "artifacts": [{}]})) == 0
}

test_the_message_names_deadline_and_need if {
	found := testing.all(rule.finding) with input as review("Deployment", {"progressDeadlineSeconds": {"value": 575, "at": ["deadline"]}}, {}, 480)
		with data.servelint.platforms as platforms
	found == {{
		"at": ["artifacts", 0, "deadline"],
		"related": [["serving", "spec", "capacity", "coldStart"]],
		"says": ["9", "35", "9", "36", "`480s`", "20"],
	}}
}

test_a_written_deadline_replaces_the_default if {
	places(review("Deployment", {"progressDeadlineSeconds": {"value": 800, "at": []}}, {}, 600)) == set()
	places(review("Rollout", {}, {"progressDeadlineSeconds": {"value": 800, "at": []}}, 600)) == set()
}

test_the_revision_before_is_silent if {
	old := review("Deployment", {"progressDeadlineSeconds": {"value": 300, "at": ["deadline"]}}, {}, 480)
	places(testing.after(old, {"/artifacts/0/facts/role": "stable-workload"})) == set()
}

test_the_default_of_a_deployment_that_a_rollout_takes_over_is_silent if {
	doc := testing.after(review("Deployment", {}, {}, 600), {"/artifacts/0/facts/name": "ranker"})
	places(doc) == {["artifacts", 0, "spec"]}
	rollout := {
		"facts": {"kind": "Rollout", "rollout": {"progressDeadlineSeconds": {"value": 800, "at": []}}},
		"spec": {"workloadRef": {"kind": "Deployment", "name": "ranker"}},
	}
	places(testing.after(doc, {"/artifacts/-": rollout})) == set()
}

test_an_inference_service_has_only_the_default_of_its_mode if {
	found := testing.places(rule.finding) with input as review("InferenceService", {}, {}, 900)
		with data.servelint.platforms as {"defaults": {"kserve": {"any": {"progressDeadlineSeconds": {"value": 600}}}}}
	found == set()
}

review(kind, workload, rollout, load) := {
	"serving": {"spec": {"capacity": {"coldStart": sprintf("%vs", [load])}}, "facts": {"spec": {"capacity": {"coldStart": load}}}},
	"artifacts": [{"facts": {
		"kind": kind,
		"platform": platform_of(kind),
		"role": "workload",
		"workload": object.union({"at": ["spec"]}, workload),
		"rollout": rollout,
	}}],
}

platform_of("InferenceService") := "kserve"

platform_of("LLMInferenceService") := "kserve-llm"

platform_of(kind) := "deployment" if not kind in {"InferenceService", "LLMInferenceService"}

platforms := {"defaults": {
	"kserve": {
		"any": {"minReplicas": {"value": 1}},
		"Standard": {"timeoutSeconds": {"value": 60}, "progressDeadlineSeconds": {"value": 600}},
		"Knative": {"timeoutSeconds": {"value": 300}, "maxTimeoutSeconds": {"value": 600}, "progressDeadlineSeconds": {"value": 600}},
	},
	"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
	"deployment": {"any": {"replicas": {"value": 1}, "graceSeconds": {"value": 30}, "progressDeadlineSeconds": {"value": 600}}},
}}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
		with data.servelint.platforms as platforms
}
