package servelint.rules.runtime["drain-shorter-than-request_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["drain-shorter-than-request"] as rule

test_flags_grace_period_below_the_server_timeout if {
	places(spec(30, 60)) == {["spec", "health", "terminationGracePeriod"]}
}

test_accepts_grace_period_equal_to_the_timeout if {
	count(places(spec(60, 60))) == 0
}

test_accepts_longer_grace_period if {
	count(places(spec(75, 60))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(json.remove(spec(30, 60), ["facts/spec/timeouts"]))) == 0
	count(places(json.remove(spec(30, 60), ["facts/spec/health"]))) == 0
}

spec(grace, timeout) := {
	"spec": {
		"health": {"terminationGracePeriod": sprintf("%vs", [grace])},
		"timeouts": {"server": sprintf("%vs", [timeout])},
	},
	"facts": {"spec": {"health": {"terminationGracePeriod": grace}, "timeouts": {"server": timeout}}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_grace_period_of_a_manifest if {
	flagged("Deployment", {"graceSeconds": 30}, {"serving": spec(75, 60)}) == {["artifacts", 0, "graceSeconds"]}
	flagged("InferenceService", {"graceSeconds": 30, "timeoutSeconds": 60}, {}) == {["artifacts", 0, "graceSeconds"]}
}

test_flags_the_default_of_kubernetes if {
	flagged("Deployment", {"images": "x"}, {"serving": spec(75, 60)}) == {["artifacts", 0, "spec"]}
}

test_accepts_the_grace_period_of_a_manifest if {
	count(flagged("Deployment", {"graceSeconds": 60}, {"serving": spec(75, 60)})) == 0
	count(flagged("Deployment", {"images": "x"}, {"serving": spec(75, 30)})) == 0
}

test_ignores_what_is_not_known if {
	count(flagged("Deployment", {"graceSeconds": 30}, {})) == 0
	count(flagged("LLMInferenceService", {"images": "x"}, {"serving": spec(75, 60)})) == 0
	count(flagged("Deployment", {"graceSeconds": 30}, {"serving": spec(30, 60)})) == 0
}

flagged(kind, values, more) := at if {
	doc := {"artifacts": [{"facts": {
		"kind": kind,
		"role": "workload",
		"workload": object.union({"at": ["spec"]}, {key: {"value": value, "at": [key]} | some key, value in values}),
	}}]}
	at := {f.at | some f in rule.finding} with input as object.union(doc, more)
		with data.servelint.platforms as {"defaults": {"deployment": {"any": {"graceSeconds": {"value": 30}}}}}
}

test_flags_another_artifacts_kind if {
	said_1([{"op": "replace", "path": "/artifacts/0/facts/kind", "value": "Rollout"}]) == {{"at": ["artifacts", 0, "spec"], "related": [["serving", "spec", "timeouts", "server"]], "says": ["30", "60"]}}
}

test_flags_the_places if {
	said_2([]) == {
		{
			"at": ["spec", "health", "terminationGracePeriod"],
			"related": [["spec", "timeouts", "server"]],
			"says": ["`30s`", "`60s`"],
		},
	}
}

test_ignores_another_timeouts_server if {
	said_2([{"op": "replace", "path": "/facts/spec/timeouts/server", "value": "x"}]) == set()
}

test_ignores_without_workload_images if {
	said_1([{"op": "remove", "path": "/artifacts/0/facts/workload/images"}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.platforms as {"defaults": {"deployment": {"any": {"graceSeconds": {"value": 30}}}}}
}

example_1 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Deployment",
				"role": "workload",
				"workload": {"at": ["spec"], "images": {"at": ["images"], "value": "x"}},
			},
		},
	],
	"serving": {
		"facts": {"spec": {"health": {"terminationGracePeriod": 75}, "timeouts": {"server": 60}}},
		"spec": {"health": {"terminationGracePeriod": "75s"}, "timeouts": {"server": "60s"}},
	},
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
	"facts": {"spec": {"health": {"terminationGracePeriod": 30}, "timeouts": {"server": 60}}},
	"spec": {"health": {"terminationGracePeriod": "30s"}, "timeouts": {"server": "60s"}},
}
