package servelint.lib.traffic_test

import data.servelint.lib.testing
import data.servelint.lib.traffic

test_rollouts_are_those_of_the_new_revision if {
	names := [r.facts.name | some r in traffic.rollouts] with input as {"artifacts": [
		{"facts": {"name": "a", "role": "stable-workload", "rollout": {}}},
		{"facts": {"name": "b", "role": "rollout", "rollout": {}}},
		{"facts": {"name": "c", "role": "workload"}},
	]}
	names == ["b"]
}

test_a_canary_of_flagger_is_judged_by_its_own_metrics if {
	canary := {"artifacts": [{"facts": {
		"platform": "flagger",
		"role": "rollout",
		"rollout": {},
		"analyses": ["errors"],
	}}]}
	metrics("background", canary) == [{"index": 0, "metric": "errors"}]
}

test_a_rollout_of_argo_is_judged_by_the_templates_that_it_names if {
	metrics("background", argo({}, {})) == [{"index": 1, "metric": "p99"}]
}

test_steps_are_judged_beside_the_background if {
	both := argo({"rollout": {"stepAnalyses": [{"name": "ranker"}]}}, {})
	metrics("background", both) == [{"index": 1, "metric": "p99"}]
	metrics("judges", both) == [{"index": 1, "metric": "p99"}, {"index": 1, "metric": "p99"}]
	references := [traffic.references(r) | some r in traffic.rollouts] with input as both
	references == [[{"name": "ranker"}, {"name": "ranker"}]]
}

test_a_template_without_metrics_judges_nothing if {
	metrics("background", testing.without(argo({}, {}), ["/artifacts/1/facts/analyses"])) == []
}

test_a_template_of_another_name_judges_nothing if {
	metrics("background", argo({}, {"name": "other"})) == []
}

test_a_reference_means_a_template_of_its_own_kind if {
	metrics("background", argo({}, {"kind": "ClusterAnalysisTemplate"})) == []
	cluster := {"rollout": {"background": {"templates": [{"name": "ranker", "cluster": true}]}}}
	metrics("background", argo(cluster, {})) == []
	metrics("background", argo(cluster, {"kind": "ClusterAnalysisTemplate"})) == [{"index": 1, "metric": "p99"}]
}

test_a_template_of_another_namespace_is_not_meant if {
	metrics("background", argo({"namespace": "a"}, {"namespace": "b"})) == []
	metrics("background", argo({"namespace": "a"}, {"namespace": "a"})) == [{"index": 1, "metric": "p99"}]
}

test_a_namespace_that_is_not_written_may_be_any if {
	metrics("background", argo({"namespace": "a"}, {})) == [{"index": 1, "metric": "p99"}]
	metrics("background", argo({}, {"namespace": "b"})) == [{"index": 1, "metric": "p99"}]
}

test_a_template_of_the_cluster_has_no_namespace if {
	cluster := {"namespace": "a", "rollout": {"background": {"templates": [{"name": "ranker", "cluster": true}]}}}
	metrics("background", argo(cluster, {"kind": "ClusterAnalysisTemplate", "namespace": "b"})) == [{"index": 1, "metric": "p99"}]
}

test_detection_takes_the_delay_and_the_tolerated_failures if {
	traffic.detection(metric({"initialDelaySeconds": 30, "failureLimit": 2, "intervalSeconds": 60})) == 150
	traffic.detection(metric({"failureLimit": 1, "intervalSeconds": 60})) == 60
}

test_detection_of_a_metric_that_fails_at_once_needs_no_interval if {
	traffic.detection(metric({})) == 0
	traffic.detection(metric({"initialDelaySeconds": 30})) == 30
	traffic.detection(metric({"failureLimit": 0, "intervalSeconds": 60})) == 0
}

test_detection_is_unknown_without_the_interval if {
	not traffic.detection(metric({"failureLimit": 2}))
}

test_a_metric_that_never_fails_detects_nothing if {
	not traffic.detection(metric({"failureLimit": -1, "intervalSeconds": 60}))
}

metric(values) := {key: {"value": value} | some key, value in values}

# A Rollout that names a template, with what differs in each.
argo(rollout, template) := {"artifacts": [
	{"facts": object.union(
		{
			"kind": "Rollout",
			"platform": "argo-rollouts",
			"role": "rollout",
			"rollout": {"background": {"templates": [{"name": "ranker"}]}, "stepAnalyses": []},
		},
		rollout,
	)},
	{"facts": object.union({"kind": "AnalysisTemplate", "name": "ranker", "analyses": ["p99"]}, template)},
]}

metrics("background", review) := found if {
	found := [each | some r in traffic.rollouts; some each in traffic.background(r)] with input as review
}

metrics("judges", review) := found if {
	found := [each | some r in traffic.rollouts; some each in traffic.judges(r)] with input as review
}
