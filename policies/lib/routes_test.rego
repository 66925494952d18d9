package servelint.lib.routes_test

import data.servelint.lib.routes

test_only_ways_to_the_review_count if {
	found := [[entry.index, entry.way.at] | some entry in routes.ways] with input as review(["ranker", "chat"])
	found == [[1, ["rule 0"]]]
}

test_the_service_of_a_predictor_counts if {
	service := {"facts": {"kind": "InferenceService", "platform": "kserve", "name": "ranker"}}
	doc := {"artifacts": [service, route(["ranker-predictor"])]}
	count(routes.ways) == 1 with input as doc
	count(routes.ways) == 0 with input as {"artifacts": [service, route(["other-predictor"])]}
	ray := {"facts": {"kind": "RayService", "platform": "ray-serve", "name": "ranker"}}
	count(routes.ways) == 1 with input as {"artifacts": [ray, route(["ranker-serve-svc"])]}
}

test_the_longest_time_counts_and_none_where_one_way_has_none if {
	both := timed([5, 60])
	routes.longest(1, "timeoutSeconds") == {"value": 60, "at": ["artifacts", 1, "t", 1]} with input as both
	not routes.longest(1, "timeoutSeconds") with input as json.patch(both, [{"op": "remove", "path": "/artifacts/1/facts/routes/0/timeoutSeconds"}])
	not routes.longest(1, "trySeconds") with input as both
}

test_shares_are_relative if {
	routes.shares({"backends": [{"weight": {"value": 9}}, {"weight": {"value": 1}}]}) == [90, 10]
	not routes.shares({"backends": [{"weight": {"value": 9}}, {}]})
	not routes.shares({"backends": [{"weight": {"value": 0}}, {"weight": {"value": 0}}]})
}

test_a_controller_moves_the_weights if {
	routes.moved with input as {"artifacts": [{"facts": {"kind": "Rollout"}}]}
	not routes.moved with input as {"artifacts": [{"facts": {"kind": "Deployment"}}]}
}

timed(seconds) := {"artifacts": [
	{"facts": {"kind": "Service", "platform": "kubernetes", "name": "ranker"}},
	{"facts": {"kind": "HTTPRoute", "platform": "gateway-api", "name": "front", "routes": [{
		"at": ["rule", i],
		"backends": [{"name": "ranker"}],
		"timeoutSeconds": {"value": second, "at": ["t", i]},
	} |
		some i, second in seconds
	]}},
]}

review(backends) := {"artifacts": [
	{"facts": {"kind": "Service", "platform": "kubernetes", "name": "ranker"}},
	route(backends),
	{"facts": {"kind": "Service", "platform": "openslo", "name": "chat"}},
]}

route(backends) := {"facts": {"kind": "HTTPRoute", "platform": "gateway-api", "name": "front", "routes": [{"at": [sprintf("rule %d", [i])], "backends": [{"name": backend}]} | some i, backend in backends]}}
