//! KServe: LLMInferenceService.

use super::{add_images, stopped, strategy};
use crate::{
    document::{Node, Spot},
    facts::unless_empty,
    manifest::{
        facts::{ManifestFacts, Prefill, WorkloadFacts, put, texts},
        links::{self, Links},
        pod,
    },
};

/// Writes the facts of an LLMInferenceService. It is merged with presets and `baseRefs`, so what it
/// does not say is not known to be absent.
pub(in crate::manifest) fn llm_inference_service(root: &Spot<'_>, facts: &mut ManifestFacts) {
    facts.readiness = Some("preset");
    let Some(spec) = root.get("spec") else { return };
    let labels = spec.get("labels");
    let mut workload = WorkloadFacts {
        stopped: stopped(root),
        model_name: spec.placed_text_at(&["model", "name"]),
        weight: spec.placed_number_at(&["router", "route", "weight"]),
        group: spec.placed_text_at(&["router", "route", "group"]),
        labels: labels.as_ref().map(texts),
        ..part(&spec)
    };
    workload
        .models
        .extend(spec.placed_text_at(&["model", "uri"]));
    for adapter in spec.items_at(&["model", "lora", "adapters"]) {
        workload.models.extend(adapter.placed_text_at(&["uri"]));
    }
    strategy(&spec, "rolloutStrategy", &mut workload);
    if let Some(prefill) = spec.get("prefill") {
        for pod in ["template", "worker"] {
            let images = prefill.get(pod).map(|pod| pod::images(&pod));
            add_images(&mut workload, images.unwrap_or_default());
        }
        workload.prefill = Some(Box::new(Prefill(part(&prefill))));
    }
    if let Some(scheduler) = spec.find(&["router", "scheduler", "template"]) {
        add_images(&mut workload, pod::images(&scheduler));
    }
    facts.workload = unless_empty(workload);
}

/// One of the deployments that a service is made of: the main one, or the one for prefill.
fn part(spec: &Spot<'_>) -> WorkloadFacts {
    let mut workload = WorkloadFacts {
        at: Some(spec.at.clone()),
        replicas: spec.placed_number_at(&["replicas"]),
        min_replicas: spec.placed_number_at(&["scaling", "minReplicas"]),
        max_replicas: spec.placed_number_at(&["scaling", "maxReplicas"]),
        ..WorkloadFacts::default()
    };
    if let Some(template) = spec.get("template") {
        pod::pod(&template, &mut workload);
    }
    // After the pod: what the service says of its parallelism goes before the engine's arguments.
    let size = |key: &str| spec.placed_number_at(&["parallelism", key]);
    put(&mut workload.tensor, size("tensor"));
    put(&mut workload.pipeline, size("pipeline"));
    put(&mut workload.data, size("data"));
    if let Some(worker) = spec.get("worker") {
        workload.worker = Some(worker.at.clone());
        add_images(&mut workload, pod::images(&worker));
    }
    workload
}

/// An LLMInferenceService by its name, with the configurations that it is merged with and the
/// labels that KServe gives to its pods.
pub(in crate::manifest) fn llm_links(root: &Node) -> Links<'_> {
    let links = links::named(root);
    let name = links.name.unwrap_or_default();
    let bases = root
        .at(&["spec", "baseRefs"])
        .map(Node::items)
        .unwrap_or_default();
    let names = bases
        .iter()
        .filter_map(|base| base.get("name").and_then(Node::as_str));
    Links {
        targets: names
            .map(|name| ("LLMInferenceServiceConfig", name))
            .collect(),
        pod_labels: root.at(&["spec", "labels"]),
        given_labels: vec![
            ("app.kubernetes.io/name", name),
            ("app.kubernetes.io/part-of", "llminferenceservice"),
        ],
        ..links
    }
}
