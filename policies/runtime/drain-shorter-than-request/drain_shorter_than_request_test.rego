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

test_counts_the_hook_against_the_grace_period if {
	said("Deployment", {"preStopSeconds": 20, "graceSeconds": 75}, {"serving": spec(75, 60)}) == {{
		"at": ["artifacts", 0, "preStopSeconds"],
		"related": [["artifacts", 0, "graceSeconds"], ["serving", "spec", "timeouts", "server"]],
		"says": ["75", "20", "60"],
		"help": "Set `terminationGracePeriodSeconds: 80`, the hook and the longest request together, or more.",
	}}
	flagged("Deployment", {"preStopSeconds": 15, "graceSeconds": 75}, {"serving": spec(75, 60)}) == set()

	# Already too short without the hook.
	flagged("Deployment", {"preStopSeconds": 15, "graceSeconds": 50}, {"serving": spec(75, 60)}) == {["artifacts", 0, "graceSeconds"]}
}

test_without_a_timeout_the_longest_answer_counts if {
	generation := {"serving": {"spec": {}, "facts": {"generation": {"maxSeconds": 52}}}}
	said("Deployment", {"images": "x"}, generation) == {{
		"at": ["artifacts", 0, "spec"],
		"related": [["serving", "spec", "traffic", "outputTokens", "max"]],
		"says": ["30", "52"],
	}}
	flagged("Deployment", {"graceSeconds": 60}, generation) == set()
}

test_flags_a_server_that_drains_longer if {
	drained("vllm", {"args": ["--shutdown-timeout", "120"]}, {"graceSeconds": 60}) == {{
		"at": ["artifacts", 0, "spec", "containers", 0, "args", 0],
		"related": [["artifacts", 0, "graceSeconds"]],
		"says": ["`server`", "2", "60"],
		"help": "Set `terminationGracePeriodSeconds: 120`, the hook and the drain of the server together, or more.",
	}}
	{row.says | some row in drained("vllm", {"args": ["--shutdown-timeout=5", "--shutdown-timeout=50"]}, {"graceSeconds": 60, "preStopSeconds": 15})} == {["`server`", "50", "15", "60"]}
	{row.severity | some row in drained("text-generation-inference", {}, {"images": "x"})} == {"info"}
	{row.at | some row in drained("tritonserver", {}, {"images": "x", "preStopSeconds": 10})} == {["artifacts", 0, "spec", "containers", 0]}
	{row.at | some row in drained("tritonserver", {"args": ["tritonserver --exit-timeout-secs=45 --strict"]}, {"images": "x"})} == {["artifacts", 0, "spec", "containers", 0, "args", 0]}
}

test_accepts_a_server_that_drains_in_time if {
	drained("vllm", {"args": ["--shutdown-timeout", "45"]}, {"graceSeconds": 60, "preStopSeconds": 15}) == set()
	drained("vllm", {}, {"images": "x", "preStopSeconds": 10}) == set()
	drained("sglang", {}, {"images": "x", "preStopSeconds": 10}) == set()
	drained("tritonserver", {}, {"images": "x"}) == set()
	drained("text-generation-inference", {"args": ["--graceful-termination-timeout", "$(WAIT)"]}, {"images": "x"}) == set()
	drained("text-generation-inference", {}, {"graceSeconds": 90}) == set()
	{row.at | some row in drained("text-generation-inference", {}, {"images": "x", "preStopSeconds": 30})} == {["artifacts", 0, "preStopSeconds"]}
}

drained(image, container, values) := found if {
	server := {"artifacts": [{
		"spec": {"containers": [object.union({"name": "server", "image": image}, container)]},
		"facts": object.union(review("Deployment", values, {}).artifacts[0].facts, {"pods": [{"at": ["spec"], "servers": [["spec", "containers", 0]]}]}),
	}]}
	found := testing.all(rule.finding) with input as server
		with data.servelint.platforms as platforms
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

test_flags_the_default_of_compose if {
	composed({}) == {"Compose file kills its containers 10s after they are told to stop (the default), but a request may run for 60s"}
	composed({"stop_grace_period": "${GRACE}"}) == set()
}

composed(service) := found if {
	found := {f.message | some f in rule.finding} with input as {
		"serving": spec(75, 60),
		"artifacts": [{
			"services": {"llm": service},
			"facts": {"kind": "Compose file", "role": "workload", "platform": "compose", "pods": [{"at": ["services"], "servers": [["services", "llm"]]}], "workload": {"at": ["services"]}},
		}],
	}
}
