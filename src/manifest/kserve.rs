//! KServe: InferenceService v1beta1.

mod llm;

pub(super) use llm::{llm_inference_service, llm_links};

use super::{
    facts::{
        BatchingFacts, CandidateFacts, ManifestFacts, ShiftFacts, StepFacts, WorkloadFacts, put,
    },
    links,
    links::Links,
    pod,
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
    let mut workload = WorkloadFacts {
        at: Some(predictor.at.clone()),
        ..WorkloadFacts::default()
    };
    put(&mut workload.mode, root.find(MODE).as_ref().and_then(mode));
    put(&mut workload.stopped, stopped(root));
    let number = |key: &str| predictor.placed_number_at(&[key]);
    put(&mut workload.min_replicas, number("minReplicas"));
    put(
        &mut workload.canary_traffic_percent,
        number("canaryTrafficPercent"),
    );
    // The API's zero value: no limit of its own.
    put(
        &mut workload.max_replicas,
        positive(&predictor, "maxReplicas"),
    );
    put(&mut workload.concurrency, number("containerConcurrency"));
    put(
        &mut workload.timeout_seconds,
        predictor.placed_seconds_at(&["timeout"]),
    );
    scaling(root, &predictor, &mut workload);
    let deadline = annotation(root, "serving.knative.dev/progress-deadline");
    put(
        &mut workload.progress_deadline_seconds,
        deadline.and_then(|text| text.placed_seconds()),
    );
    strategy(&predictor, "deploymentStrategy", &mut workload);
    pod::pod(&predictor, &mut workload);
    let framework = model(&predictor, &mut workload);
    workers(&predictor, &mut workload);
    put(
        &mut workload.labels,
        predictor.get("labels").map(|labels| labels.value.to_json()),
    );
    facts.workload = unless_empty(workload);
    // With a model of a framework, the runtime of the cluster supplies image, arguments and probes.
    if framework || predictor.get("containers").is_none() {
        put(&mut facts.readiness, Some("preset"));
    }
    facts.batching = unless_empty(batcher(&predictor));
    facts.rollout = unless_empty(canary(root, &predictor));
}

/// An InferenceService by its name, with the labels that KServe gives to its pods.
pub(super) fn inference_service_links(root: &Node) -> Links<'_> {
    let links = links::named(root);
    let name = links.name.unwrap_or_default();
    Links {
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

/// What the autoscaler watches and aims at: the fields, else the first of `autoScaling.metrics`,
/// else the annotations of Knative.
fn scaling(root: &Spot<'_>, predictor: &Spot<'_>, workload: &mut WorkloadFacts) {
    let metrics = predictor.items_at(&["autoScaling", "metrics"]);
    let listed = metrics.first();
    let source = listed.and_then(|metric| {
        ["resource", "podmetric", "external"]
            .iter()
            .find_map(|kind| metric.get(kind))
    });
    let watched = predictor
        .get("scaleMetric")
        .or_else(|| source.as_ref().and_then(|source| source.get("name")))
        .or_else(|| {
            source
                .as_ref()
                .and_then(|source| source.find(&["metric", "query"]))
        })
        .or_else(|| annotation(root, "autoscaling.knative.dev/metric"));
    put(
        &mut workload.scale_metric,
        watched.and_then(|metric| metric.placed_text()),
    );
    let aim = source.and_then(|source| {
        let target = source.get("target")?;
        ["averageUtilization", "averageValue", "value"]
            .iter()
            .find_map(|key| target.get(key))
    });
    let aim = predictor
        .get("scaleTarget")
        .or(aim)
        .or_else(|| annotation(root, "autoscaling.knative.dev/target"));
    put(
        &mut workload.scale_target,
        aim.and_then(|target| target.placed_quantity()),
    );
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
    let mut batching = BatchingFacts::default();
    let Some(batcher) = predictor.get("batcher") else {
        return batching;
    };
    put(
        &mut batching.max_batch_size,
        batcher.placed_number_at(&["maxBatchSize"]),
    );
    let delay = batcher
        .get("maxLatency")
        .and_then(|delay| Some((delay.number()? / 1000.0, delay.at)));
    put(
        &mut batching.max_queue_delay_seconds,
        delay.and_then(|(seconds, at)| Placed::number(seconds, &at)),
    );
    batching
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
    let share = |key: &str| {
        let value = rolling.get(key)?;
        value.placed_number_or_text()
    };
    put(&mut workload.max_surge, share("maxSurge"));
    put(&mut workload.max_unavailable, share("maxUnavailable"));
}

/// The model: where it comes from, and the container that its entry describes. Answers whether
/// there is one: then the cluster's runtime stands behind it.
fn model(predictor: &Spot<'_>, workload: &mut WorkloadFacts) -> bool {
    let mut models = Vec::new();
    let frameworks: Vec<Spot<'_>> = FRAMEWORKS
        .iter()
        .filter_map(|key| predictor.get(key))
        .collect();
    for framework in &frameworks {
        models.extend(framework.placed_text_at(&["storageUri"]));
        pod::container(framework, workload);
        // It is the one that serves, so it stands before the sidecars.
        if let Some(image) = framework.placed_text_at(&["image"]) {
            workload.images.insert(0, image);
        }
    }
    let sources = predictor.items_at(&["storageUris"]);
    models.extend(
        sources
            .iter()
            .filter_map(|source| source.get("uri").unwrap_or(source.clone()).placed_text()),
    );
    workload.models.extend(models);
    !frameworks.is_empty()
}

/// The canary of either form: `canaryTrafficPercent`, or `spec.canary[]` since 0.20.
fn canary(root: &Spot<'_>, predictor: &Spot<'_>) -> ShiftFacts {
    let mut rollout = ShiftFacts::default();
    let candidates = root.items_at(&["spec", "canary"]);
    let percent = predictor.get("canaryTrafficPercent");
    let weights: Vec<Spot<'_>> = match percent {
        Some(percent) => vec![percent],
        None => candidates
            .iter()
            .filter_map(|candidate| candidate.get("trafficPercent"))
            .collect(),
    };
    let Some(first) = weights.first() else {
        return rollout;
    };
    rollout.at = Some(first.at.clone());
    put(
        &mut rollout.strategy,
        Some(Placed::new("canary", &first.at)),
    );
    rollout.traffic_routing = true;
    let sum: f64 = weights.iter().filter_map(Spot::number).sum();
    let step = StepFacts {
        weight: Number::of(Some(sum)),
        at: Some(first.at.clone()),
        ..StepFacts::default()
    };
    rollout.steps = vec![step];
    let named = candidates.iter().map(|candidate| {
        let mut sheet = CandidateFacts::default();
        let name = candidate.text_at(&["predictor", "name"]);
        put(&mut sheet.name, name);
        sheet.weight = Number::of(candidate.number_at(&["trafficPercent"]));
        sheet.at = Some(candidate.at.clone());
        sheet
    });
    rollout.candidates = named.collect();
    rollout
}
