package servelint.rules.runtime["timeout-platform-default_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["timeout-platform-default"] as rule

place := ["artifacts", 0, "spec", "predictor", "timeout"]

test_flags_a_default_below_the_server_timeout if {
	places(review("Standard", {"spec": {"timeouts": {"server": 75}}})) == {place}
	places(review("Knative", {"spec": {"timeouts": {"server": 301}}})) == {place}
}

test_flags_a_default_below_the_longest_answer if {
	places(review("Standard", {"generation": {"maxSeconds": 61}})) == {place}
	places(review("Standard", {"spec": {"timeouts": {"server": 30}}, "generation": {"maxSeconds": 61}})) == {place}
}

test_flags_the_default_that_may_apply_where_the_mode_is_unknown if {
	some f in rule.finding with input as review("", {"spec": {"timeouts": {"server": 75}}})
		with data.servelint.platforms as platforms
	f.message == "InferenceService `chat` sets no timeout, so Standard mode ends requests after 60s, but the server may take `75s`"
}

test_flags_by_name_without_a_specification if {
	some f in rule.finding with input as object.remove(review("", {}), ["serving"])
		with data.servelint.platforms as platforms
	f.message == "InferenceService `chat` sets no timeout, so requests end after 60s in Standard mode or 5m in Knative mode"
}

test_accepts_a_default_that_suffices if {
	count(places(review("Standard", {"spec": {"timeouts": {"server": 60}}}))) == 0
	count(places(review("Knative", {"spec": {"timeouts": {"server": 300}}, "generation": {"maxSeconds": 61}}))) == 0
}

test_flags_a_default_that_is_longer_than_the_specification_says if {
	count(places(review("Knative", {"spec": {"timeouts": {"server": 75}}, "generation": {"maxSeconds": 61}}))) == 1
}

test_accepts_a_written_timeout if {
	timeout := {"op": "add", "path": "/artifacts/0/facts/workload/timeoutSeconds", "value": {"value": 75, "at": []}}
	written := json.patch(review("Standard", {"spec": {"timeouts": {"server": 75}}}), [timeout])
	count(places(written)) == 0
	count(places(object.remove(written, ["serving"]))) == 0
}

test_ignores_other_kinds_and_modes if {
	count(places({})) == 0
	count(places(review("ModelMesh", {"spec": {"timeouts": {"server": 75}}}))) == 0
	count(places(testing.after(review("Standard", {"spec": {"timeouts": {"server": 75}}}), {"/artifacts/0/facts/kind": "LLMInferenceService"}))) == 0
	count(places(review("Standard", {}))) == 0
}

test_shows_the_need_and_the_mode if {
	said(review("Standard", {"spec": {"timeouts": {"server": 75}}})) == {{
		"at": place,
		"related": [["serving", "spec", "timeouts", "server"], ["artifacts", 0, "mode"]],
		"says": ["`chat`", "60", "`75s`"],
	}}
	said(review("Standard", {"generation": {"maxSeconds": 61}})) == {{
		"at": place,
		"related": [["serving", "spec", "traffic", "outputTokens", "max"], ["artifacts", 0, "mode"]],
		"says": ["`chat`", "60", "1024", "61"],
	}}
	said(review("Knative", {"spec": {"timeouts": {"server": 75}}})) == {{
		"at": place,
		"related": [["serving", "spec", "timeouts", "server"], ["artifacts", 0, "mode"]],
		"says": ["`chat`", "5", "`75s`"],
	}}
}

test_the_longer_of_the_two_needs_counts if {
	needs := {"spec": {"timeouts": {"server": 60}}, "generation": {"maxSeconds": 61}}
	{f.related[0] | some f in said(review("Standard", needs))} == {["serving", "spec", "traffic", "outputTokens", "max"]}
}

test_in_an_unknown_mode_drift_needs_every_default_to_be_longer if {
	{f.says | some f in said(review("", {"spec": {"timeouts": {"server": 75}}}))} == {["`chat`", "60", "`75s`"]}
	{f.says | some f in said(review("", {"spec": {"timeouts": {"server": 30}}}))} == {["`chat`", "60", "5", "`30s`"]}
}

test_a_mode_without_a_known_default_is_silent if {
	places(object.remove(review("ModelMesh", {}), ["serving"])) == set()
}

test_a_stopped_service_is_silent if {
	places(testing.after(review("Standard", {"spec": {"timeouts": {"server": 75}}}), {"/artifacts/0/facts/workload/stopped": true})) == set()
}

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

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.platforms as platforms
}
