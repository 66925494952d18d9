package servelint.rules.rollout["rollback-looser-than-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-looser-than-slo"] as rule

test_flags_latency_threshold_above_the_slo if {
	places(latency("gt", 0.9)) == {["threshold", "error"]}
	places(latency("gte", 0.9)) == {["threshold", "error"]}
}

test_accepts_latency_threshold_at_the_slo if {
	count(places(latency("gt", 0.8))) == 0
	count(places(latency("gte", 0.7))) == 0
}

test_flags_latency_compared_the_wrong_way if {
	places(latency("lt", 0.8)) == {["op", "error"]}
	places(latency("lte", 0.7)) == {["op", "error"]}
}

test_accepts_errors_at_the_budget if {
	count(places(errors("gt", 1 - 0.995, ""))) == 0
	count(places(errors("gt", 0.005, ""))) == 0
}

test_flags_unexplained_errors_above_the_budget_as_warning if {
	places(errors("gt", 0.0051, "")) == {["threshold", "warning"]}
	places(errors("gt", 0.0051, " ")) == {["threshold", "warning"]}
}

test_flags_errors_at_the_page_as_warning if {
	places(errors("gt", 0.072, "")) == {["threshold", "warning"]}
}

test_accepts_explained_errors_above_the_budget if {
	count(places(errors("gt", 0.02, "4x burn on 5 % of traffic"))) == 0
	count(places(errors("gt", 0.072, "the step sees few errors"))) == 0
}

test_flags_errors_beyond_the_page_whatever_the_reason if {
	places(errors("gt", 0.073, "the step sees few errors")) == {["threshold", "error"]}
}

test_flags_success_floor_that_is_too_low if {
	places(errors("lt", 0.98, "")) == {["threshold", "warning"]}
	places(errors("lt", 0.9, "why not")) == {["threshold", "error"]}
}

test_accepts_success_floor_at_the_target if {
	count(places(errors("lt", 0.995, ""))) == 0
}

test_says_the_numbers if {
	some f in rule.finding with input as errors("gt", 0.02, "")
	f.message == "analysis `errors` tolerates 2 % errors, 4x the 0.5 % that SLO `availability` allows, and does not say why"
}

test_ignores_floor_on_a_quality_metric if {
	quality := {
		"spec": {"rollout": {"analysis": [{"name": "quality", "metric": "win_rate", "op": "lt", "threshold": 0.47}]}},
		"facts": {"rollout": {"analysis": [{"kind": "metric"}]}},
	}
	count(places(quality)) == 0
}

test_ignores_threshold_that_is_not_a_number if {
	count(places(errors("gt", "2%", ""))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(object.remove(latency("gt", 0.9), ["facts"]))) == 0
	count(places(json.remove(latency("gt", 0.9), ["facts/slos"]))) == 0
	count(places(json.remove(errors("gt", 0.9, ""), ["spec/rollout/analysis/0/threshold"]))) == 0
	count(places(json.remove(errors("gt", 0.9, ""), ["spec/rollout/analysis/0/op"]))) == 0
}

latency(op, seconds) := {
	"spec": {
		"slos": [{"name": "ttft-p95", "value": "800ms"}],
		"rollout": {"analysis": [{"name": "ttft", "slo": "ttft-p95", "op": op, "threshold": sprintf("%vs", [seconds])}]},
	},
	"facts": {
		"slos": [{"kind": "latency", "valueSeconds": 0.8}],
		"rollout": {"analysis": [{"kind": "latency", "slo": 0, "thresholdSeconds": seconds}]},
	},
}

errors(op, threshold, justification) := {
	"spec": {
		"slos": [{"name": "availability", "target": 0.995}],
		"rollout": {"analysis": [{
			"name": "errors",
			"slo": "availability",
			"op": op,
			"threshold": threshold,
			"justification": justification,
		}]},
	},
	"facts": {
		"slos": [{"kind": "availability", "budgetRatio": 1 - 0.995}],
		"rollout": {"analysis": [{"kind": "availability", "slo": 0}]},
	},
}

places(doc) := at if {
	at := {[f.at[4], object.get(f, "severity", "error")] | some f in rule.finding} with input as doc
}

test_flags_other_numbers_of_analysis_threshold if {
	said_2([{"op": "replace", "path": "/spec/rollout/analysis/0/threshold", "value": 0}]) == {
		{
			"at": ["spec", "rollout", "analysis", 0, "threshold"],
			"related": [["spec", "slos", 0, "target"]],
			"says": ["`errors`", "100", "200", "0.5", "`availability`", "14.4"],
		},
	}
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "rollout", "analysis", 0, "threshold"],
			"related": [["spec", "slos", 0, "value"]],
			"says": ["`ttft`", "`0.9s`", "`800ms`", "`ttft-p95`"],
		},
	}
}

test_flags_without_analysis_justification if {
	said_2([{"op": "remove", "path": "/spec/rollout/analysis/0/justification"}]) == {
		{
			"at": ["spec", "rollout", "analysis", 0, "threshold"],
			"related": [["spec", "slos", 0, "target"]],
			"says": ["`errors`", "2", "4", "0.5", "`availability`"],
			"severity": "warning",
		},
	}
}

test_ignores_without_analysis_kind if {
	said_1([{"op": "remove", "path": "/facts/rollout/analysis/0/kind"}]) == set()
	said_2([{"op": "remove", "path": "/facts/rollout/analysis/0/kind"}]) == set()
}

test_ignores_without_analysis_op if {
	said_1([{"op": "remove", "path": "/spec/rollout/analysis/0/op"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {
		"rollout": {"analysis": [{"kind": "latency", "slo": 0, "thresholdSeconds": 0.9}]},
		"slos": [{"kind": "latency", "valueSeconds": 0.8}],
	},
	"spec": {
		"rollout": {"analysis": [{"name": "ttft", "op": "gt", "slo": "ttft-p95", "threshold": "0.9s"}]},
		"slos": [{"name": "ttft-p95", "value": "800ms"}],
	},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"facts": {
		"rollout": {"analysis": [{"kind": "availability", "slo": 0}]},
		"slos": [{"budgetRatio": 0.005, "kind": "availability"}],
	},
	"spec": {
		"rollout": {
			"analysis": [{"justification": "", "name": "errors", "op": "lt", "slo": "availability", "threshold": 0.98}],
		},
		"slos": [{"name": "availability", "target": 0.995}],
	},
}

test_ignores_other_numbers_of_analysis_threshold_seconds if {
	said_more([{"op": "replace", "path": "/facts/rollout/analysis/0/thresholdSeconds", "value": 0.8000000000008001}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {
		"rollout": {"analysis": [{"kind": "latency", "slo": 0, "thresholdSeconds": 0.9}]},
		"slos": [{"kind": "latency", "valueSeconds": 0.8}],
	},
	"spec": {
		"rollout": {"analysis": [{"name": "ttft", "op": "gt", "slo": "ttft-p95", "threshold": "0.9s"}]},
		"slos": [{"name": "ttft-p95", "value": "800ms"}],
	},
}
