package servelint.rules.capacity["batch-delay-over-budget_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["batch-delay-over-budget"] as rule

test_flags_a_specified_delay_above_the_budget_of_the_queue if {
	said(specification("5ms", 0.005)) == {{
		"at": ["spec", "serving", "batching", "maxQueueDelay"],
		"related": [["spec", "latencyBudget", "components", "queue"]],
		"says": ["`5ms`", "3"],
	}}
}

test_accepts_a_specified_delay_that_takes_the_whole_budget_of_the_queue if {
	said(specification("3ms", 0.003)) == set()
}

test_flags_a_delay_of_triton_above_the_budget_of_the_queue if {
	said(review({"delay": 0.004, "queue": 0.003})) == {{
		"at": ["artifacts", 0, "delay"],
		"related": [["serving", "spec", "latencyBudget", "components", "queue"]],
		"says": ["4", "3"],
	}}
}

test_accepts_a_delay_of_triton_that_takes_the_whole_budget_of_the_queue if {
	said(review({"delay": 0.003, "queue": 0.003})) == set()
}

test_flags_a_delay_above_the_slo_where_the_queue_has_no_budget if {
	said(review({"delay": 0.06})) == {{
		"at": ["artifacts", 0, "delay"],
		"related": [["serving", "spec", "slos", 0, "value"]],
		"says": ["60", "`fast`", "50"],
	}}
}

test_accepts_a_delay_of_the_slo_where_the_queue_has_no_budget if {
	said(review({"delay": 0.05})) == set()
}

test_ignores_an_slo_that_the_budget_is_not_for if {
	said(review({"delay": 0.06, "slo": "other"})) == set()
}

test_ignores_the_server_of_the_stable_revision if {
	said(review({"delay": 0.06, "role": "stable-workload"})) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	said(object.remove(review({"delay": 1}), ["serving"])) == set()
	said(json.remove(review({"delay": 1}), ["artifacts/0/facts/batching/maxQueueDelaySeconds"])) == set()
	said(testing.after(review({"delay": 1}), {"/serving": {}})) == set()
}

# A budget of 3 ms for the queue.
specification(delay, seconds) := {
	"spec": {"serving": {"batching": {"maxQueueDelay": delay}}},
	"facts": {"spec": {
		"serving": {"batching": {"maxQueueDelay": seconds}},
		"latencyBudget": {"components": {"queue": 0.003}},
	}},
}

# A configuration of Triton beside a specification whose SLO allows 50 ms. `queue` is the budget of the queue, if any.
review(differs) := {
	"serving": {
		"spec": {"latencyBudget": {"slo": object.get(differs, "slo", "fast")}, "slos": [{"name": "fast"}]},
		"facts": {
			"slos": [{"valueSeconds": 0.05}],
			"spec": {"latencyBudget": {"components": object.filter(differs, ["queue"])}},
		},
	},
	"artifacts": [{"facts": {
		"kind": "Triton config.pbtxt",
		"role": object.get(differs, "role", "batching"),
		"batching": {"maxQueueDelaySeconds": {"value": differs.delay, "at": ["delay"]}},
	}}],
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
