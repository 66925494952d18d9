package servelint.rules.slo["slo-measured-server-side_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["slo-measured-server-side"] as rule

test_flags_types_that_users_notice if {
	places(spec("online", [{"type": "availability", "measuredAt": "server"}])) == {0}
	places(spec("streaming", [{"type": "time_to_first_token", "measuredAt": "server"}])) == {0}
}

test_flags_only_the_type_without_a_nearer_measurement if {
	places(spec("online", [
		{"type": "availability", "measuredAt": "gateway"},
		{"type": "request_latency", "measuredAt": "server"},
	])) == {1}
}

test_ignores_types_that_users_do_not_notice if {
	count(places(spec("online", [
		{"type": "throughput", "measuredAt": "server"},
		{"type": "quality", "measuredAt": "server"},
	]))) == 0
}

test_ignores_batch if {
	count(places(spec("batch", [{"type": "availability", "measuredAt": "server"}]))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(spec("online", [{}, {"measuredAt": "server"}, {"type": "availability"}]))) == 0
	count(places(testing.without(spec("online", [{"type": "availability", "measuredAt": "server"}]), ["/spec/serving"]))) == 0
}

test_accepts_server_beside_gateway_or_client if {
	every place in ["gateway", "client"] {
		count(places(spec("online", [
			{"type": "request_latency", "measuredAt": "server"},
			{"type": "request_latency", "measuredAt": place},
		]))) == 0
	}
}

test_the_message_names_slo_indicator_and_place if {
	found := testing.all(rule.finding) with input as spec("online", [{"type": "availability", "measuredAt": "server"}])
	found == {{
		"at": ["spec", "slos", 0, "indicator", "measuredAt"],
		"says": ["`x`", "`availability`", "`server`"],
	}}
}

spec(mode, indicators) := {"spec": {
	"serving": {"mode": mode},
	"slos": [{"name": "x", "indicator": indicator} | some indicator in indicators],
}}

places(doc) := at if {
	at := {f.at[2] | some f in rule.finding} with input as doc
}
