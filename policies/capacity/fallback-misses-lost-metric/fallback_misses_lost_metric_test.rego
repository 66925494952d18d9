package servelint.rules.capacity["fallback-misses-lost-metric_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["fallback-misses-lost-metric"] as rule

test_flags_a_trigger_that_reads_a_lost_metric_as_0 if {
	said(scaled([prometheus({})])) == {{
		"at": ["artifacts", 0, "spec", "triggers", 0, "metadata"],
		"related": [["artifacts", 0, "spec", "fallback"]],
		"says": ["`ranker`", "0", "2"],
	}}
}

test_accepts_a_trigger_that_states_what_a_lost_metric_is if {
	said(scaled([prometheus({"ignoreNullValues": "true"})])) == set()
	said(scaled([prometheus({"ignoreNullValues": "false"})])) == set()
	said(scaled([prometheus({"ignoreNullValues": false})])) == set()
}

test_ignores_other_triggers_and_no_fallback if {
	said(scaled([{"type": "kafka", "metadata": {}}])) == set()
	said(scaled([])) == set()
	said(testing.without(scaled([prometheus({})]), ["/artifacts/0/spec/fallback"])) == set()
}

test_ignores_other_kinds if {
	said(testing.after(scaled([prometheus({})]), {"/artifacts/0/facts/kind": "HorizontalPodAutoscaler"})) == set()
	said({}) == set()
}

prometheus(more) := {"type": "prometheus", "metadata": object.union({"query": "sum(queue)"}, more)}

scaled(triggers) := {"artifacts": [{
	"spec": {"fallback": {"failureThreshold": 3, "replicas": 2}, "triggers": triggers},
	"facts": {"kind": "ScaledObject", "name": "ranker"},
}]}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
