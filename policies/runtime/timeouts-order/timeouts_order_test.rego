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

test_flags_a_route_that_gives_up_before_the_server if {
	routed({"timeoutSeconds": 30}, {"server": 60}) == {{
		"at": ["artifacts", 0, "timeoutSeconds"],
		"related": [["serving", "spec", "timeouts", "server"]],
		"says": ["`front`", "30", "`60s`"],
		"help": route_help,
	}}
	routed({"timeoutSeconds": 90, "trySeconds": 60}, {"server": 60}) == {{
		"at": ["artifacts", 0, "trySeconds"],
		"related": [["serving", "spec", "timeouts", "server"]],
		"says": ["`front`", "60", "`60s`"],
		"help": route_help,
	}}
}

route_help := "Let the route wait longer than the server by at least the network time between them, and set no shorter one for a try."

test_accepts_a_route_that_waits_longer_than_the_server if {
	routed({"timeoutSeconds": 90, "trySeconds": 61}, {"server": 60, "client": 100}) == set()
	routed({}, {"server": 60, "client": 100}) == set()
}

test_flags_a_route_that_outlasts_the_client_where_no_gateway_is_stated if {
	routed({"timeoutSeconds": 120}, {"server": 60, "client": 100}) == {{
		"at": ["artifacts", 0, "timeoutSeconds"],
		"related": [["serving", "spec", "timeouts", "client"]],
		"severity": "warning",
		"says": ["`front`", "2", "`100s`"],
		"help": "Let the route give up before the client does.",
	}}
	routed({"timeoutSeconds": 120}, {"server": 60, "gateway": 90, "client": 100}) == set()
}

test_flags_silence_only_where_answers_are_not_streamed if {
	{f.at | some f in routed({"silenceSeconds": 60}, {"server": 60})} == {["artifacts", 0, "silenceSeconds"]}
	streamed := testing.after(review({"silenceSeconds": 60}, {"server": 60}), {"/serving/spec/serving/mode": "streaming"})
	said(streamed) == set()
}

test_ignores_routes_without_a_specification if {
	said(testing.without(review({"timeoutSeconds": 30}, {"server": 60}), ["/serving"])) == set()
}

test_flags_a_route_that_gives_up_before_a_workload_that_states_its_timeout if {
	said(alone(30, 60)) == {{
		"at": ["artifacts", 1, "timeout"],
		"related": [["artifacts", 0, "server"]],
		"severity": "warning",
		"says": ["`front`", "30", "`ranker`", "60"],
		"help": "Let the route wait longer than the server by at least the network time between them.",
	}}
	said(alone(60, 60)) == set()

	# A specification that states the server's timeout decides.
	known := {"serving": object.union({"spec": {"serving": {"mode": "online"}}}, spec({"server": 20}))}
	said(object.union(alone(30, 60), known)) == set()
}

test_flags_a_workload_that_outlasts_what_waits_for_it if {
	waits := {"serving": spec({"gateway": 60, "client": 100})}
	said(object.union(alone(90, 60), waits)) == {{
		"at": ["artifacts", 0, "server"],
		"related": [["serving", "spec", "timeouts", "gateway"]],
		"severity": "warning",
		"says": ["`ranker`", "60", "`60s`"],
		"help": "Let the server give up before the gateway, and that before the client.",
	}}
	said(object.union(alone(90, 59), waits)) == set()
}

test_of_several_workloads_none_is_compared if {
	two := array.concat(alone(30, 60).artifacts, [object.union(alone(30, 60).artifacts[0], {"facts": {"name": "other"}})])
	said({"artifacts": two}) == set()
}

alone(outer, inner) := {"artifacts": [
	{"facts": {"kind": "Service", "name": "ranker", "platform": "knative", "role": "workload", "workload": {"timeoutSeconds": {"value": inner, "at": ["server"]}}}},
	{"facts": {"kind": "HTTPRoute", "name": "front", "platform": "gateway-api", "routes": [{
		"at": ["rule"],
		"backends": [{"name": "ranker"}],
		"timeoutSeconds": {"value": outer, "at": ["timeout"]},
	}]}},
]}

routed(way, seconds) := found if {
	found := said(review(way, seconds))
}

review(way, seconds) := {
	"serving": object.union({"spec": {"serving": {"mode": "online"}}}, spec(seconds)),
	"artifacts": [
		{"facts": {"kind": "HTTPRoute", "name": "front", "platform": "gateway-api", "routes": [object.union(
			{"at": ["rule"], "backends": [{"name": "ranker"}]},
			{key: {"value": value, "at": [key]} | some key, value in way},
		)]}},
		{"facts": {"kind": "Service", "name": "ranker", "platform": "kubernetes"}},
	],
}
