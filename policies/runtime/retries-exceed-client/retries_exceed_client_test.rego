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

test_flags_tries_that_the_timeout_of_a_route_cuts if {
	routed({"retries": 3, "trySeconds": 10, "timeoutSeconds": 30}, 60) == {{
		"at": ["artifacts", 0, "retries"],
		"related": [["artifacts", 0, "timeoutSeconds"]],
		"says": ["`front`", "4", "10", "40", "30"],
	}}
}

test_flags_tries_of_a_route_beyond_the_client if {
	routed({"retries": 2, "trySeconds": 30}, 60) == {{
		"at": ["artifacts", 0, "retries"],
		"related": [["serving", "spec", "timeouts", "client"]],
		"says": ["`front`", "3", "30", "90", "`60s`"],
	}}

	# The timeout of the route ends them, and too late.
	{f.says | some f in routed({"retries": 9, "trySeconds": 30, "timeoutSeconds": 300}, 60)} == {["`front`", "10", "30", "5", "`60s`"]}
}

test_accepts_tries_of_a_route_within_both if {
	routed({"retries": 1, "trySeconds": 15, "timeoutSeconds": 30}, 30) == set()
	routed({"retries": 0, "trySeconds": 45, "timeoutSeconds": 30}, 60) == set()
}

test_ignores_tries_whose_time_is_not_written if {
	routed({"retries": 3, "timeoutSeconds": 30}, 20) == set()
	slow := {"retries": 2, "trySeconds": 30}
	count(testing.all(rule.finding)) == 1 with input as mesh(slow, 60, "retriable-4xx, gateway-error")
	count(testing.all(rule.finding)) == 0 with input as mesh(slow, 60, "connect-failure,refused-stream,reset-before-request")
	count(testing.all(rule.finding)) == 0 with input as mesh(slow, 60, "")
	routed({"trySeconds": 40, "timeoutSeconds": 30}, 20) == set()
}

routed(way, client) := found if {
	found := testing.all(rule.finding) with input as mesh(way, client, "5xx")
	by_gateway := testing.all(rule.finding) with input as json.patch(mesh(way, client, ""), [{"op": "replace", "path": "/artifacts/0/facts/platform", "value": "gateway-api"}])
	by_gateway == found
}

mesh(way, client, conditions) := {
	"serving": spec(1, 1, client),
	"artifacts": [
		{
			"rule": {"retries": {"retryOn": conditions}},
			"facts": {"kind": "VirtualService", "name": "front", "platform": "istio", "routes": [object.union(
				{"at": ["rule"], "backends": [{"name": "ranker"}]},
				{key: {"value": value, "at": [key]} | some key, value in way},
			)]},
		},
		{"facts": {"kind": "Service", "name": "ranker", "platform": "kubernetes"}},
	],
}
