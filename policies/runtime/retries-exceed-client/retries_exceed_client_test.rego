package servelint.rules.runtime["retries-exceed-client_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["retries-exceed-client"] as rule

test_flags_tries_beyond_the_client_timeout if {
	places(spec(4, 30, 90)) == {["spec", "timeouts", "retries"]}
}

test_says_the_numbers if {
	some f in rule.finding with input as spec(4, 30, 90)
	f.message == "4 tries of `30s` take up to 2m, but the client gives up after `90s`"
}

test_accepts_tries_that_end_with_the_client_timeout if {
	count(places(spec(3, 30, 90))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(testing.without(spec(4, 30, 90), ["/facts/spec/timeouts/client"]))) == 0
	count(places(testing.without(spec(4, 30, 90), ["/facts/retriesSeconds"]))) == 0
}

test_shows_the_timeout_of_the_client if {
	found := testing.all(rule.finding) with input as spec(4, 30, 90)
	found == {{
		"at": ["spec", "timeouts", "retries"],
		"related": [["spec", "timeouts", "client"]],
		"says": ["4", "`30s`", "2", "`90s`"],
	}}
}

test_accepts_rounding_noise if {
	count(places(spec(3, 0.1, 0.3))) == 0
	count(places(spec(3, 30.000000000001, 90))) == 0
}

spec(attempts, seconds, client) := {
	"spec": {"timeouts": {
		"client": sprintf("%vs", [client]),
		"retries": {"attempts": attempts, "perTryTimeout": sprintf("%vs", [seconds])},
	}},
	"facts": {
		"spec": {"timeouts": {"client": client, "retries": {"perTryTimeout": seconds}}},
		"retriesSeconds": attempts * seconds,
	},
}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}
