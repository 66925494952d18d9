package servelint.rules.slo["tpot-definition-required_test"]

import data.servelint.rules.slo["tpot-definition-required"] as rule

test_flags_undefined_tpot if {
	places(spec({"type": "time_per_output_token"})) == {["spec", "slos", 0, "indicator", "excludesFirstToken"]}
}

test_accepts_both_definitions if {
	count(places(spec({"type": "time_per_output_token", "excludesFirstToken": true}))) == 0
	count(places(spec({"type": "time_per_output_token", "excludesFirstToken": false}))) == 0
}

test_ignores_other_indicators if {
	count(places(spec({"type": "inter_token_latency"}))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(spec({}))) == 0
	count(places({"spec": {"slos": [{"name": "tpot"}]}})) == 0
}

spec(indicator) := {"spec": {"slos": [{"name": "tpot-p95", "indicator": indicator}]}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}
