//! The normal form of manifests, as serde writes it for rules.
//!
//! What a manifest does not say is absent. A [`Placed`] value stands beside the path to what it was
//! read from.

mod objective;
mod query;
mod resource;
mod route;
mod shift;

pub use objective::{BurnFacts, GeneratedFacts, ObjectiveFacts, PartFacts};
pub use query::{FallbackFacts, NeverFacts, QueryFacts, QueryFaultFacts};
pub use resource::ResourceFacts;
pub use route::{BackendFacts, PoolFacts, RouteFacts};
pub use shift::{
    BackgroundFacts, BoundFacts, CandidateFacts, MetricFacts, ShiftFacts, StepFacts, TemplateFacts,
};

use crate::{
    document::Pointer,
    document::Spot,
    facts::{Number, NumberOrText, Placed, unless_empty},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value as Json;
use std::{borrow::Cow, collections::BTreeMap};

/// Labels of Kubernetes: names and their values.
pub type Labels = Json;

/// Those labels whose values are texts; Kubernetes takes no others.
pub(super) fn texts(labels: &Spot<'_>) -> Labels {
    let mut texts = serde_json::Map::new();
    for (name, value) in labels.entries() {
        if let Some(text) = value.text() {
            texts.insert(name.to_owned(), text.into());
        }
    }
    texts.into()
}

/// Writes a value over another one; what is absent leaves what stands there.
pub(super) fn put<T, V: Into<T>>(slot: &mut Option<T>, value: Option<V>) {
    if let Some(value) = value {
        *slot = Some(value.into());
    }
}

/// What a manifest says, in one shape whatever the platform: `facts` of an artifact. Values that rules
/// compare stand beside the path to what they were read from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ManifestFacts {
    /// The kind, such as `InferenceService` or `SageMaker DeploymentConfig`.
    pub kind: &'static str,
    /// The platform that it belongs to, in the words of `spec.serving.platform` where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<&'static str>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The namespace that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `preset` where the platform supplies image, arguments and probes, so that their absence means nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness: Option<&'static str>,
    /// The runtime of an InferenceService, where its manifest is at hand: the pod is then what KServe makes of both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<RuntimeFacts>,
    /// The pods that serve, and how many there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<WorkloadFacts>,
    /// The pods that serve, with their containers and where they can run; none where another manifest describes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pods: Vec<PodFacts>,
    /// The deployments of Ray Serve, in the order of the configuration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deployments: Vec<DeploymentFacts>,
    /// How the server batches requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batching: Option<BatchingFacts>,
    /// How traffic moves from one revision to the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<ShiftFacts>,
    /// The metrics that judge a rollout, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub analyses: Vec<MetricFacts>,
    /// The objectives, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slos: Vec<ObjectiveFacts>,
    /// The alerts, in their order; one entry for each burn rate of an expression.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<BurnFacts>,
    /// The queries, in their order: of analyses and objectives all, of alerts and recorded rules those that something is to be said about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<QueryFacts>,
    /// The names of alert policies that an objective refers to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alert_policies: Vec<String>,
    /// The names of alert conditions that a policy refers to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alert_conditions: Vec<String>,
    /// What an autoscaler scales, and how far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoscaler: Option<AutoscalerFacts>,
    /// What a PodDisruptionBudget allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pdb: Option<PdbFacts>,
    /// The ways by which requests reach backends, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteFacts>,
    /// The servers between which an InferencePool chooses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolFacts>,
    /// True where the manifest does not fit its schema; then nothing else of it is known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub broken: bool,
    /// What it is for in this review: `workload`, `stable-workload`, `rollout`, `analysis`, `canary`, `slo`, `alerts`, `batching`, `pdb`, `autoscaler`, `route`, `volume`, `runtime` or `result`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The path of its file, as findings print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// True where the specification names it in `spec.artifacts`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub declared: bool,
}

impl ManifestFacts {
    /// Those of a manifest that does not fit its schema, so that no more of it is known.
    pub fn broken(kind: &'static str) -> Self {
        Self {
            kind,
            broken: true,
            ..Self::default()
        }
    }

    /// The facts as rules read them, a JSON object.
    pub fn to_json(&self) -> Json {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// The pods that serve, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct WorkloadFacts {
    /// The path to what the other values come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// The deployment mode of KServe: `Standard`, `Knative` or another word of the annotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Placed<String>>,
    /// True where an annotation stops the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Placed<bool>>,
    /// The number of replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<Placed<Number>>,
    /// The fewest replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<Placed<Number>>,
    /// The most replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_replicas: Option<Placed<Number>>,
    /// True where an autoscaler changes the number of replicas.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub autoscaled: bool,
    /// The path to the settings of the autoscaler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaler: Option<Pointer>,
    /// What the autoscaler watches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_metric: Option<Placed<String>>,
    /// The value that the autoscaler aims at, in the unit of its metric: a count, percent, or requests in flight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_target: Option<Placed<Number>>,
    /// The percentage of traffic that the newest revision receives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canary_traffic_percent: Option<Placed<Number>>,
    /// The number of requests that a replica admits at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Placed<Number>>,
    /// Seconds until a request times out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<Placed<Number>>,
    /// Seconds until a request times out whose answer has not begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_start_seconds: Option<Placed<Number>>,
    /// Seconds that a new revision has to become ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress_deadline_seconds: Option<Placed<Number>>,
    /// The number of old revisions that are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision_history_limit: Option<Placed<Number>>,
    /// The type of the update strategy, such as `RollingUpdate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_type: Option<Placed<String>>,
    /// Replicas beyond the wanted number during an update: a count, or a percentage as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_surge: Option<Placed<NumberOrText>>,
    /// Replicas that may be missing during an update: a count, or a percentage as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<Placed<NumberOrText>>,
    /// The number of GPUs of a pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus: Option<Placed<Number>>,
    /// The number of sequences that the engine batches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_num_seqs: Option<Placed<Number>>,
    /// The number of tokens of a sequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_model_len: Option<Placed<Number>>,
    /// The share of GPU memory that the engine uses, in (0,1].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_memory_utilization: Option<Placed<Number>>,
    /// The port on which the engine listens, where an argument or a variable of it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<Placed<Number>>,
    /// The arguments of the engine that change what is measured, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<ArgumentFacts>,
    /// The number of GPUs over which each layer is split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tensor: Option<Placed<Number>>,
    /// The number of stages over which the layers are split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<Placed<Number>>,
    /// The number of copies of the engine in one replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Placed<Number>>,
    /// The number of pods of one replica, where it spans several nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Placed<Number>>,
    /// The path to the worker pods of a replica that spans several nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker: Option<Pointer>,
    /// Seconds that the startup probe grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub startup_seconds: Option<Placed<Number>>,
    /// Seconds after which the liveness probe ends a container that does not answer, where no startup probe holds it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness_seconds: Option<Placed<Number>>,
    /// Seconds that the hook before the stop sleeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_stop_seconds: Option<Placed<Number>>,
    /// Seconds of the termination grace period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_seconds: Option<Placed<Number>>,
    /// The images, that of the container that serves first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Placed<String>>,
    /// Where the models come from: URIs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<Placed<String>>,
    /// Where replicas load their code from when they start: URIs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code: Vec<Placed<String>>,
    /// What the containers ask for, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceFacts>,
    /// The name of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<Placed<String>>,
    /// The weight of its route, as a share of the weights of its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Placed<Number>>,
    /// The group of routes between which traffic is split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Placed<String>>,
    /// The labels of the pods: names and their values.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub labels: Option<Labels>,
    /// The same of the pods that only process prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Box<Prefill>>,
    /// True where the pods come from another manifest that it refers to.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

impl WorkloadFacts {
    /// Those of several servers that one manifest describes: of more than one the images, models and arguments, because no
    /// number is that of all.
    pub(super) fn of_all(read: Vec<Self>) -> Self {
        let mut read = read.into_iter();
        let mut all = read.next().unwrap_or_default();
        for more in read {
            all = Self {
                images: [all.images, more.images].concat(),
                models: [all.models, more.models].concat(),
                arguments: [all.arguments, more.arguments].concat(),
                ..Self::default()
            };
        }
        all
    }
}

/// Pods of a workload.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PodFacts {
    /// The path to their specification.
    pub at: Pointer,
    /// The regions in which they can run, sorted; absent where nothing limits them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regions: Option<Vec<String>>,
    /// The paths to the containers that serve a model, and to the `model` of a predictor of KServe.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<Pointer>,
}

/// The runtime that an InferenceService names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct RuntimeFacts {
    /// `ServingRuntime` or `ClusterServingRuntime`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// The path to its name in the InferenceService.
    pub at: Pointer,
}

/// An argument of an inference engine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ArgumentFacts {
    /// Its name without dashes before it, such as `kv-cache-dtype`.
    pub name: &'static str,
    /// Its value as it is written; `true` for a switch.
    pub value: String,
    /// The path to it.
    pub at: Pointer,
}

/// Pods that only process prompts: a workload that has no such pods of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Prefill(pub WorkloadFacts);

impl JsonSchema for Prefill {
    fn schema_name() -> Cow<'static, str> {
        "PrefillFacts".into()
    }

    /// OPA has no type that holds itself.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = WorkloadFacts::json_schema(generator);
        let fields = schema.get_mut("properties").and_then(Json::as_object_mut);
        if let Some(fields) = fields {
            fields.remove("prefill");
        }
        schema
    }
}

/// One deployment of Ray Serve.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct DeploymentFacts {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The path to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// The number of requests that a replica admits at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Placed<Number>>,
    /// The number of replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<Placed<Number>>,
    /// True where an autoscaler changes the number of replicas.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub autoscaled: bool,
    /// The path to the settings of the autoscaler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaler: Option<Pointer>,
    /// The fewest replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<Placed<Number>>,
    /// The most replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_replicas: Option<Placed<Number>>,
    /// The number of requests in flight for each replica that the autoscaler aims at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_target: Option<Placed<Number>>,
}

/// How the server batches requests.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct BatchingFacts {
    /// The path to the settings of dynamic batching.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// The number of requests in the largest batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch_size: Option<Placed<Number>>,
    /// Seconds that a request waits for a batch to fill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_queue_delay_seconds: Option<Placed<Number>>,
    /// The numbers of requests in the batches that are preferred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preferred: Vec<Number>,
    /// The number of instances of the model on each GPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<Placed<Number>>,
}

/// What an autoscaler scales, and how far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct AutoscalerFacts {
    /// The path to its settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// The workload that it scales.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetFacts>,
    /// The fewest replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Placed<Number>>,
    /// The most replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Placed<Number>>,
}

/// A workload that another manifest names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct TargetFacts {
    /// Its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl TargetFacts {
    /// What a reference of Kubernetes names; `None` where it names nothing.
    pub(super) fn of(reference: &Spot<'_>) -> Option<Self> {
        unless_empty(Self {
            kind: reference.string_at(&["kind"]),
            name: reference.string_at(&["name"]),
        })
    }
}

/// What a PodDisruptionBudget allows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PdbFacts {
    /// The path to its settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// Pods that must remain: a count, or a percentage as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_available: Option<Placed<NumberOrText>>,
    /// Pods that may be missing: a count, or a percentage as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<Placed<NumberOrText>>,
    /// The labels of the pods that it protects: names and their values.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub labels: Option<Labels>,
}
