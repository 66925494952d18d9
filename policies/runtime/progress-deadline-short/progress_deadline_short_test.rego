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
	at := {f.at | some f in rule.finding} with input as doc
		with data.servelint.platforms as platforms
}

test_flags_other_numbers_of_capacity_cold_start if {
	said_2([{"op": "replace", "path": "/serving/facts/spec/capacity/coldStart", "value": 960}]) == {
		{
			"at": ["artifacts", 0, "deadline"],
			"related": [["serving", "spec", "capacity", "coldStart"]],
			"says": ["5", "19", "12", "`480s`", "20"],
		},
	}
}

test_ignores_another_artifacts_kind if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "InferenceService"}]) == set()
}

test_ignores_another_artifacts_role if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/role", "value": "stable-workload"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.platforms as {
			"defaults": {
				"deployment": {
					"any": {"graceSeconds": {"value": 30}, "progressDeadlineSeconds": {"value": 600}, "replicas": {"value": 1}},
				},
				"kserve": {
					"Knative": {
						"maxTimeoutSeconds": {"value": 600},
						"progressDeadlineSeconds": {"value": 600},
						"timeoutSeconds": {"value": 300},
					},
					"Standard": {"progressDeadlineSeconds": {"value": 600}, "timeoutSeconds": {"value": 60}},
					"any": {"minReplicas": {"value": 1}},
				},
				"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
			},
		}
}

example_1 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Deployment",
				"platform": "deployment",
				"role": "workload",
				"rollout": {},
				"workload": {"at": ["spec"]},
			},
		},
	],
	"serving": {"facts": {"spec": {"capacity": {"coldStart": 600}}}, "spec": {"capacity": {"coldStart": "600s"}}},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.platforms as {
			"defaults": {
				"deployment": {
					"any": {"graceSeconds": {"value": 30}, "progressDeadlineSeconds": {"value": 600}, "replicas": {"value": 1}},
				},
				"kserve": {
					"Knative": {
						"maxTimeoutSeconds": {"value": 600},
						"progressDeadlineSeconds": {"value": 600},
						"timeoutSeconds": {"value": 300},
					},
					"Standard": {"progressDeadlineSeconds": {"value": 600}, "timeoutSeconds": {"value": 60}},
					"any": {"minReplicas": {"value": 1}},
				},
				"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
			},
		}
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Rollout",
				"platform": "deployment",
				"role": "workload",
				"rollout": {"progressDeadlineSeconds": {"at": ["deadline"], "value": 300}},
				"workload": {"at": ["spec"]},
			},
		},
	],
	"serving": {"facts": {"spec": {"capacity": {"coldStart": 480}}}, "spec": {"capacity": {"coldStart": "480s"}}},
}

test_flags_other_numbers_of_capacity_cold_start_too if {
	said_more([{"op": "replace", "path": "/serving/facts/spec/capacity/coldStart", "value": 960}]) == {
		{
			"at": ["artifacts", 0, "deadline"],
			"related": [["serving", "spec", "capacity", "coldStart"]],
			"says": ["9", "35", "19", "12", "`480s`", "20"],
		},
	}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.platforms as {
			"defaults": {
				"deployment": {
					"any": {"graceSeconds": {"value": 30}, "progressDeadlineSeconds": {"value": 600}, "replicas": {"value": 1}},
				},
				"kserve": {
					"Knative": {
						"maxTimeoutSeconds": {"value": 600},
						"progressDeadlineSeconds": {"value": 600},
						"timeoutSeconds": {"value": 300},
					},
					"Standard": {"progressDeadlineSeconds": {"value": 600}, "timeoutSeconds": {"value": 60}},
					"any": {"minReplicas": {"value": 1}},
				},
				"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
			},
		}
}

example_more := {
	"artifacts": [
		{
			"facts": {
				"kind": "Deployment",
				"platform": "deployment",
				"role": "workload",
				"rollout": {},
				"workload": {"at": ["spec"], "progressDeadlineSeconds": {"at": ["deadline"], "value": 575}},
			},
		},
	],
	"serving": {"facts": {"spec": {"capacity": {"coldStart": 480}}}, "spec": {"capacity": {"coldStart": "480s"}}},
}
