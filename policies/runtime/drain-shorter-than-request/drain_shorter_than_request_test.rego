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
	count(places(json.remove(spec(30, 60), ["/facts/spec/timeouts"]))) == 0
	count(places(json.remove(spec(30, 60), ["/facts/spec/health"]))) == 0
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
