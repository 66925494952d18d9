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

spec(seconds) := {
	"spec": {"timeouts": {name: sprintf("%vs", [n]) | some name, n in seconds}},
	"facts": {"spec": {"timeouts": seconds}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said_2([]) == {
		{
			"at": ["spec", "timeouts", "client"],
			"related": [["spec", "timeouts", "gateway"]],
			"says": ["`60s`", "`60s`"],
		},
		{
			"at": ["spec", "timeouts", "gateway"],
			"related": [["spec", "timeouts", "server"]],
			"says": ["`60s`", "`60s`"],
		},
	}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {"spec": {"timeouts": {"client": 60, "server": 90}}},
	"spec": {"timeouts": {"client": "60s", "server": "90s"}},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"facts": {"spec": {"timeouts": {"client": 60, "gateway": 60, "server": 60}}},
	"spec": {"timeouts": {"client": "60s", "gateway": "60s", "server": "60s"}},
}
