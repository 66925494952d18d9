//! The kinds of stacks around inference engines.

use super::{
    super::{
        super::{aibrix, dynamo, kubernetes, production_stack},
        Kind, Mark, Role,
    },
    KIND,
};

/// A server of the operator of the production stack.
pub(super) const VLLM_RUNTIME: Kind = Kind {
    name: "VLLMRuntime",
    platform: "production-stack",
    schema: "vllm-runtime/v1alpha1.json",
    mark: Mark::Envelope("production-stack.vllm.ai", &["v1alpha1"]),
    derive: production_stack::runtime,
    links: production_stack::runtime_links,
    ..KIND
};

/// The values of the chart of the production stack.
pub(super) const VALUES: Kind = Kind {
    name: "production-stack values",
    platform: "production-stack",
    schema: "production-stack-values/v1.json",
    mark: Mark::Shape(production_stack::is_values),
    derive: production_stack::values,
    links: production_stack::values_links,
    ..KIND
};

/// Groups of pods of AIBrix.
pub(super) const STORM_SERVICE: Kind = Kind {
    name: "StormService",
    platform: "aibrix",
    schema: "storm-service/v1alpha1.json",
    mark: Mark::Envelope("orchestration.aibrix.ai", &["v1alpha1"]),
    derive: aibrix::storm_service,
    links: aibrix::links,
    serves: aibrix::serves_models,
    ..KIND
};

/// The autoscaler of AIBrix.
pub(super) const POD_AUTOSCALER: Kind = Kind {
    name: "PodAutoscaler",
    platform: "aibrix",
    role: Role::Autoscaler,
    schema: "pod-autoscaler/v1alpha1.json",
    mark: Mark::Envelope("autoscaling.aibrix.ai", &["v1alpha1"]),
    derive: kubernetes::autoscaler,
    links: kubernetes::autoscaler_links,
    ..KIND
};

/// A graph of NVIDIA Dynamo.
pub(super) const GRAPH: Kind = Kind {
    name: "DynamoGraphDeployment",
    platform: "dynamo",
    schema: "dynamo-graph-deployment/v1.json",
    mark: Mark::Envelope("nvidia.com", &["v1alpha1", "v1beta1"]),
    derive: dynamo::graph,
    ..KIND
};
