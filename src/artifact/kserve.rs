//! KServe: InferenceService v1beta1 and LLMInferenceService.

use super::pod;
use crate::sheet::{Placed, Sheet, Spot};

const MODE: &[&str] = &["metadata", "annotations", "serving.kserve.io/deploymentMode"];
const STOP: &[&str] = &["metadata", "annotations", "serving.kserve.io/stop"];

/// Keys of a predictor that name a framework and hold a container, from before `model`.
const FRAMEWORKS: [&str; 10] = [
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
];

/// Writes the facts of an InferenceService.
pub(super) fn inference_service(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(predictor) = root.find(&["spec", "predictor"]) else { return };
    let mut workload = Sheet::default();
    workload.path("at", &predictor.at);
    workload.placed("mode", root.find(MODE).as_ref().and_then(mode));
    workload.placed("stopped", root.find(STOP).filter(Spot::is_true).map(|stop| Placed::new(true, &stop.at)));
    for key in ["minReplicas", "maxReplicas", "scaleTarget", "canaryTrafficPercent"] {
        workload.placed(key, predictor.get(key).and_then(|value| value.placed_number()));
    }
    workload.placed("scaleMetric", predictor.get("scaleMetric").and_then(|metric| metric.placed_text()));
    workload
        .placed("concurrency", predictor.get("containerConcurrency").and_then(|limit| limit.placed_number()));
    workload.placed("timeoutSeconds", predictor.get("timeout").and_then(|timeout| timeout.placed_seconds()));
    strategy(&predictor, "deploymentStrategy", &mut workload);
    pod::pod(&predictor, &mut workload);
    model(&predictor, &mut workload);
    for (key, name) in [("tensor", "tensorParallelSize"), ("pipeline", "pipelineParallelSize")] {
        let size = predictor.find(&["workerSpec", name]).and_then(|size| size.placed_number());
        if size.is_some() {
            workload.placed(key, size);
        }
    }
    facts.sheet("workload", workload);
    if predictor.get("containers").is_none() {
        facts.text("readiness", Some("preset"));
    }
    facts.sheet("rollout", canary(root, &predictor));
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
    let Some(strategy) = parent.get(key) else { return };
    workload.placed("strategyType", strategy.get("type").and_then(|kind| kind.placed_text()));
    let rolling = strategy.get("rollingUpdate").unwrap_or(strategy);
    for key in ["maxSurge", "maxUnavailable"] {
        workload.placed(key, rolling.get(key).and_then(|value| value.placed_number_or_text()));
    }
}

/// The model: where it comes from, and the container that its entry describes.
fn model(predictor: &Spot<'_>, workload: &mut Sheet) {
    let mut models = Vec::new();
    for framework in FRAMEWORKS.iter().filter_map(|key| predictor.get(key)) {
        models.extend(framework.get("storageUri").and_then(|uri| uri.placed_text()));
        pod::container(&framework, workload);
        let image = framework.get("image").and_then(|image| image.placed_text());
        workload.places("images", image.into_iter().collect());
    }
    let sources = predictor.items_at(&["storageUris"]);
    models.extend(
        sources.iter().filter_map(|source| source.get("uri").unwrap_or(source.clone()).placed_text()),
    );
    workload.places("models", models);
}

/// The canary of either form: `canaryTrafficPercent`, or `spec.canary[]` since 0.20.
fn canary(root: &Spot<'_>, predictor: &Spot<'_>) -> Sheet {
    let mut rollout = Sheet::default();
    let candidates = root.items_at(&["spec", "canary"]);
    let percent = predictor.get("canaryTrafficPercent");
    let weights: Vec<Spot<'_>> = match percent {
        Some(percent) => vec![percent],
        None => candidates.iter().filter_map(|candidate| candidate.get("trafficPercent")).collect(),
    };
    let Some(first) = weights.first() else { return rollout };
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
        let name = candidate.find(&["predictor", "name"]).and_then(|name| name.text());
        sheet.text("name", name);
        sheet.number("weight", candidate.get("trafficPercent").and_then(|percent| percent.number()));
        sheet.path("at", &candidate.at);
        sheet
    });
    rollout.list("candidates", named.collect());
    rollout
}

/// Writes the facts of an LLMInferenceService. It is merged with presets and `baseRefs`, so what it
/// does not say is not known to be absent.
pub(super) fn llm_inference_service(root: &Spot<'_>, facts: &mut Sheet) {
    facts.text("readiness", Some("preset"));
    let Some(spec) = root.get("spec") else { return };
    let mut workload = Sheet::default();
    workload.path("at", &spec.at);
    workload.placed("stopped", root.find(STOP).filter(Spot::is_true).map(|stop| Placed::new(true, &stop.at)));
    workload.placed("replicas", spec.get("replicas").and_then(|replicas| replicas.placed_number()));
    for key in ["minReplicas", "maxReplicas"] {
        workload.placed(key, spec.find(&["scaling", key]).and_then(|value| value.placed_number()));
    }
    if let Some(template) = spec.get("template") {
        pod::pod(&template, &mut workload);
    }
    for key in ["tensor", "pipeline", "data"] {
        let size = spec.find(&["parallelism", key]).and_then(|size| size.placed_number());
        if size.is_some() {
            workload.placed(key, size);
        }
    }
    workload.places(
        "models",
        spec.find(&["model", "uri"]).and_then(|uri| uri.placed_text()).into_iter().collect(),
    );
    workload.placed("modelName", spec.find(&["model", "name"]).and_then(|name| name.placed_text()));
    strategy(&spec, "rolloutStrategy", &mut workload);
    workload.placed(
        "weight",
        spec.find(&["router", "route", "weight"]).and_then(|weight| weight.placed_number()),
    );
    facts.sheet("workload", workload);
}
