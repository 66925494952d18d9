package servelint.rules.runtime["timeouts-order_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["timeouts-order"] as rule

test_flags_gateway_that_gives_up_first if {
	places(spec({"client": 90, "gateway": 60, "server": 75})) == {["spec", "timeouts", "gateway"]}
}

test_flags_client_that_gives_up_first if {
	places(spec({"client": 30, "gateway": 60, "server": 20})) == {["spec", "timeouts", "client"]}
}

test_flags_equal_timeouts if {
	count(places(spec({"client": 60, "gateway": 60, "server": 60}))) == 2
}

test_flags_client_against_server_without_gateway if {
	places(spec({"client": 60, "server": 90})) == {["spec", "timeouts", "client"]}
}

test_accepts_falling_timeouts if {
	count(places(spec({"client": 0.2, "gateway": 0.15, "server": 0.1}))) == 0
}

test_accepts_falling_timeouts_without_gateway if {
	count(places(spec({"client": 90, "server": 60}))) == 0
}

test_ignores_timeouts_without_a_fact if {
	count(places({"spec": {"timeouts": {"client": "30", "gateway": "60s", "server": "90s"}}})) == 0
	count(places({"spec": {"timeouts": {"client": "30"}}, "facts": {"spec": {"timeouts": {"server": 90}}}})) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(spec({"client": 60}))) == 0
}

test_shows_the_timeout_inside if {
	said(spec({"client": 90, "gateway": 60, "server": 75})) == {{
		"at": ["spec", "timeouts", "gateway"],
		"related": [["spec", "timeouts", "server"]],
		"says": ["`60s`", "`75s`"],
	}}
}

test_with_a_gateway_the_client_is_compared_with_it_only if {
	said(spec({"client": 60, "gateway": 90, "server": 75})) == {{
		"at": ["spec", "timeouts", "client"],
		"related": [["spec", "timeouts", "gateway"]],
		"says": ["`60s`", "`90s`"],
	}}
}

test_flags_two_timeouts_of_zero if {
	places(spec({"client": 0, "server": 0})) == {["spec", "timeouts", "client"]}
}

spec(seconds) := {
	"spec": {"timeouts": {name: sprintf("%vs", [n]) | some name, n in seconds}},
	"facts": {"spec": {"timeouts": seconds}},
}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
