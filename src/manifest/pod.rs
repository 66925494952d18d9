//! What a pod's specification says about serving.

use super::engine;
use super::facts::{WorkloadFacts, put};
use crate::{
    document::{Node, Spot},
    facts::{Number, Placed},
};

/// Names that platforms give to the container that serves.
const SERVING: [&str; 2] = ["kserve-container", "main"];

/// Parts of image names by which well-known model servers are told.
const SERVERS: [&str; 15] = [
    "vllm",
    "tritonserver",
    "text-generation-inference",
    "sglang",
    "torchserve",
    "tensorflow/serving",
    "mlserver",
    "rayproject/ray",
    "llm-d",
    "huggingfaceserver",
    "sklearnserver",
    "xgbserver",
    "openvino/model_server",
    "lmcache",
    "llama.cpp",
];

/// Writes what a pod's specification says: images, GPUs, engine arguments, startup and grace.
pub(super) fn pod(spec: &Spot<'_>, workload: &mut WorkloadFacts) {
    let containers = containers(spec);
    if let Some(serving) = containers.first() {
        container(serving, workload);
    }
    workload.images.extend(images(spec));
    put(
        &mut workload.grace_seconds,
        spec.placed_seconds_at(&["terminationGracePeriodSeconds"]),
    );
}

/// The images of a pod, that of the container that serves first.
pub(super) fn images(spec: &Spot<'_>) -> Vec<Placed<String>> {
    let inits = spec.items_at(&["initContainers"]);
    let all = containers(spec).into_iter().chain(inits);
    all.filter_map(|container| container.get("image")?.placed_text())
        .collect()
}

/// Writes what the container that serves says, but for its image.
pub(super) fn container(serving: &Spot<'_>, workload: &mut WorkloadFacts) {
    put(&mut workload.gpus, gpus(serving));
    engine::arguments(serving, workload);
    put(
        &mut workload.startup_seconds,
        serving.get("startupProbe").as_ref().and_then(startup),
    );
}

/// The containers of a pod, the one that serves first.
fn containers<'n>(spec: &Spot<'n>) -> Vec<Spot<'n>> {
    let mut containers = spec.items_at(&["containers"]);
    let by_name = containers.iter().position(has_serving_name);
    // Else the one with the GPUs: a sidecar needs none.
    let by_gpu = || {
        containers
            .iter()
            .position(|container| gpus(container).is_some())
    };
    if let Some(index) = by_name.or_else(by_gpu) {
        let chosen = containers.remove(index);
        containers.insert(0, chosen);
    }
    containers
}

fn has_serving_name(container: &Spot<'_>) -> bool {
    let name = container.text_at(&["name"]);
    name.is_some_and(|name| SERVING.contains(&name))
}

/// GPUs of whatever vendor: `nvidia.com/gpu`, `amd.com/gpu`.
fn gpus(container: &Spot<'_>) -> Option<Placed<Number>> {
    ["limits", "requests"].iter().find_map(|side| {
        let resources = container.find(&["resources", side])?;
        let entries = resources.entries();
        let (_, count) = entries.iter().find(|(name, _)| name.ends_with("/gpu"))?;
        count.placed_quantity()
    })
}

/// How long a container may take to start: Kubernetes' defaults are 10 s and 3 tries once a probe
/// is written at all.
fn startup(probe: &Spot<'_>) -> Option<Placed<Number>> {
    let field = |key: &str, default: f64| match probe.get(key) {
        Some(value) => value.seconds(),
        None => Some(default),
    };
    let (delay, period) = (
        field("initialDelaySeconds", 0.0)?,
        field("periodSeconds", 10.0)?,
    );
    Placed::number(delay + period * field("failureThreshold", 3.0)?, &probe.at)
}

/// Whether a pod has to do with model serving: it asks for a GPU, or runs a well-known server.
pub(super) fn serves_models(spec: &Node) -> bool {
    let containers = containers(&Spot::root(spec));
    containers.iter().any(|container| {
        let image = container.text_at(&["image"]).unwrap_or_default();
        gpus(container).is_some() || SERVERS.iter().any(|server| image.contains(server))
    })
}
