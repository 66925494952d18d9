//! The registry of kinds: a new one needs a row here, a reader, a schema and a fixture.

mod stacks;

use super::{
    super::{
        analysis, argo, bentoml, compose, flagger, gateway, inference, ingress, istio, keda,
        knative, kserve, kubernetes, leader_worker, links, nim, openslo, prometheus, ray,
        sagemaker, seldon, sloth, triton,
    },
    Kind, Mark, Role,
};

/// What most kinds have in common.
const KIND: Kind = Kind {
    name: "",
    platform: "kubernetes",
    role: Role::Workload,
    schema: "",
    mark: Mark::Shape(|_| false),
    derive: |_, _| {},
    links: links::named,
    serves: |_| true,
    named_by_folder: false,
    embedded: None,
};

const ARGO: Mark = Mark::Envelope("argoproj.io", &["v1alpha1"]);

const SELDON: Mark = Mark::Envelope("mlops.seldon.io", &["v1alpha1"]);

/// What brings requests to a workload: it belongs to the services that it leads to, and is none itself.
const ROUTE: Kind = Kind {
    role: Role::Route,
    ..KIND
};

const SERVING_RUNTIME: Kind = Kind {
    platform: "kserve",
    role: Role::Runtime,
    schema: "serving-runtime/v1alpha1.json",
    mark: Mark::Envelope("serving.kserve.io", &["v1alpha1"]),
    derive: kserve::runtime,
    ..KIND
};

const GATEWAY: Kind = Kind {
    platform: "gateway-api",
    schema: "gateway-route/v1.json",
    derive: gateway::route,
    links: gateway::links,
    ..ROUTE
};

const ISTIO: Kind = Kind {
    platform: "istio",
    mark: Mark::Envelope("networking.istio.io", &["v1", "v1beta1", "v1alpha3"]),
    ..ROUTE
};

/// What objects of OpenSLO have in common. Those that only describe are recognised, and no review begins with them.
const OPENSLO: Kind = Kind {
    serves: |_| false,
    platform: "openslo",
    role: Role::Slo,
    schema: "openslo-object/v1.json",
    mark: Mark::Envelope("openslo", &["v1"]),
    ..KIND
};

/// All kinds.
pub(super) static KINDS: &[Kind] = &[
    Kind {
        name: "InferenceService",
        platform: "kserve",
        schema: "inference-service/v1beta1.json",
        mark: Mark::Envelope("serving.kserve.io", &["v1beta1"]),
        derive: kserve::inference_service,
        links: kserve::inference_service_links,
        ..KIND
    },
    Kind {
        name: "ServingRuntime",
        ..SERVING_RUNTIME
    },
    Kind {
        name: "ClusterServingRuntime",
        ..SERVING_RUNTIME
    },
    Kind {
        name: "LLMInferenceService",
        platform: "kserve-llm",
        schema: "llm-inference-service/v1alpha2.json",
        mark: Mark::Envelope("serving.kserve.io", &["v1alpha1", "v1alpha2"]),
        derive: kserve::llm_inference_service,
        links: kserve::llm_links,
        ..KIND
    },
    Kind {
        name: "Rollout",
        platform: "argo-rollouts",
        role: Role::Rollout,
        schema: "rollout/v1alpha1.json",
        mark: ARGO,
        derive: argo::rollout,
        links: argo::rollout_links,
        serves: argo::serves,
        ..KIND
    },
    Kind {
        name: "AnalysisTemplate",
        platform: "argo-rollouts",
        role: Role::Analysis,
        schema: "analysis-template/v1alpha1.json",
        mark: ARGO,
        derive: analysis::template,
        links: argo::template_links,
        ..KIND
    },
    Kind {
        name: "ClusterAnalysisTemplate",
        platform: "argo-rollouts",
        role: Role::Analysis,
        schema: "analysis-template/v1alpha1.json",
        mark: ARGO,
        derive: analysis::template,
        links: argo::template_links,
        ..KIND
    },
    Kind {
        name: "AnalysisRun",
        platform: "argo-rollouts",
        role: Role::Result,
        schema: "analysis-run/v1alpha1.json",
        mark: ARGO,
        ..KIND
    },
    Kind {
        name: "Experiment",
        platform: "argo-rollouts",
        role: Role::Rollout,
        schema: "argo-experiment/v1alpha1.json",
        mark: ARGO,
        derive: argo::experiment,
        links: argo::experiment_links,
        serves: argo::experiment_serves,
        ..KIND
    },
    Kind {
        name: "Canary",
        platform: "flagger",
        role: Role::Canary,
        schema: "canary/v1beta1.json",
        mark: Mark::Envelope("flagger.app", &["v1beta1"]),
        derive: flagger::canary,
        links: flagger::canary_links,
        ..KIND
    },
    Kind {
        name: "MetricTemplate",
        platform: "flagger",
        role: Role::Analysis,
        schema: "metric-template/v1beta1.json",
        mark: Mark::Envelope("flagger.app", &["v1beta1"]),
        derive: analysis::metric_template,
        ..KIND
    },
    Kind {
        name: "Deployment",
        platform: "deployment",
        schema: "deployment/v1.json",
        mark: Mark::Envelope("apps", &["v1"]),
        derive: kubernetes::deployment,
        links: kubernetes::controller_links,
        serves: kubernetes::serves_models,
        ..KIND
    },
    Kind {
        name: "StatefulSet",
        platform: "deployment",
        schema: "stateful-set/v1.json",
        mark: Mark::Envelope("apps", &["v1"]),
        derive: kubernetes::stateful_set,
        links: kubernetes::controller_links,
        serves: kubernetes::serves_models,
        ..KIND
    },
    Kind {
        name: "Service",
        schema: "service/v1.json",
        mark: Mark::Envelope("", &["v1"]),
        links: kubernetes::service_links,
        ..ROUTE
    },
    Kind {
        name: "HTTPRoute",
        mark: Mark::Envelope("gateway.networking.k8s.io", &["v1", "v1beta1"]),
        ..GATEWAY
    },
    Kind {
        name: "GRPCRoute",
        mark: Mark::Envelope("gateway.networking.k8s.io", &["v1"]),
        ..GATEWAY
    },
    Kind {
        name: "VirtualService",
        schema: "virtual-service/v1.json",
        derive: istio::virtual_service,
        links: istio::virtual_service_links,
        ..ISTIO
    },
    Kind {
        name: "DestinationRule",
        schema: "destination-rule/v1.json",
        links: istio::destination_rule_links,
        ..ISTIO
    },
    Kind {
        name: "Ingress",
        schema: "ingress/v1.json",
        mark: Mark::Envelope("networking.k8s.io", &["v1"]),
        derive: ingress::ingress,
        links: ingress::links,
        ..ROUTE
    },
    Kind {
        name: "InferencePool",
        schema: "inference-pool/v1.json",
        mark: Mark::Envelope("inference.networking.k8s.io", &["v1"]),
        derive: inference::pool,
        links: inference::pool_links,
        ..ROUTE
    },
    Kind {
        name: "InferencePool",
        schema: "inference-pool/v1alpha2.json",
        mark: Mark::Envelope("inference.networking.x-k8s.io", &["v1alpha2"]),
        derive: inference::early_pool,
        links: inference::early_pool_links,
        ..ROUTE
    },
    Kind {
        name: "InferenceObjective",
        schema: "inference-objective/v1alpha2.json",
        mark: Mark::Envelope("inference.networking.x-k8s.io", &["v1alpha2"]),
        links: inference::objective_links,
        ..ROUTE
    },
    Kind {
        name: "Service",
        platform: "knative",
        schema: "knative-service/v1.json",
        mark: Mark::Envelope("serving.knative.dev", &["v1"]),
        derive: knative::service,
        links: knative::links,
        serves: kubernetes::serves_models,
        ..KIND
    },
    Kind {
        name: "LeaderWorkerSet",
        platform: "leader-worker-set",
        schema: "leader-worker-set/v1.json",
        mark: Mark::Envelope("leaderworkerset.x-k8s.io", &["v1"]),
        derive: leader_worker::set,
        links: leader_worker::links,
        serves: leader_worker::serves_models,
        ..KIND
    },
    Kind {
        name: "NIMService",
        platform: "nim",
        schema: "nim-service/v1alpha1.json",
        mark: Mark::Envelope("apps.nvidia.com", &["v1alpha1"]),
        derive: nim::service,
        ..KIND
    },
    stacks::VLLM_RUNTIME,
    stacks::VALUES,
    stacks::STORM_SERVICE,
    stacks::POD_AUTOSCALER,
    stacks::GRAPH,
    Kind {
        name: "HorizontalPodAutoscaler",
        role: Role::Autoscaler,
        schema: "horizontal-pod-autoscaler/v2.json",
        mark: Mark::Envelope("autoscaling", &["v1", "v2"]),
        derive: kubernetes::autoscaler,
        links: kubernetes::autoscaler_links,
        ..KIND
    },
    Kind {
        name: "ScaledObject",
        role: Role::Autoscaler,
        schema: "scaled-object/v1alpha1.json",
        mark: Mark::Envelope("keda.sh", &["v1alpha1"]),
        derive: keda::scaled_object,
        links: keda::links,
        ..KIND
    },
    Kind {
        name: "PodDisruptionBudget",
        role: Role::Pdb,
        schema: "pod-disruption-budget/v1.json",
        mark: Mark::Envelope("policy", &["v1"]),
        derive: kubernetes::disruption_budget,
        links: kubernetes::budget_links,
        ..KIND
    },
    Kind {
        name: "PersistentVolumeClaim",
        role: Role::Volume,
        schema: "persistent-volume-claim/v1.json",
        mark: Mark::Envelope("", &["v1"]),
        ..KIND
    },
    Kind {
        name: "SLO",
        schema: "openslo-slo/v1.json",
        derive: openslo::slo,
        serves: |_| true,
        links: openslo::slo_links,
        ..OPENSLO
    },
    Kind {
        name: "AlertPolicy",
        role: Role::Alerts,
        schema: "openslo-alert-policy/v1.json",
        derive: openslo::policy,
        serves: |_| true,
        links: openslo::policy_links,
        ..OPENSLO
    },
    Kind {
        name: "AlertCondition",
        role: Role::Alerts,
        schema: "openslo-alert-condition/v1.json",
        derive: openslo::condition,
        serves: |_| true,
        ..OPENSLO
    },
    Kind {
        name: "SLI",
        ..OPENSLO
    },
    Kind {
        name: "Service",
        ..OPENSLO
    },
    Kind {
        name: "DataSource",
        ..OPENSLO
    },
    Kind {
        name: "AlertNotificationTarget",
        ..OPENSLO
    },
    Kind {
        name: "Sloth",
        platform: "sloth",
        role: Role::Slo,
        schema: "sloth/v1.json",
        mark: Mark::Shape(sloth::is_plain),
        derive: sloth::plain,
        links: sloth::plain_links,
        ..KIND
    },
    Kind {
        name: "PrometheusServiceLevel",
        platform: "sloth",
        role: Role::Slo,
        schema: "prometheus-service-level/v1.json",
        mark: Mark::Envelope("sloth.slok.dev", &["v1"]),
        derive: sloth::resource,
        links: sloth::resource_links,
        ..KIND
    },
    Kind {
        name: "ServiceLevelObjective",
        platform: "pyrra",
        role: Role::Slo,
        schema: "service-level-objective/v1alpha1.json",
        mark: Mark::Envelope("pyrra.dev", &["v1alpha1"]),
        derive: sloth::pyrra,
        ..KIND
    },
    Kind {
        name: "PrometheusRule",
        platform: "prometheus",
        role: Role::Alerts,
        schema: "prometheus-rule/v1.json",
        mark: Mark::Envelope("monitoring.coreos.com", &["v1"]),
        derive: prometheus::resource,
        links: prometheus::resource_links,
        serves: prometheus::is_about_objectives,
        ..KIND
    },
    Kind {
        name: "Prometheus rules",
        platform: "prometheus",
        role: Role::Alerts,
        schema: "prometheus-rules/v1.json",
        mark: Mark::Shape(prometheus::is_plain),
        derive: prometheus::plain,
        links: prometheus::plain_links,
        serves: prometheus::is_about_objectives,
        ..KIND
    },
    Kind {
        name: "Model",
        platform: "seldon",
        schema: "seldon-model/v1alpha1.json",
        mark: SELDON,
        derive: seldon::model,
        ..KIND
    },
    Kind {
        name: "Experiment",
        platform: "seldon",
        role: Role::Rollout,
        schema: "seldon-experiment/v1alpha1.json",
        mark: SELDON,
        derive: seldon::experiment,
        links: seldon::experiment_links,
        ..KIND
    },
    Kind {
        name: "RayService",
        platform: "ray-serve",
        schema: "ray-service/v1.json",
        mark: Mark::Envelope("ray.io", &["v1", "v1alpha1"]),
        derive: ray::service,
        embedded: Some(ray::CONFIG),
        ..KIND
    },
    Kind {
        name: "SageMaker DeploymentConfig",
        platform: "sagemaker",
        role: Role::Rollout,
        schema: "sagemaker-deployment-config/v1.json",
        mark: Mark::Shape(sagemaker::is_config),
        derive: sagemaker::deployment,
        links: sagemaker::links,
        ..KIND
    },
    Kind {
        name: "BentoML deployment",
        platform: "bentoml",
        schema: "bentoml-deployment/v1.json",
        mark: Mark::Shape(bentoml::is_deployment),
        derive: bentoml::deployment,
        links: bentoml::links,
        ..KIND
    },
    Kind {
        name: "Compose file",
        platform: "compose",
        schema: "compose/v1.json",
        mark: Mark::Shape(compose::is_ours),
        derive: compose::project,
        links: compose::links,
        ..KIND
    },
    Kind {
        name: "Triton config.pbtxt",
        platform: "triton",
        role: Role::Batching,
        schema: "triton-model-config/v1.json",
        mark: Mark::Shape(triton::is_config),
        derive: triton::config,
        links: triton::links,
        named_by_folder: true,
        ..KIND
    },
];
