//! KServe: InferenceService v1beta1.

mod llm;
mod merged;
mod runtime;

pub(super) use llm::{llm_inference_service, llm_links};
pub use merged::{MergedPod, POD, PodOrigin};
pub(super) use runtime::runtime;
pub use runtime::{RUNTIMES, is_mergeable, named_runtime};

use super::{
    facts::{
        BatchingFacts, CandidateFacts, ManifestFacts, PodFacts, ShiftFacts, StepFacts,
        WorkloadFacts, put, texts,
    },
    links,
    links::Links,
    placement, pod, resources,
};
use crate::{
    document::{Node, Spot},
    facts::{Number, Placed, unless_empty},
};

const MODE: &[&str] = &[
    "metadata",
    "annotations",
    "serving.kserve.io/deploymentMode",
];
const STOP: &[&str] = &["metadata", "annotations", "serving.kserve.io/stop"];
/// Where Knative's own settings may stand: on the object, or on the predictor's pods.
const ANNOTATIONS: [&[&str]; 2] = [
    &["spec", "predictor", "annotations"],
    &["metadata", "annotations"],
];

/// Keys of a predictor that name a framework and hold a container, from before `model`.
const FRAMEWORKS: [&str; 11] = [
    "model",
    "sklearn",
    "xgboost",
    "tensorflow",
    "pytorch",
    "triton",
    "onnx",
    "huggingface",
    "lightgbm",
    "pmml",
    "paddle",
];

/// Writes the facts of an InferenceService. Its transformer and its explainer are not read.
pub(super) fn inference_service(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(predictor) = root.find(&["spec", "predictor"]) else {
        return;
    };
    let mut workload = scaled(root, &predictor);
    // In this order: a framework's entry may write over the pod, and workers over both.
    pod::pod(&predictor, &mut workload);
    let framework = model(&predictor, &mut workload);
    workers(&predictor, &mut workload);
    facts.workload = unless_empty(workload);
    // With a model of a framework, the runtime of the cluster supplies image, arguments and probes.
    if framework || predictor.get("containers").is_none() {
        facts.readiness = Some("preset");
    }
    facts.batching = unless_empty(batcher(&predictor));
    facts.rollout = unless_empty(canary(root, &predictor));
}

/// Writes the facts of an InferenceService whose runtime is at hand: those of the pod that KServe makes of both.
pub(super) fn with_runtime(
    root: &Spot<'_>,
    pod: &MergedPod,
    runtime: &Node,
    facts: &mut ManifestFacts,
) {
    let merged = Spot::root(&pod.root);
    let (Some(predictor), Some(merged)) = (root.find(&["spec", "predictor"]), merged.get(POD))
    else {
        return;
    };
    let mut workload = scaled(root, &predictor);
    pod::pod(&merged, &mut workload);
    let uri = predictor.placed_text_at(&["model", "storageUri"]);
    workload.models.extend(uri);
    sources(&predictor, &mut workload);
    facts.workload = unless_empty(workload);
    facts.readiness = None;
    facts.runtime = runtime::facts(root, runtime);
    let containers = merged.items_at(&["containers"]);
    let server = containers.into_iter().take(1);
    facts.pods = placement::pods(root, facts);
    facts.pods.retain(|pod| pod.at != predictor.at);
    let merged = PodFacts {
        servers: server.map(|server| server.at).collect(),
        ..placement::pod(&merged)
    };
    facts.pods.insert(0, merged);
}

/// What an InferenceService says of its replicas and requests, without their pods.
fn scaled(root: &Spot<'_>, predictor: &Spot<'_>) -> WorkloadFacts {
    let deadline = annotation(root, "serving.knative.dev/progress-deadline");
    let labels = predictor.get("labels");
    let mut workload = WorkloadFacts {
        at: Some(predictor.at.clone()),
        mode: root.find(MODE).as_ref().and_then(mode),
        stopped: stopped(root),
        min_replicas: predictor.placed_number_at(&["minReplicas"]),
        canary_traffic_percent: predictor.placed_number_at(&["canaryTrafficPercent"]),
        max_replicas: positive(predictor, "maxReplicas"),
        concurrency: predictor.placed_number_at(&["containerConcurrency"]),
        timeout_seconds: predictor.placed_seconds_at(&["timeout"]),
        scale_metric: watched(root, predictor),
        scale_target: aim(root, predictor),
        progress_deadline_seconds: deadline.and_then(|text| text.placed_seconds()),
        labels: labels.as_ref().map(texts),
        ..WorkloadFacts::default()
    };
    strategy(predictor, "deploymentStrategy", &mut workload);
    workload
}

/// An InferenceService by its name, with the runtime that it names and the labels that KServe gives to its pods.
pub(super) fn inference_service_links(root: &Node) -> Links<'_> {
    let links = links::named(root);
    let name = links.name.unwrap_or_default();
    let runtime = named_runtime(root);
    Links {
        targets: RUNTIMES
            .iter()
            .flat_map(|kind| Some((*kind, runtime?)))
            .collect(),
        pod_labels: root.at(&["spec", "predictor", "labels"]),
        given_labels: vec![
            ("serving.kserve.io/inferenceservice", name),
            ("component", "predictor"),
        ],
        ..links
    }
}

/// The annotation that stops a service.
fn stopped(root: &Spot<'_>) -> Option<Placed<bool>> {
    root.find(STOP)
        .filter(Spot::is_true)
        .map(|stop| Placed::new(true, &stop.at))
}

/// A number above 0. The API's zero value means that there is no limit of its own.
fn positive(parent: &Spot<'_>, key: &str) -> Option<Placed<Number>> {
    let value = parent.get(key)?;
    value.number().filter(|number| *number > 0.0)?;
    value.placed_number()
}

/// An annotation that acts on the predictor's revision.
fn annotation<'n>(root: &Spot<'n>, name: &str) -> Option<Spot<'n>> {
    ANNOTATIONS
        .iter()
        .find_map(|path| root.find(path)?.get(name))
}

/// What the autoscaler watches: the field, else the first of `autoScaling.metrics`, else the
/// annotation of Knative.
fn watched(root: &Spot<'_>, predictor: &Spot<'_>) -> Option<Placed<String>> {
    if let Some(metric) = predictor.get("scaleMetric") {
        return metric.placed_text();
    }
    let source = source(predictor);
    let listed = source.and_then(|source| {
        let name = source.get("name");
        name.or_else(|| source.find(&["metric", "query"]))
    });
    let metric = listed.or_else(|| annotation(root, "autoscaling.knative.dev/metric"));
    metric?.placed_text()
}

/// What the autoscaler aims at, from the same places in the same order.
fn aim(root: &Spot<'_>, predictor: &Spot<'_>) -> Option<Placed<Number>> {
    if let Some(target) = predictor.get("scaleTarget") {
        return target.placed_quantity();
    }
    let target = source(predictor).and_then(|source| source.get("target"));
    let keys = ["averageUtilization", "averageValue", "value"];
    let listed = target.and_then(|target| first_of(&target, &keys));
    let aim = listed.or_else(|| annotation(root, "autoscaling.knative.dev/target"));
    aim?.placed_quantity()
}

/// The first metric of the autoscaler, of whichever type.
fn source<'n>(predictor: &Spot<'n>) -> Option<Spot<'n>> {
    let metrics = predictor.items_at(&["autoScaling", "metrics"]);
    first_of(metrics.first()?, &["resource", "podmetric", "external"])
}

fn first_of<'n>(holder: &Spot<'n>, keys: &[&str]) -> Option<Spot<'n>> {
    keys.iter().find_map(|key| holder.get(key))
}

/// A replica that spans several nodes: as many pods as there are pipeline stages, each with the
/// GPUs of one stage.
fn workers(predictor: &Spot<'_>, workload: &mut WorkloadFacts) {
    let Some(workers) = predictor.get("workerSpec") else {
        return;
    };
    let size = |key: &str| workers.placed_number_at(&[key]);
    put(&mut workload.tensor, size("tensorParallelSize"));
    put(&mut workload.pipeline, size("pipelineParallelSize"));
    put(&mut workload.nodes, size("pipelineParallelSize"));
    workload.worker = Some(workers.at.clone());
    add_images(workload, pod::images(&workers));
}

/// The batcher of the model agent; its latency is in milliseconds.
fn batcher(predictor: &Spot<'_>) -> BatchingFacts {
    let latency = predictor.find(&["batcher", "maxLatency"]);
    BatchingFacts {
        max_batch_size: predictor.placed_number_at(&["batcher", "maxBatchSize"]),
        max_queue_delay_seconds: latency
            .and_then(|delay| Placed::number(delay.number()? / 1000.0, &delay.at)),
        ..BatchingFacts::default()
    }
}

/// Further images beside those that are known.
fn add_images(workload: &mut WorkloadFacts, more: Vec<Placed<String>>) {
    workload.images.extend(more);
}

/// The mode in today's words: `RawDeployment` and `Serverless` are what they were called before.
fn mode(annotation: &Spot<'_>) -> Option<Placed<String>> {
    let word = match annotation.text()? {
        "RawDeployment" => "Standard",
        "Serverless" => "Knative",
        other => other,
    };
    Some(Placed::new(word.to_owned(), &annotation.at))
}

/// `maxSurge` and `maxUnavailable` of a rolling update, wherever a platform keeps them.
pub(super) fn strategy(parent: &Spot<'_>, key: &str, workload: &mut WorkloadFacts) {
    let Some(strategy) = parent.get(key) else {
        return;
    };
    put(
        &mut workload.strategy_type,
        strategy.placed_text_at(&["type"]),
    );
    let rolling = strategy.get("rollingUpdate").unwrap_or(strategy);
    surge(&rolling, workload);
}

/// `maxSurge` and `maxUnavailable` of an update.
pub(super) fn surge(rolling: &Spot<'_>, workload: &mut WorkloadFacts) {
    workload.max_surge = rolling.placed_number_or_text_at(&["maxSurge"]);
    workload.max_unavailable = rolling.placed_number_or_text_at(&["maxUnavailable"]);
}

/// The model: where it comes from, and the container that its entry describes. Answers whether
/// there is one: then the cluster's runtime stands behind it.
fn model(predictor: &Spot<'_>, workload: &mut WorkloadFacts) -> bool {
    let mut has_framework = false;
    for key in FRAMEWORKS {
        let Some(framework) = predictor.get(key) else {
            continue;
        };
        has_framework = true;
        workload
            .models
            .extend(framework.placed_text_at(&["storageUri"]));
        pod::container(&framework, workload);
        workload.resources.extend(resources::of(&framework));
        // It is the one that serves, so it stands before the sidecars.
        if let Some(image) = framework.placed_text_at(&["image"]) {
            workload.images.insert(0, image);
        }
    }
    sources(predictor, workload);
    has_framework
}

/// Further places that a model comes from.
fn sources(predictor: &Spot<'_>, workload: &mut WorkloadFacts) {
    for source in predictor.items_at(&["storageUris"]) {
        let uri = source.get("uri").unwrap_or(source);
        workload.models.extend(uri.placed_text());
    }
}

/// The canary of either form: `canaryTrafficPercent`, or `spec.canary[]` since 0.20.
fn canary(root: &Spot<'_>, predictor: &Spot<'_>) -> ShiftFacts {
    let listed = root.items_at(&["spec", "canary"]);
    let weights: Vec<Spot<'_>> = match predictor.get("canaryTrafficPercent") {
        Some(percent) => vec![percent],
        None => listed
            .iter()
            .filter_map(|candidate| candidate.get("trafficPercent"))
            .collect(),
    };
    let Some(first) = weights.first() else {
        return ShiftFacts::default();
    };
    // Of several candidates at once the shares add up: so much leaves the stable revision.
    let sum: f64 = weights.iter().filter_map(Spot::number).sum();
    ShiftFacts {
        at: Some(first.at.clone()),
        strategy: Some(Placed::new("canary", &first.at)),
        traffic_routing: true,
        steps: vec![StepFacts {
            weight: Number::new(sum),
            at: Some(first.at.clone()),
            ..StepFacts::default()
        }],
        candidates: listed.iter().map(candidate).collect(),
        ..ShiftFacts::default()
    }
}

fn candidate(candidate: &Spot<'_>) -> CandidateFacts {
    CandidateFacts {
        name: candidate.string_at(&["predictor", "name"]),
        weight: Number::of(candidate.number_at(&["trafficPercent"])),
        at: Some(candidate.at.clone()),
    }
}
