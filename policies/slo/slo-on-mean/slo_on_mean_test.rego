package servelint.rules.slo["slo-on-mean_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["slo-on-mean"] as rule

test_flags_mean_statistic if {
	places(spec("latency", {"type": "request_latency", "statistic": "mean"})) == {["spec", "slos", 0, "indicator", "statistic"]}
	mean := {"type": "time_to_first_token", "statistic": "mean"}
	places(spec("ttft-mean", mean)) == {["spec", "slos", 0, "indicator", "statistic"]}
}

test_flags_checklist_item_by_metric if {
	item := {"id": "LOAD-1", "metric": {"name": "inter_token_latency", "statistic": "mean"}}
	places(checklist(item, {})) == {["spec", "items", 0, "metric", "statistic"]}
}

test_flags_checklist_item_by_unit if {
	item := {"id": "LOAD-1", "metric": {"name": "http_req_duration", "statistic": "mean"}, "verifies": ["slo/latency"]}
	places(checklist(item, {"dimension": "time"})) == {["spec", "items", 0, "metric", "statistic"]}
}

test_accepts_percentiles if {
	count(places(spec("latency-p99", {"type": "request_latency"}))) == 0
	count(places(spec("average-user", {"type": "request_latency", "statistic": "percentile"}))) == 0
	item := {"id": "LOAD-1", "metric": {"name": "request_latency", "statistic": "p95"}}
	count(places(checklist(item, {"dimension": "time"}))) == 0
}

test_ignores_means_of_other_things if {
	count(places(spec("mean-throughput", {"type": "throughput", "statistic": "mean"}))) == 0
	count(places(spec("meaningful-latency", {"type": "request_latency"}))) == 0
	drill := {"id": "RB-1", "metric": {"name": "rollback_duration", "statistic": "mean"}, "verifies": ["rollback/rto"]}
	count(places(checklist(drill, {"dimension": "time"}))) == 0
	ratio := {"id": "Q-1", "metric": {"name": "win_rate", "statistic": "mean"}, "verifies": ["slo/quality"]}
	count(places(checklist(ratio, {"dimension": "ratio"}))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"kind": "ServingSpec", "spec": {"slos": [{}, {"indicator": {"type": "request_latency"}}]}})) == 0
	count(places({"kind": "VerificationChecklist", "spec": {"items": [{}, {"metric": {"statistic": "mean"}}]}})) == 0
}

test_ignores_documents_of_the_other_kind if {
	objective := {"name": "mean", "indicator": {"type": "request_latency", "statistic": "mean"}}
	count(places({"kind": "DecisionLog", "spec": {"slos": [objective]}})) == 0
}

test_flags_name_of_a_mean if {
	every name in ["latency-mean", "avg_latency", "latency_avg", "Average-latency"] {
		places(spec(name, {"type": "request_latency"})) == {["spec", "slos", 0, "name"]}
	}
}

test_ignores_documents_without_kind if {
	count(places(object.remove(spec("avg_latency", {"type": "request_latency"}), ["kind"]))) == 0
	item := {"id": "LOAD-1", "metric": {"name": "inter_token_latency", "statistic": "mean"}}
	count(places(object.remove(checklist(item, {}), ["kind"]))) == 0
}

test_a_name_without_an_indicator_is_silent if {
	count(places({"kind": "ServingSpec", "spec": {"slos": [{"name": "avg_latency"}]}})) == 0
}

spec(name, indicator) := {"kind": "ServingSpec", "spec": {"slos": [{"name": name, "indicator": indicator}]}}

checklist(item, fact) := {
	"kind": "VerificationChecklist",
	"spec": {"items": [item]},
	"facts": {"items": [fact]},
}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}
