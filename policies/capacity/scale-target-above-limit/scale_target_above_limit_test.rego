package servelint.rules.capacity["scale-target-above-limit_test"]

import data.servelint.lib.testing
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

test_flags_other_numbers_of_workload_concurrency if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/workload/concurrency/value", "value": 1}]) == {{"at": ["artifacts", 0, "scaleTarget"], "related": [["artifacts", 0, "concurrency"]], "says": ["20", "1"]}}
}

test_flags_the_places if {
	said_1([]) == {{"at": ["artifacts", 0, "d"], "related": [["artifacts", 0, "l"]], "says": ["`llm`", "2", "1"]}}
}

test_ignores_another_artifacts_role if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/role", "value": "stable-workload"}]) == set()
}

test_ignores_other_numbers_of_deployments_concurrency if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/deployments/0/concurrency/value", "value": 0}]) == set()
}

test_ignores_without_artifacts_kind if {
	said_2([{"op": "remove", "path": "/artifacts/0/facts/kind"}]) == set()
}

test_ignores_without_artifacts_platform if {
	said_1([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.platforms as {"defaults": {"ray-serve": {"any": {"concurrency": {"value": 5}, "scaleTarget": {"value": 2}}}}}
}

example_1 := {
	"artifacts": [
		{
			"facts": {
				"deployments": [{"at": ["d"], "autoscaled": true, "concurrency": {"at": ["l"], "value": 1}, "name": "llm"}],
				"platform": "ray-serve",
				"role": "workload",
			},
		},
	],
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.platforms as {
			"defaults": {
				"argo-rollouts": {
					"any": {
						"autoPromotionEnabled": {"source": "Argo Rollouts, BlueGreenStrategy.autoPromotionEnabled", "value": true},
						"consecutiveErrorLimit": {"source": "Argo Rollouts, Metric.consecutiveErrorLimit", "value": 4},
						"failureLimit": {"source": "Argo Rollouts, Metric.failureLimit", "value": 0},
						"inconclusiveLimit": {"source": "Argo Rollouts, Metric.inconclusiveLimit", "value": 0},
						"maxSurge": {"source": "Argo Rollouts, CanaryStrategy.maxSurge", "value": "25%"},
						"maxUnavailable": {"source": "Argo Rollouts, CanaryStrategy.maxUnavailable", "value": "25%"},
						"progressDeadlineSeconds": {"source": "Argo Rollouts, RolloutSpec.progressDeadlineSeconds", "value": 600},
						"revisionHistoryLimit": {"source": "Argo Rollouts, RolloutSpec.revisionHistoryLimit", "value": 10},
						"scaleDownDelaySeconds": {"source": "Argo Rollouts, BlueGreenStrategy.scaleDownDelaySeconds", "value": 30},
					},
				},
				"deployment": {
					"any": {
						"graceSeconds": {"source": "Kubernetes, core/v1 PodSpec.terminationGracePeriodSeconds", "value": 30},
						"maxSurge": {"source": "Kubernetes, apps/v1 RollingUpdateDeployment.maxSurge", "value": "25%"},
						"maxUnavailable": {"source": "Kubernetes, apps/v1 RollingUpdateDeployment.maxUnavailable", "value": "25%"},
						"progressDeadlineSeconds": {"source": "Kubernetes, apps/v1 DeploymentSpec.progressDeadlineSeconds", "value": 600},
						"replicas": {"source": "Kubernetes, apps/v1 DeploymentSpec.replicas", "value": 1},
						"revisionHistoryLimit": {"source": "Kubernetes, apps/v1 DeploymentSpec.revisionHistoryLimit", "value": 10},
					},
				},
				"flagger": {
					"any": {"progressDeadlineSeconds": {"source": "Flagger, CanarySpec.progressDeadlineSeconds", "value": 600}},
				},
				"kserve": {
					"Knative": {
						"maxTimeoutSeconds": {"source": "Knative Serving, config-defaults, max-revision-timeout-seconds", "value": 600},
						"progressDeadlineSeconds": {"source": "Knative Serving, config-deployment, progress-deadline", "value": 600},
						"timeoutSeconds": {"source": "Knative Serving, config-defaults, revision-timeout-seconds", "value": 300},
					},
					"Standard": {
						"progressDeadlineSeconds": {"source": "Kubernetes, apps/v1 DeploymentSpec.progressDeadlineSeconds", "value": 600},
						"timeoutSeconds": {
							"source": "KServe, pkg/controller/v1beta1/inferenceservice/reconcilers/ingress/httproute_reconciler.go, DefaultTimeout",
							"value": 60,
						},
					},
					"any": {"minReplicas": {"source": "KServe, pkg/constants/constants.go, DefaultMinReplicas", "value": 1}},
				},
				"kserve-llm": {
					"any": {
						"minReplicas": {
							"source": "KServe, pkg/apis/serving/v1alpha2/llm_inference_service_types.go, ScalingSpec.MinReplicas",
							"value": 1,
						},
					},
				},
				"ray-serve": {
					"any": {
						"concurrency": {"source": "Ray Serve, max_ongoing_requests", "value": 5},
						"scaleTarget": {"source": "Ray Serve, autoscaling_config.target_ongoing_requests", "value": 2},
					},
				},
				"sagemaker": {
					"any": {
						"maxCanaryPercent": {"source": "SageMaker API, TrafficRoutingConfig.CanarySize", "value": 50},
						"maxLinearStepPercent": {"source": "SageMaker API, TrafficRoutingConfig.LinearStepSize", "value": 50},
						"maxWaitSeconds": {"source": "SageMaker API, TrafficRoutingConfig.WaitIntervalInSeconds", "value": 3600},
						"minLinearStepPercent": {"source": "SageMaker API, TrafficRoutingConfig.LinearStepSize", "value": 10},
					},
				},
			},
			"version": "2026-11",
		}
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "InferenceService",
				"role": "workload",
				"workload": {
					"concurrency": {"at": ["concurrency"], "value": 10},
					"mode": {"at": ["mode"], "value": "Knative"},
					"scaleTarget": {"at": ["scaleTarget"], "value": 20},
				},
			},
		},
	],
}

test_ignores_without_artifacts_kind_too if {
	said_more([{"op": "remove", "path": "/artifacts/0/facts/kind"}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.platforms as {
			"defaults": {
				"argo-rollouts": {
					"any": {
						"autoPromotionEnabled": {"source": "Argo Rollouts, BlueGreenStrategy.autoPromotionEnabled", "value": true},
						"consecutiveErrorLimit": {"source": "Argo Rollouts, Metric.consecutiveErrorLimit", "value": 4},
						"failureLimit": {"source": "Argo Rollouts, Metric.failureLimit", "value": 0},
						"inconclusiveLimit": {"source": "Argo Rollouts, Metric.inconclusiveLimit", "value": 0},
						"maxSurge": {"source": "Argo Rollouts, CanaryStrategy.maxSurge", "value": "25%"},
						"maxUnavailable": {"source": "Argo Rollouts, CanaryStrategy.maxUnavailable", "value": "25%"},
						"progressDeadlineSeconds": {"source": "Argo Rollouts, RolloutSpec.progressDeadlineSeconds", "value": 600},
						"revisionHistoryLimit": {"source": "Argo Rollouts, RolloutSpec.revisionHistoryLimit", "value": 10},
						"scaleDownDelaySeconds": {"source": "Argo Rollouts, BlueGreenStrategy.scaleDownDelaySeconds", "value": 30},
					},
				},
				"deployment": {
					"any": {
						"graceSeconds": {"source": "Kubernetes, core/v1 PodSpec.terminationGracePeriodSeconds", "value": 30},
						"maxSurge": {"source": "Kubernetes, apps/v1 RollingUpdateDeployment.maxSurge", "value": "25%"},
						"maxUnavailable": {"source": "Kubernetes, apps/v1 RollingUpdateDeployment.maxUnavailable", "value": "25%"},
						"progressDeadlineSeconds": {"source": "Kubernetes, apps/v1 DeploymentSpec.progressDeadlineSeconds", "value": 600},
						"replicas": {"source": "Kubernetes, apps/v1 DeploymentSpec.replicas", "value": 1},
						"revisionHistoryLimit": {"source": "Kubernetes, apps/v1 DeploymentSpec.revisionHistoryLimit", "value": 10},
					},
				},
				"flagger": {
					"any": {"progressDeadlineSeconds": {"source": "Flagger, CanarySpec.progressDeadlineSeconds", "value": 600}},
				},
				"kserve": {
					"Knative": {
						"maxTimeoutSeconds": {"source": "Knative Serving, config-defaults, max-revision-timeout-seconds", "value": 600},
						"progressDeadlineSeconds": {"source": "Knative Serving, config-deployment, progress-deadline", "value": 600},
						"timeoutSeconds": {"source": "Knative Serving, config-defaults, revision-timeout-seconds", "value": 300},
					},
					"Standard": {
						"progressDeadlineSeconds": {"source": "Kubernetes, apps/v1 DeploymentSpec.progressDeadlineSeconds", "value": 600},
						"timeoutSeconds": {
							"source": "KServe, pkg/controller/v1beta1/inferenceservice/reconcilers/ingress/httproute_reconciler.go, DefaultTimeout",
							"value": 60,
						},
					},
					"any": {"minReplicas": {"source": "KServe, pkg/constants/constants.go, DefaultMinReplicas", "value": 1}},
				},
				"kserve-llm": {
					"any": {
						"minReplicas": {
							"source": "KServe, pkg/apis/serving/v1alpha2/llm_inference_service_types.go, ScalingSpec.MinReplicas",
							"value": 1,
						},
					},
				},
				"ray-serve": {
					"any": {
						"concurrency": {"source": "Ray Serve, max_ongoing_requests", "value": 5},
						"scaleTarget": {"source": "Ray Serve, autoscaling_config.target_ongoing_requests", "value": 2},
					},
				},
				"sagemaker": {
					"any": {
						"maxCanaryPercent": {"source": "SageMaker API, TrafficRoutingConfig.CanarySize", "value": 50},
						"maxLinearStepPercent": {"source": "SageMaker API, TrafficRoutingConfig.LinearStepSize", "value": 50},
						"maxWaitSeconds": {"source": "SageMaker API, TrafficRoutingConfig.WaitIntervalInSeconds", "value": 3600},
						"minLinearStepPercent": {"source": "SageMaker API, TrafficRoutingConfig.LinearStepSize", "value": 10},
					},
				},
			},
			"version": "2026-11",
		}
}

example_more := {
	"artifacts": [
		{
			"facts": {
				"kind": "InferenceService",
				"role": "workload",
				"workload": {
					"concurrency": {"at": ["concurrency"], "value": 10},
					"mode": {"at": ["mode"], "value": "Knative"},
					"scaleMetric": {"at": ["scaleMetric"], "value": "concurrency"},
					"scaleTarget": {"at": ["scaleTarget"], "value": 20},
				},
			},
		},
	],
}
