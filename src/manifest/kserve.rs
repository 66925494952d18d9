//! KServe: InferenceService v1beta1.

mod llm;

pub(super) use llm::{llm_inference_service, llm_links};

use super::{links, links::Links, pod};
use crate::{
    document::Node,
    facts::sheet::{Placed, Sheet, Spot},
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
pub(super) fn inference_service(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(predictor) = root.find(&["spec", "predictor"]) else {
        return;
    };
    let mut workload = Sheet::default();
    workload.path("at", &predictor.at);
    workload.placed("mode", root.find(MODE).as_ref().and_then(mode));
    workload.placed("stopped", stopped(root));
    let number = |key: &str| predictor.get(key).and_then(|value| value.placed_number());
    for key in ["minReplicas", "canaryTrafficPercent"] {
        workload.placed(key, number(key));
    }
    // The API's zero value: no limit of its own.
    workload.placed("maxReplicas", positive(&predictor, "maxReplicas"));
    workload.placed("concurrency", number("containerConcurrency"));
    workload.placed(
        "timeoutSeconds",
        predictor
            .get("timeout")
            .and_then(|timeout| timeout.placed_seconds()),
    );
    scaling(root, &predictor, &mut workload);
    let deadline = annotation(root, "serving.knative.dev/progress-deadline");
    workload.placed(
        "progressDeadlineSeconds",
        deadline.and_then(|text| text.placed_seconds()),
    );
    strategy(&predictor, "deploymentStrategy", &mut workload);
    pod::pod(&predictor, &mut workload);
    let framework = model(&predictor, &mut workload);
    workers(&predictor, &mut workload);
    workload.json(
        "labels",
        predictor.get("labels").map(|labels| labels.node.to_json()),
    );
    facts.sheet("workload", workload);
    // With a model of a framework, the runtime of the cluster supplies image, arguments and probes.
    if framework || predictor.get("containers").is_none() {
        facts.text("readiness", Some("preset"));
    }
    facts.sheet("batching", batcher(&predictor));
    facts.sheet("rollout", canary(root, &predictor));
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
fn stopped(root: &Spot<'_>) -> Option<Placed> {
    root.find(STOP)
        .filter(Spot::is_true)
        .map(|stop| Placed::new(true, &stop.at))
}

fn positive(parent: &Spot<'_>, key: &str) -> Option<Placed> {
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
fn scaling(root: &Spot<'_>, predictor: &Spot<'_>, workload: &mut Sheet) {
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
    workload.placed(
        "scaleMetric",
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
    workload.placed(
        "scaleTarget",
        aim.and_then(|target| target.placed_quantity()),
    );
}

/// A replica that spans several nodes: as many pods as there are pipeline stages, each with the
/// GPUs of one stage.
fn workers(predictor: &Spot<'_>, workload: &mut Sheet) {
    let Some(workers) = predictor.get("workerSpec") else {
        return;
    };
    for (key, name) in [
        ("tensor", "tensorParallelSize"),
        ("pipeline", "pipelineParallelSize"),
    ] {
        if let Some(size) = workers.get(name).and_then(|size| size.placed_number()) {
            workload.placed(key, Some(size));
        }
    }
    workload.placed(
        "nodes",
        workers
            .get("pipelineParallelSize")
            .and_then(|size| size.placed_number()),
    );
    workload.path("worker", &workers.at);
    add_images(workload, pod::images(&workers));
}

/// The batcher of the model agent; its latency is in milliseconds.
fn batcher(predictor: &Spot<'_>) -> Sheet {
    let mut batching = Sheet::default();
    let Some(batcher) = predictor.get("batcher") else {
        return batching;
    };
    batching.placed(
        "maxBatchSize",
        batcher
            .get("maxBatchSize")
            .and_then(|size| size.placed_number()),
    );
    let delay = batcher
        .get("maxLatency")
        .and_then(|delay| Some((delay.number()? / 1000.0, delay.at)));
    batching.placed(
        "maxQueueDelaySeconds",
        delay.and_then(|(seconds, at)| Placed::number(seconds, &at)),
    );
    batching
}

/// Further images beside those that are known.
fn add_images(workload: &mut Sheet, more: Vec<Placed>) {
    for image in more {
        workload.push("images", image);
    }
}

/// The mode in today's words: `RawDeployment` and `Serverless` are what they were called before.
fn mode(annotation: &Spot<'_>) -> Option<Placed> {
    let word = match annotation.text()? {
        "RawDeployment" => "Standard",
        "Serverless" => "Knative",
        other => other,
    };
    Some(Placed::new(word, &annotation.at))
}

/// `maxSurge` and `maxUnavailable` of a rolling update, wherever a platform keeps them.
pub(super) fn strategy(parent: &Spot<'_>, key: &str, workload: &mut Sheet) {
    let Some(strategy) = parent.get(key) else {
        return;
    };
    workload.placed(
        "strategyType",
        strategy.get("type").and_then(|kind| kind.placed_text()),
    );
    let rolling = strategy.get("rollingUpdate").unwrap_or(strategy);
    for key in ["maxSurge", "maxUnavailable"] {
        workload.placed(
            key,
            rolling
                .get(key)
                .and_then(|value| value.placed_number_or_text()),
        );
    }
}

/// The model: where it comes from, and the container that its entry describes. Answers whether
/// there is one: then the cluster's runtime stands behind it.
fn model(predictor: &Spot<'_>, workload: &mut Sheet) -> bool {
    let mut models = Vec::new();
    let frameworks: Vec<Spot<'_>> = FRAMEWORKS
        .iter()
        .filter_map(|key| predictor.get(key))
        .collect();
    for framework in &frameworks {
        models.extend(
            framework
                .get("storageUri")
                .and_then(|uri| uri.placed_text()),
        );
        pod::container(framework, workload);
        // It is the one that serves, so it stands before the sidecars.
        if let Some(image) = framework.get("image").and_then(|image| image.placed_text()) {
            workload.push_first("images", image);
        }
    }
    let sources = predictor.items_at(&["storageUris"]);
    models.extend(
        sources
            .iter()
            .filter_map(|source| source.get("uri").unwrap_or(source.clone()).placed_text()),
    );
    workload.places("models", models);
    !frameworks.is_empty()
}

/// The canary of either form: `canaryTrafficPercent`, or `spec.canary[]` since 0.20.
fn canary(root: &Spot<'_>, predictor: &Spot<'_>) -> Sheet {
    let mut rollout = Sheet::default();
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
    rollout.path("at", &first.at);
    rollout.placed("strategy", Some(Placed::new("canary", &first.at)));
    rollout.flag("trafficRouting", true);
    let sum: f64 = weights.iter().filter_map(Spot::number).sum();
    let mut step = Sheet::default();
    step.number("weight", Some(sum));
    step.path("at", &first.at);
    rollout.list("steps", vec![step]);
    let named = candidates.iter().map(|candidate| {
        let mut sheet = Sheet::default();
        let name = candidate
            .find(&["predictor", "name"])
            .and_then(|name| name.text());
        sheet.text("name", name);
        sheet.number(
            "weight",
            candidate
                .get("trafficPercent")
                .and_then(|percent| percent.number()),
        );
        sheet.path("at", &candidate.at);
        sheet
    });
    rollout.list("candidates", named.collect());
    rollout
}
