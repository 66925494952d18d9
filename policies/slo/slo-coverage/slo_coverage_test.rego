package servelint.rules.slo["slo-coverage_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["slo-coverage"] as rule

test_flags_missing_availability if {
	places(spec("online", ["request_latency"])) == {["spec", "slos"]}
}

test_flags_missing_latency if {
	places(spec("online", ["availability", "throughput"])) == {["spec", "slos"]}
}

test_flags_every_missing_kind if {
	count(findings(spec("online", []))) == 2
	count(findings(spec("streaming", ["request_latency"]))) == 3
}

test_flags_streaming_without_pace if {
	count(findings(spec("streaming", ["availability", "time_to_first_token"]))) == 1
	count(findings(spec("streaming", ["availability", "inter_token_latency"]))) == 1
}

test_accepts_complete_sets if {
	count(findings(spec("online", ["availability", "request_latency"]))) == 0
	count(findings(spec("streaming", ["availability", "time_to_first_token", "inter_token_latency"]))) == 0
	count(findings(spec("streaming", ["availability", "time_to_first_token", "time_per_output_token"]))) == 0
	count(findings(spec("batch", ["availability", "throughput"]))) == 0
}

test_ignores_other_environments if {
	staging := testing.after(spec("online", []), {"/spec/environment": "staging"})
	count(findings(staging)) == 0
}

test_ignores_unfinished_documents if {
	count(findings({})) == 0
	count(findings({"spec": {}})) == 0
	count(findings({"spec": {"environment": "production", "serving": {"mode": "online"}}})) == 0
	count(findings({"spec": {"environment": "production", "slos": []}})) == 0
	unnamed := testing.after(spec("online", ["availability"]), {"/spec/slos/-": {}})
	count(findings(unnamed)) == 0
}

test_accepts_goodput_for_the_latency_of_a_batch_service if {
	count(findings(spec("batch", ["availability", "goodput"]))) == 0
	count(findings(spec("batch", ["availability", "request_latency"]))) == 0
	count(findings(spec("batch", ["availability", "quality"]))) == 1
}

spec(mode, types) := {"spec": {
	"environment": "production",
	"serving": {"mode": mode},
	"slos": [{"indicator": {"type": type}} | some type in types],
}}

findings(doc) := found if {
	found := rule.finding with input as doc
}

places(doc) := {f.at | some f in findings(doc)}
