package servelint.rules.runtime["drain-shorter-than-request_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["drain-shorter-than-request"] as rule

test_flags_grace_period_below_the_server_timeout if {
	places(spec(30, 60)) == {["spec", "health", "terminationGracePeriod"]}
}

test_accepts_grace_period_equal_to_the_timeout if {
	count(places(spec(60, 60))) == 0
}

test_accepts_longer_grace_period if {
	count(places(spec(75, 60))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(testing.without(spec(30, 60), ["/facts/spec/timeouts"]))) == 0
	count(places(testing.without(spec(30, 60), ["/facts/spec/health"]))) == 0
}

test_flags_the_grace_period_of_a_manifest if {
	flagged("Deployment", {"graceSeconds": 30}, {"serving": spec(75, 60)}) == {["artifacts", 0, "graceSeconds"]}
	flagged("InferenceService", {"graceSeconds": 30, "timeoutSeconds": 60}, {}) == {["artifacts", 0, "graceSeconds"]}
}

test_flags_the_default_of_kubernetes if {
	flagged("Deployment", {"images": "x"}, {"serving": spec(75, 60)}) == {["artifacts", 0, "spec"]}
}

test_accepts_the_grace_period_of_a_manifest if {
	count(flagged("Deployment", {"graceSeconds": 60}, {"serving": spec(75, 60)})) == 0
	count(flagged("Deployment", {"images": "x"}, {"serving": spec(75, 30)})) == 0
}

test_ignores_what_is_not_known if {
	count(flagged("Deployment", {"graceSeconds": 30}, {})) == 0
	count(flagged("LLMInferenceService", {"images": "x"}, {"serving": spec(75, 60)})) == 0
	count(flagged("Deployment", {"graceSeconds": 30}, {"serving": spec(30, 60)})) == 0
}

test_the_messages_name_both_times_and_show_the_timeout if {
	found := testing.all(rule.finding) with input as spec(30, 60)
	found == {{
		"at": ["spec", "health", "terminationGracePeriod"],
		"related": [["spec", "timeouts", "server"]],
		"says": ["`30s`", "`60s`"],
	}}
	said("Deployment", {"graceSeconds": 30}, {"serving": spec(75, 60)}) == {{
		"at": ["artifacts", 0, "graceSeconds"],
		"related": [["serving", "spec", "timeouts", "server"]],
		"says": ["30", "60"],
	}}
	said("InferenceService", {"graceSeconds": 30, "timeoutSeconds": 61}, {}) == {{
		"at": ["artifacts", 0, "graceSeconds"],
		"related": [["artifacts", 0, "timeoutSeconds"]],
		"says": ["30", "61"],
	}}
}

test_a_default_is_called_so_and_a_written_value_is_not if {
	messages("Deployment", {"images": "x"}) == {"Deployment kills its pods 30s after they are told to stop (the default), but a request may run for 61s"}
	messages("Deployment", {"graceSeconds": 30}) == {"Deployment kills its pods 30s after they are told to stop, but a request may run for 61s"}
}

test_flags_the_default_of_a_rollout if {
	flagged("Rollout", {"images": "x"}, {"serving": spec(75, 60)}) == {["artifacts", 0, "spec"]}
}

test_accepts_a_written_value_where_the_default_is_too_short if {
	flagged("Deployment", {"images": "x", "graceSeconds": 75}, {"serving": spec(75, 60)}) == set()
}

test_a_default_needs_containers_and_no_preset if {
	flagged("Deployment", {}, {"serving": spec(75, 60)}) == set()
	places(testing.after(review("Deployment", {"images": "x"}, {"serving": spec(75, 60)}), {"/artifacts/0/facts/readiness": "preset"})) == set()
}

test_accepts_equal_times_within_rounding_noise if {
	places(spec(60, 60.00000000001)) == set()
}

spec(grace, timeout) := {
	"spec": {
		"health": {"terminationGracePeriod": sprintf("%vs", [grace])},
		"timeouts": {"server": sprintf("%vs", [timeout])},
	},
	"facts": {"spec": {"health": {"terminationGracePeriod": grace}, "timeouts": {"server": timeout}}},
}

test_flags_a_hook_that_takes_the_whole_grace_period if {
	flagged("Deployment", {"preStopSeconds": 15, "graceSeconds": 15}, {}) == {["artifacts", 0, "preStopSeconds"]}
	flagged("Deployment", {"preStopSeconds": 35, "images": "x"}, {}) == {["artifacts", 0, "preStopSeconds"]}
}

test_accepts_a_hook_that_leaves_time if {
	flagged("Deployment", {"preStopSeconds": 14, "graceSeconds": 15}, {}) == set()
	flagged("Deployment", {"preStopSeconds": 29, "images": "x"}, {}) == set()
	flagged("LLMInferenceService", {"preStopSeconds": 60}, {}) == set()
}

flagged(kind, values, more) := places(review(kind, values, more))

said(kind, values, more) := found if {
	found := testing.all(rule.finding) with input as review(kind, values, more)
		with data.servelint.platforms as platforms
}

messages(kind, values) := found if {
	found := {f.message | some f in rule.finding} with input as review(kind, values, {"serving": spec(75, 61)})
		with data.servelint.platforms as platforms
}

review(kind, values, more) := object.union(more, {"artifacts": [{"facts": {
	"kind": kind,
	"role": "workload",
	"workload": object.union({"at": ["spec"]}, {key: {"value": value, "at": [key]} | some key, value in values}),
}}]})

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
		with data.servelint.platforms as platforms
}

platforms := {"defaults": {"deployment": {"any": {"graceSeconds": {"value": 30}}}}}
