package servelint.rules.rollout["weight-not-achievable_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["weight-not-achievable"] as rule

test_flags_a_weight_that_whole_pods_do_not_reach if {
	said(4, 5, {}) == rounded(["5", "1", "4", "25"])
	said(4, 1, {}) == rounded(["1", "1", "4", "25"])
	said(3, 50, {}) == rounded(["50", "2", "3", "66.6667"])
	said(2, 99, {}) == set()
}

test_flags_a_single_replica_which_gets_all_traffic if {
	said(1, 5, {}) == rounded(["5", "1", "1", "100"])
}

test_accepts_weights_of_whole_pods if {
	said(4, 25, {}) == set()
	said(20, 5, {}) == set()
}

# 12 % of 5 replicas is one pod with 20 %; 16 % is one pod with 20 %, a quarter more.
test_accepts_a_share_up_to_a_quarter_off if {
	said(5, 16, {}) == set()
	said(5, 15, {}) == rounded(["15", "1", "5", "20"])
}

# 0.5 of a pod is rounded up.
test_flags_the_pods_that_argo_starts if {
	said(10, 45, {}) == set()
	said(6, 25, {}) == rounded(["25", "2", "6", "33.3333"])
}

test_accepts_any_weight_where_traffic_is_routed if {
	said(4, 5, {"trafficRouting": true}) == set()
}

test_ignores_a_workload_without_replicas if {
	said(0, 5, {}) == set()
	said(-1, 5, {}) == set()
}

test_ignores_an_unknown_number_of_replicas if {
	unknown := json.remove(manifest(4, 5, {}), ["facts/workload"])
	said_of([unknown]) == set()
}

test_ignores_the_replicas_of_another_manifest if {
	unknown := json.remove(manifest(4, 5, {}), ["facts/workload"])
	deployment := {"facts": {"kind": "Deployment", "name": "ranker", "role": "workload", "workload": {"replicas": {"value": 4, "at": ["replicas"]}}}}
	said_of([unknown, deployment]) == set()
}

test_ignores_steps_of_no_traffic if {
	said(4, 0, {}) == set()
}

test_ignores_other_strategies_and_platforms if {
	said(4, 5, {"strategy": {"value": "blueGreen"}}) == set()
	said_of([object.union(manifest(4, 5, {}), {"facts": {"platform": "flagger"}})]) == set()
}

rounded(says) := {{"at": ["artifacts", 0, "step"], "says": says}}

manifest(replicas, weight, change) := {"facts": {
	"kind": "Rollout",
	"name": "ranker",
	"role": "rollout",
	"platform": "argo-rollouts",
	"workload": {"replicas": {"value": replicas, "at": ["replicas"]}},
	"rollout": object.union({"strategy": {"value": "canary"}, "steps": [{"weight": weight, "at": ["step"]}, {"weight": 100, "at": ["last"]}]}, change),
}}

said(replicas, weight, change) := said_of([manifest(replicas, weight, change)])

said_of(artifacts) := found if {
	found := testing.all(rule.finding) with input as {"artifacts": artifacts}
}
