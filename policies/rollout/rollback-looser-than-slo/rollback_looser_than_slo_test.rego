package servelint.rules.rollout["rollback-looser-than-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-looser-than-slo"] as rule

# An SLO of 800 ms.
test_flags_a_latency_that_the_slo_forbids if {
	every op in ["gt", "gte"] {
		said(latency(op, 0.9)) == {{
			"at": ["spec", "rollout", "analysis", 0, "threshold"],
			"related": [["spec", "slos", 0, "value"]],
			"says": ["`ttft`", "`0.9s`", "`800ms`", "`ttft-p95`"],
		}}
	}
}

test_accepts_a_latency_up_to_the_slo if {
	said(latency("gt", 0.8)) == set()
	said(latency("gt", 0.8000000000008)) == set()
	said(latency("gte", 0.7)) == set()
}

test_flags_an_analysis_that_stops_a_fast_version if {
	said(latency("lt", 0.9)) == {{"at": ["spec", "rollout", "analysis", 0, "op"], "says": ["`ttft`", "`lt 0.9s`"]}}
	said(latency("lte", 0.7)) == {{"at": ["spec", "rollout", "analysis", 0, "op"], "says": ["`ttft`", "`lte 0.7s`"]}}
}

# An SLO of 99.5 %, so a budget of 0.5 %; 14.4 times that is 7.2 %.
test_accepts_errors_up_to_the_budget if {
	said(errors("gt", 0.005, "")) == set()
	said(errors("gt", 1 - 0.995, "")) == set()
	said(errors("lt", 0.995, "")) == set()
}

test_flags_errors_above_the_budget_that_nobody_explains_as_a_warning if {
	every op, threshold in {"gt": 0.02, "lt": 0.98} {
		every reason in ["", " "] {
			said(errors(op, threshold, reason)) == {looser(["`errors`", "2", "4", "0.5", "`availability`"], {"severity": "warning"})}
		}
	}
	unexplained := json.remove(errors("gt", 0.02, ""), ["spec/rollout/analysis/0/justification"])
	said(unexplained) == {looser(["`errors`", "2", "4", "0.5", "`availability`"], {"severity": "warning"})}
}

test_flags_errors_at_the_burn_rate_of_the_page_as_a_warning if {
	said(errors("gt", 0.072, "")) == {looser(["`errors`", "7.2", "14.4", "0.5", "`availability`"], {"severity": "warning"})}
}

test_accepts_errors_above_the_budget_that_somebody_explains if {
	said(errors("gt", 0.02, "4x burn on 5 % of traffic")) == set()
	said(errors("gt", 0.072, "the step sees few errors")) == set()
}

test_flags_errors_beyond_the_page_whatever_the_reason if {
	said(errors("gt", 0.073, "the step sees few errors")) == {looser(["`errors`", "7.3", "14.6", "0.5", "`availability`", "14.4"], {})}
	said(errors("lt", 0.9, "")) == {looser(["`errors`", "10", "20", "0.5", "`availability`", "14.4"], {})}
}

test_ignores_analyses_of_other_metrics if {
	said(json.patch(latency("gt", 0.9), [metric])) == set()
	said(json.patch(latency("lt", 0.9), [metric])) == set()
	said(json.patch(errors("gt", 0.9, ""), [metric])) == set()
}

metric := {"op": "replace", "path": "/facts/rollout/analysis/0/kind", "value": "metric"}

test_ignores_a_threshold_that_is_no_number if {
	said(errors("gt", "2%", "")) == set()
}

test_ignores_unfinished_documents if {
	said({}) == set()
	said(object.remove(latency("gt", 0.9), ["facts"])) == set()
	said(json.remove(latency("gt", 0.9), ["facts/slos"])) == set()
	said(json.remove(latency("gt", 0.9), ["spec/rollout/analysis/0/op"])) == set()
	said(json.remove(errors("gt", 0.9, ""), ["spec/rollout/analysis/0/threshold"])) == set()
	said(json.remove(errors("gt", 0.9, ""), ["spec/rollout/analysis/0/op"])) == set()
}

looser(says, severity) := object.union(severity, {
	"at": ["spec", "rollout", "analysis", 0, "threshold"],
	"related": [["spec", "slos", 0, "target"]],
	"says": says,
})

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
		"rollout": {"analysis": [{"name": "errors", "slo": "availability", "op": op, "threshold": threshold, "justification": justification}]},
	},
	"facts": {
		"slos": [{"kind": "availability", "budgetRatio": 1 - 0.995}],
		"rollout": {"analysis": [{"kind": "availability", "slo": 0}]},
	},
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
