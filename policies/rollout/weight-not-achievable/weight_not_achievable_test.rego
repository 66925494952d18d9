package servelint.rules.rollout["weight-not-achievable_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["weight-not-achievable"] as rule

# 5 % of 4 replicas: one pod more may run, and one of five is nearer than one of four.
test_flags_a_weight_that_whole_pods_do_not_reach if {
	said(4, 5, {}) == rounded(["5", "1", "5", "20"])
	said(4, 1, {}) == rounded(["1", "1", "5", "20"])
	said(2, 99, {}) == rounded(["99", "2", "3", "66.6667"])
	said(10, 1, {}) == rounded(["1", "1", "11", "9.0909"])
}

test_accepts_half_of_an_odd_number_of_replicas_with_a_pod_beyond_them if {
	said(3, 50, {}) == set()
	said(5, 50, {}) == set()
}

test_flags_a_single_replica_whose_canary_stands_beside_it if {
	said(1, 5, {}) == rounded(["5", "1", "2", "50"])
	said(1, 50, {}) == set()
}

test_counts_no_pod_beyond_the_replicas_where_none_is_allowed if {
	limited(3, 50, 0, 1) == rounded(["50", "2", "3", "66.6667"])
	limited(4, 5, 0, "25%") == rounded(["5", "1", "4", "25"])
	limited(1, 20, 0, 1) == rounded(["20", "0", "1", "0"])
	limited(2, 75, "0%", 1) == rounded(["75", "0", "2", "0"])
	limited(4, 25, 0, 1) == set()
}

test_a_surge_that_is_written_counts_as_its_percentage_does if {
	limited(3, 50, 1, 0) == set()
	limited(3, 50, "10%", 0) == set()
}

test_ignores_a_surge_that_is_no_number if {
	limited(4, 5, "${SURGE}", 0) == set()
	limited(4, 5, 1, "${UNAVAILABLE}") == set()
}

test_accepts_weights_of_whole_pods if {
	said(4, 25, {}) == set()
	said(20, 5, {}) == set()
	said(4, 20, {}) == set()
}

# 15 % of 5 replicas is one pod of six with 16.7 %; 13 % too, more than a quarter off.
test_accepts_a_share_up_to_a_quarter_off if {
	said(5, 14, {}) == set()
	said(5, 13, {}) == rounded(["13", "1", "6", "16.6667"])
}

test_accepts_any_weight_where_traffic_is_routed if {
	said(4, 5, {"trafficRouting": true}) == set()
}

test_notes_two_services_that_nothing_divides_traffic_between if {
	both := {"canaryService": "new", "stableService": "old"}
	said_of([with_services(both)]) == {{
		"at": ["artifacts", 0, "spec", "strategy", "canary", "canaryService"],
		"severity": "info",
		"says": ["`new`", "`old`", "`trafficRouting`"],
	}}
	said_of([with_services({"stableService": "old"})]) == set()
	routed := object.union(with_services(both), {"facts": {"rollout": {"trafficRouting": true}}})
	said_of([routed]) == set()
}

with_services(services) := object.union(manifest(10, 10, {}), {"spec": {"strategy": {"canary": services}}})

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
	said(4, 100, {}) == set()
}

test_ignores_other_strategies_and_platforms if {
	said(4, 5, {"strategy": {"value": "blueGreen"}}) == set()
	said_of([object.union(manifest(4, 5, {}), {"facts": {"platform": "flagger"}})]) == set()
}

test_flags_a_route_to_the_stable_service_alone if {
	found := said_of(fronted(["stable"]))
	some f in found
	f.at == ["artifacts", 1, "rule"]
	f.related == [["artifacts", 0, "spec", "strategy", "canary", "stableService"]]
	f.says == ["`front`", "`stable`", "`ranker`"]
	count(found) == 1
}

test_accepts_a_route_that_reaches_both_versions if {
	said_of(fronted(["stable", "canary"])) == set()
	said_of(fronted(["ranker"])) == set()
	said_of(testing.after(fronted(["stable"]), {"/0/facts/rollout/trafficRouting": true})) == set()
	said_of(testing.after(fronted(["stable"]), {"/0/facts/rollout/steps": [{"weight": 100, "at": ["last"]}]})) == set()
}

fronted(backends) := array.concat(
	[object.union(manifest(10, 50, {}), {"spec": {"strategy": {"canary": {"stableService": "stable"}}}})],
	array.concat(
		[{"facts": {"kind": "HTTPRoute", "platform": "gateway-api", "name": "front", "routes": [{
			"at": ["rule"],
			"backends": [{"name": backend} | some backend in backends],
		}]}}],
		[{"facts": {"kind": "Service", "platform": "kubernetes", "name": name}} | some name in ["stable", "canary", "ranker"]],
	),
)

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

limited(replicas, weight, surge, unavailable) := said_of([testing.after(manifest(replicas, weight, {}), {
	"/facts/workload/maxSurge": {"value": surge, "at": ["surge"]},
	"/facts/workload/maxUnavailable": {"value": unavailable, "at": ["unavailable"]},
})])

said_of(artifacts) := found if {
	found := testing.all(rule.finding) with input as {"artifacts": artifacts}
		with data.servelint.platforms as platforms
}

platforms := {"defaults": {"argo-rollouts": {"any": {"maxSurge": {"value": "25%"}, "maxUnavailable": {"value": "25%"}}}}}
