package servelint.rules.capacity["replicas-order_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["replicas-order"] as rule

test_flags_a_specification_whose_minimum_is_above_its_maximum if {
	said(specification({"min": 5, "max": 4})) == {{
		"at": ["spec", "capacity", "replicas", "min"],
		"related": [["spec", "capacity", "replicas", "max"]],
		"says": ["`5`", "`4`"],
	}}
}

test_accepts_a_specification_of_a_fixed_number if {
	said(specification({"min": 4, "max": 4})) == set()
}

test_ignores_a_specification_with_one_bound if {
	said(specification({"min": 6})) == set()
	said(specification({"max": 6})) == set()
	said({}) == set()
}

test_flags_the_bounds_of_a_workload_an_autoscaler_and_a_deployment_of_ray if {
	low := {"value": 5, "at": ["min"]}
	high := {"value": 4, "at": ["max"]}
	every facts in [
		{"workload": {"minReplicas": low, "maxReplicas": high}},
		{"autoscaler": {"min": low, "max": high}},
		{"deployments": [{"minReplicas": low, "maxReplicas": high}]},
	] {
		said(manifest(facts)) == {{
			"at": ["artifacts", 0, "min"],
			"related": [["artifacts", 0, "max"]],
			"says": ["`ranker`", "5", "4"],
		}}
	}
}

test_accepts_manifests_of_a_fixed_number if {
	bound := {"value": 4, "at": ["bound"]}
	said(manifest({"workload": {"minReplicas": bound, "maxReplicas": bound}})) == set()
}

test_flags_a_deployment_of_ray_whose_maximum_is_the_usual_one if {
	said(ray({"minReplicas": {"value": 2, "at": ["min"]}}, {})) == {{"at": ["artifacts", 0, "min"], "says": ["`ranker`", "2", "`max_replicas`", "1"]}}
	said(ray({"minReplicas": {"value": 1, "at": ["min"]}}, {})) == set()
	said(ray({"minReplicas": {"value": 2, "at": ["min"]}, "maxReplicas": {"value": 4, "at": ["max"]}}, {})) == set()
	said(ray({"minReplicas": {"value": 2, "at": ["min"]}}, {"num_replicas": "auto"})) == set()
}

ray(deployment, written) := object.union(
	manifest({"platform": "ray-serve", "deployments": [object.union({"at": ["config"]}, deployment)]}),
	{"artifacts": [object.union(manifest({"platform": "ray-serve", "deployments": [object.union({"at": ["config"]}, deployment)]}).artifacts[0], {"config": written})]},
)

# An autoscaler may have the last word.
test_ignores_bounds_of_different_holders if {
	low := {"value": 5, "at": ["min"]}
	high := {"value": 4, "at": ["max"]}
	said(manifest({"workload": {"minReplicas": low}, "autoscaler": {"max": high}})) == set()
}

test_ignores_manifests_without_bounds if {
	said(manifest({})) == set()
}

specification(replicas) := {"spec": {"capacity": {"replicas": replicas}}}

manifest(facts) := {"artifacts": [{"facts": object.union({"kind": "X", "name": "ranker"}, facts)}]}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
