package servelint.rules.runtime["timeout-platform-default_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["timeout-platform-default"] as rule

place := ["artifacts", 0, "spec", "predictor", "timeout"]

test_flags_a_default_below_the_server_timeout if {
	places(review("Knative", {"spec": {"timeouts": {"server": 301}}})) == {place}
}

test_flags_a_default_below_the_longest_answer if {
	places(review("Knative", {"generation": {"maxSeconds": 301}})) == {place}
	places(review("Knative", {"spec": {"timeouts": {"server": 30}}, "generation": {"maxSeconds": 301}})) == {place}
}

test_a_mode_whose_default_depends_on_the_cluster_is_not_checked if {
	every mode in ["", "Standard", "ModelMesh"] {
		doc := review(mode, {"spec": {"timeouts": {"server": 75}}})
		places(doc) == set()
		open_places(doc) == {place}
		open_places(object.remove(doc, ["serving"])) == {place}
	}
	open_places(review("Knative", {"spec": {"timeouts": {"server": 75}}})) == set()
}

test_what_is_not_checked_names_no_number if {
	some f in rule.unchecked with input as review("Standard", {"spec": {"timeouts": {"server": 75}}})
		with data.servelint.platforms as platforms
	f.message == "how long a request to InferenceService `chat` may take: it sets no `timeout`, and the cluster decides"
}

test_a_written_timeout_and_a_stopped_service_leave_nothing_open if {
	doc := review("Standard", {"spec": {"timeouts": {"server": 75}}})
	open_places(testing.after(doc, {"/artifacts/0/facts/workload/timeoutSeconds": {"value": 75, "at": []}})) == set()
	open_places(testing.after(doc, {"/artifacts/0/facts/workload/stopped": true})) == set()
}

test_flags_by_name_without_a_specification if {
	some f in rule.finding with input as object.remove(review("Knative", {}), ["serving"])
		with data.servelint.platforms as platforms
	f.message == "InferenceService `chat` sets no timeout, so requests end after 5m in Knative mode"
}

test_accepts_a_default_that_suffices if {
	count(places(review("Knative", {"spec": {"timeouts": {"server": 300}}, "generation": {"maxSeconds": 61}}))) == 0
}

test_flags_a_default_that_is_longer_than_the_specification_says if {
	count(places(review("Knative", {"spec": {"timeouts": {"server": 75}}, "generation": {"maxSeconds": 61}}))) == 1
}

test_accepts_a_written_timeout if {
	timeout := {"op": "add", "path": "/artifacts/0/facts/workload/timeoutSeconds", "value": {"value": 75, "at": []}}
	written := json.patch(review("Knative", {"spec": {"timeouts": {"server": 301}}}), [timeout])
	count(places(written)) == 0
	count(places(object.remove(written, ["serving"]))) == 0
}

test_ignores_other_kinds_and_modes if {
	count(places({})) == 0
	count(places(review("ModelMesh", {"spec": {"timeouts": {"server": 75}}}))) == 0
	count(places(testing.after(review("Knative", {"spec": {"timeouts": {"server": 301}}}), {"/artifacts/0/facts/kind": "LLMInferenceService"}))) == 0
	count(places(review("Knative", {}))) == 0
}

test_shows_the_need_and_the_mode if {
	said(review("Knative", {"spec": {"timeouts": {"server": 301}}})) == {{
		"at": place,
		"related": [["serving", "spec", "timeouts", "server"], ["artifacts", 0, "mode"]],
		"says": ["`chat`", "5", "`301s`"],
	}}
	said(review("Knative", {"generation": {"maxSeconds": 301}})) == {{
		"at": place,
		"related": [["serving", "spec", "traffic", "outputTokens", "max"], ["artifacts", 0, "mode"]],
		"says": ["`chat`", "5", "1024", "5", "1"],
	}}
	said(review("Knative", {"spec": {"timeouts": {"server": 75}}})) == {{
		"at": place,
		"related": [["serving", "spec", "timeouts", "server"], ["artifacts", 0, "mode"]],
		"says": ["`chat`", "5", "`75s`"],
	}}
}

test_the_longer_of_the_two_needs_counts if {
	needs := {"spec": {"timeouts": {"server": 300}}, "generation": {"maxSeconds": 301}}
	{f.related[0] | some f in said(review("Knative", needs))} == {["serving", "spec", "traffic", "outputTokens", "max"]}
}

test_a_mode_without_a_known_default_is_silent if {
	places(object.remove(review("ModelMesh", {}), ["serving"])) == set()
}

test_a_stopped_service_is_silent if {
	places(testing.after(review("Knative", {"spec": {"timeouts": {"server": 301}}}), {"/artifacts/0/facts/workload/stopped": true})) == set()
}

test_a_service_of_knative_has_its_default if {
	knative := testing.after(review("", {"spec": {"timeouts": {"server": 301}}}), {"/artifacts/0/facts/kind": "Service", "/artifacts/0/facts/platform": "knative"})
	said(knative) == {{
		"at": ["artifacts", 0, "spec", "predictor", "timeoutSeconds"],
		"related": [["serving", "spec", "timeouts", "server"]],
		"says": ["`chat`", "5", "`301s`"],
	}}
}

test_nginx_has_a_default_where_answers_are_not_streamed if {
	said(behind_nginx({})) == {{
		"at": ["artifacts", 0, "metadata", "annotations", "nginx.ingress.kubernetes.io/proxy-read-timeout"],
		"related": [["serving", "spec", "timeouts", "server"]],
		"help": "Set the annotation `nginx.ingress.kubernetes.io/proxy-read-timeout` to more seconds than an answer takes.",
		"says": ["`chat`", "`proxy-read-timeout`", "60", "`61s`"],
	}}
	every other in [
		{"/serving/spec/serving/mode": "streaming"},
		{"/artifacts/0/facts/routes/0/silenceSeconds": {"value": 90, "at": ["read"]}},
		{"/artifacts/0/facts/routes/0/backends/0/name": "other"},
		{"/artifacts/0/facts/platform": "nginx"},
		{"/artifacts/0/spec/ingressClassName": "alb"},
		{"/serving/facts/spec/timeouts/server": 60},
	] {
		said(behind_nginx(other)) == set()
	}
}

behind_nginx(other) := testing.after(
	{
		"serving": {"spec": {"timeouts": {"server": "61s"}, "serving": {"mode": "online"}}, "facts": {"spec": {"timeouts": {"server": 61}}}},
		"artifacts": [
			{
				"spec": {"ingressClassName": "nginx"},
				"facts": {"kind": "Ingress", "name": "chat", "platform": "kubernetes", "routes": [{"at": ["spec"], "backends": [{"name": "chat"}]}]},
			},
			{"facts": {"kind": "Service", "name": "chat", "platform": "kubernetes"}},
		],
	},
	other,
)

review(mode, facts) := {
	"serving": {
		"spec": {"timeouts": {"server": sprintf("%vs", [object.get(facts, ["spec", "timeouts", "server"], 0)])}, "traffic": {"outputTokens": {"max": 1024}}},
		"facts": facts,
	},
	"artifacts": [{"facts": {"kind": "InferenceService", "name": "chat", "role": "workload", "workload": {key: value |
		some [key, value] in [["at", ["spec", "predictor"]], ["mode", {"value": mode, "at": ["mode"]}]]
		not no_mode(value)
	}}}],
}

no_mode(value) if value.value == ""

platforms := {"defaults": {
	"knative": {"any": {"timeoutSeconds": {"value": 300}}},
	"nginx": {"any": {"silenceSeconds": {"value": 60}}},
	"kserve": {
		"any": {"minReplicas": {"value": 1}},
		"Standard": {"timeoutSeconds": {"value": 60, "requires": "the Gateway API"}, "progressDeadlineSeconds": {"value": 600}},
		"Knative": {"timeoutSeconds": {"value": 300}, "maxTimeoutSeconds": {"value": 600}, "progressDeadlineSeconds": {"value": 600}},
	},
	"kserve-llm": {"any": {"minReplicas": {"value": 1}}},
	"deployment": {"any": {"replicas": {"value": 1}, "graceSeconds": {"value": 30}, "progressDeadlineSeconds": {"value": 600}}},
}}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
		with data.servelint.platforms as platforms
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.platforms as platforms
}

open_places(doc) := at if {
	at := testing.places(rule.unchecked) with input as doc
		with data.servelint.platforms as platforms
}
