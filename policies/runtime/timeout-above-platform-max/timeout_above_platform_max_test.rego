package servelint.rules.runtime["timeout-above-platform-max_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["timeout-above-platform-max"] as rule

test_flags_a_timeout_that_knative_refuses if {
	places(service("Knative", 900)) == {[["artifacts", 0, "timeout"], "error"]}
}

test_flags_as_warning_where_the_mode_is_unknown if {
	places(service("", 601)) == {[["artifacts", 0, "timeout"], "warning"]}
}

test_flags_a_service_of_knative if {
	knative := testing.after(service("", 601), {"/artifacts/0/facts/kind": "Service", "/artifacts/0/facts/platform": "knative"})
	places(knative) == {[["artifacts", 0, "timeout"], "error"]}
	places(testing.after(knative, {"/artifacts/0/facts/workload/timeoutSeconds/value": 600})) == set()
}

test_accepts_the_limit_itself if {
	count(places(service("Knative", 600))) == 0
}

test_accepts_long_timeouts_in_standard_mode if {
	count(places(service("Standard", 900))) == 0
}

test_ignores_other_kinds_and_unfinished_manifests if {
	count(places({})) == 0
	count(places({"artifacts": [{"facts": {"kind": "InferenceService", "role": "workload", "workload": {}}}]})) == 0
	count(places(testing.after(service("Knative", 900), {"/artifacts/0/facts/kind": "RayService"}))) == 0
}

test_shows_the_mode_where_it_is_written if {
	related(service("Knative", 900)) == [["artifacts", 0, "mode"]]
	related(service("", 900)) == []
}

service(mode, seconds) := {"artifacts": [{"facts": {
	"kind": "InferenceService",
	"role": "workload",
	"workload": {key: value |
		some [key, value] in [["timeoutSeconds", {"value": seconds, "at": ["timeout"]}], ["mode", {"value": mode, "at": ["mode"]}]]
		value.value != ""
	},
}}]}

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
	at := {[f.at, f.severity] | some f in rule.finding} with input as doc
		with data.servelint.platforms as platforms
}

related(doc) := found.related if {
	some found in testing.all(rule.finding) with input as doc
		with data.servelint.platforms as platforms
}
