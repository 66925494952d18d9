package servelint.rules.runtime["drain-shorter-than-request_test"]

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
	count(places(json.remove(spec(30, 60), ["facts/spec/timeouts"]))) == 0
	count(places(json.remove(spec(30, 60), ["facts/spec/health"]))) == 0
}

spec(grace, timeout) := {
	"spec": {
		"health": {"terminationGracePeriod": sprintf("%vs", [grace])},
		"timeouts": {"server": sprintf("%vs", [timeout])},
	},
	"facts": {"spec": {"health": {"terminationGracePeriod": grace}, "timeouts": {"server": timeout}}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
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

flagged(kind, values, more) := at if {
	doc := {"artifacts": [{"facts": {
		"kind": kind,
		"role": "workload",
		"workload": object.union({"at": ["spec"]}, {key: {"value": value, "at": [key]} | some key, value in values}),
	}}]}
	at := {f.at | some f in rule.finding} with input as object.union(doc, more)
		with data.servelint.platforms as {"defaults": {"deployment": {"any": {"graceSeconds": {"value": 30}}}}}
}
