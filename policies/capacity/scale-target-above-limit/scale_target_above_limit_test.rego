package servelint.rules.capacity["scale-target-above-limit_test"]

import data.servelint.rules.capacity["scale-target-above-limit"] as rule

test_flags_a_target_above_the_limit if {
	places(service("Knative", "concurrency", 20, 10)) == {["artifacts", 0, "scaleTarget"]}
}

test_flags_by_the_metric_that_knative_assumes if {
	places(service("Knative", "", 20, 10)) == {["artifacts", 0, "scaleTarget"]}
}

test_accepts_a_target_up_to_the_limit if {
	count(places(service("Knative", "concurrency", 10, 10))) == 0
	count(places(service("Knative", "concurrency", 8, 10))) == 0
}

test_accepts_any_target_without_a_limit if {
	count(places(service("Knative", "concurrency", 20, 0))) == 0
}

test_ignores_other_metrics_and_modes if {
	count(places(service("Knative", "cpu", 80, 10))) == 0
	count(places(service("Standard", "concurrency", 20, 10))) == 0
	count(places(service("", "", 20, 10))) == 0
}

test_ignores_unfinished_manifests if {
	count(places({})) == 0
	count(places({"artifacts": [{"facts": {"kind": "InferenceService", "role": "workload", "workload": {"mode": {"value": "Knative", "at": []}}}}]})) == 0
}

service(mode, metric, target, limit) := {"artifacts": [{"facts": {
	"kind": "InferenceService",
	"role": "workload",
	"workload": {key: {"value": value, "at": [key]} |
		some [key, value] in [["mode", mode], ["scaleMetric", metric], ["scaleTarget", target], ["concurrency", limit]]
		value != ""
	},
}}]}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_a_target_of_ray_above_the_limit if {
	ray({"autoscaled": true, "scaleTarget": {"value": 10, "at": ["t"]}, "concurrency": {"value": 4, "at": ["l"]}}) == {["artifacts", 0, "t"]}
}

test_flags_a_target_of_ray_above_a_limit_that_is_not_written if {
	ray({"autoscaled": true, "scaleTarget": {"value": 10, "at": ["t"]}}) == {["artifacts", 0, "t"]}
	ray({"autoscaled": true, "concurrency": {"value": 1, "at": ["l"]}}) == {["artifacts", 0, "d"]}
}

test_accepts_a_target_of_ray_within_the_limit if {
	ray({"autoscaled": true}) == set()
	ray({"autoscaled": true, "scaleTarget": {"value": 5, "at": ["t"]}}) == set()
}

test_ignores_deployments_of_ray_with_a_fixed_number if {
	ray({"concurrency": {"value": 1, "at": ["l"]}}) == set()
}

ray(deployment) := at if {
	table := {"defaults": {"ray-serve": {"any": {"concurrency": {"value": 5}, "scaleTarget": {"value": 2}}}}}
	facts := {"platform": "ray-serve", "role": "workload", "deployments": [object.union({"at": ["d"], "name": "llm"}, deployment)]}
	at := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": facts}]} with data.servelint.platforms as table
}
