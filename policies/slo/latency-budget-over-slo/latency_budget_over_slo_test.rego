package servelint.rules.slo["latency-budget-over-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["latency-budget-over-slo"] as rule

test_flags_sum_above_slo if {
	places(spec(0.055, 0.05, "p99")) == {[["spec", "latencyBudget", "components"], "error"]}
}

test_flags_thin_slack_as_warning if {
	places(spec(0.047, 0.05, "p99")) == {[["spec", "latencyBudget", "components"], "warning"]}
}

test_flags_exact_fit_as_warning if {
	places(spec(0.05, 0.05, "p99")) == {[["spec", "latencyBudget", "components"], "warning"]}
}

test_accepts_slack_at_the_limit if {
	count(places(spec(0.045, 0.05, "p99"))) == 0
}

test_flags_medians_against_a_higher_percentile if {
	places(spec(0.02, 0.05, "p50")) == {[["spec", "latencyBudget", "statistic"], "error"]}
}

test_accepts_medians_against_a_median if {
	median := testing.after(spec(0.02, 0.05, "p50"), {"/spec/slos/0/target": 0.5})
	count(places(median)) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(object.remove(spec(0.055, 0.05, "p50"), ["facts"]))) == 0
	count(places(testing.without(spec(0.055, 0.05, "p50"), ["/spec/latencyBudget"]))) == 0
	count(places(testing.without(spec(0.02, 0.05, "p50"), ["/spec/slos"]))) == 0
}

test_the_messages_name_sum_limit_and_slo if {
	said(spec(0.055, 0.05, "p99")) == {{
		"at": ["spec", "latencyBudget", "components"],
		"related": [["spec", "slos", 0]],
		"says": ["55", "50", "`latency-p99`"],
	}}
	said(spec(0.05, 0.05, "p99")) == {{
		"at": ["spec", "latencyBudget", "components"],
		"related": [["spec", "slos", 0]],
		"says": ["50", "50", "`latency-p99`", "0", "10"],
		"severity": "warning",
	}}
	said(spec(0.02, 0.05, "p50")) == {{
		"at": ["spec", "latencyBudget", "statistic"],
		"related": [["spec", "slos", 0]],
		"says": ["`p50`", "99", "`latency-p99`"],
	}}
}

test_a_sum_above_the_slo_by_rounding_noise_is_a_full_budget if {
	doc := testing.after(spec(0.05, 0.05, "p99"), {"/facts/latencyBudget/sloSeconds": 0.04999999999995})
	places(doc) == {[["spec", "latencyBudget", "components"], "warning"]}
}

test_a_budget_without_slo_is_silent if {
	count(places(testing.without(spec(0.02, 0.05, "p50"), ["/spec/latencyBudget/slo"]))) == 0
}

spec(total, limit, statistic) := {
	"spec": {
		"slos": [{"name": "latency-p99", "target": 0.99}],
		"latencyBudget": {"slo": "latency-p99", "statistic": statistic},
	},
	"facts": {
		"slos": [{"percentile": "p99"}],
		"latencyBudget": {"totalSeconds": total, "sloSeconds": limit, "slackRatio": (limit - total) / limit},
	},
}

places(doc) := at if {
	at := {[f.at, object.get(f, "severity", "error")] | some f in rule.finding} with input as doc
		with data.servelint.policy as {"headroomWarn": 0.1}
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.policy as {"headroomWarn": 0.1}
}
