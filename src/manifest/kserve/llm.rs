//! KServe: LLMInferenceService.

use super::{add_images, stopped, strategy};
use crate::{
    document::Node,
    facts::sheet::{Sheet, Spot},
    manifest::{
        links::{self, Links},
        pod,
    },
};

/// Writes the facts of an LLMInferenceService. It is merged with presets and `baseRefs`, so what it
/// does not say is not known to be absent.
pub(in crate::manifest) fn llm_inference_service(root: &Spot<'_>, facts: &mut Sheet) {
    facts.text("readiness", Some("preset"));
    let Some(spec) = root.get("spec") else { return };
    let mut workload = Sheet::default();
    workload.path("at", &spec.at);
    workload.placed("stopped", stopped(root));
    part(&spec, &mut workload);
    workload.places(
        "models",
        spec.find(&["model", "uri"])
            .and_then(|uri| uri.placed_text())
            .into_iter()
            .collect(),
    );
    for adapter in spec.items_at(&["model", "lora", "adapters"]) {
        if let Some(uri) = adapter.get("uri").and_then(|uri| uri.placed_text()) {
            workload.push("models", uri);
        }
    }
    workload.placed(
        "modelName",
        spec.find(&["model", "name"])
            .and_then(|name| name.placed_text()),
    );
    strategy(&spec, "rolloutStrategy", &mut workload);
    workload.placed(
        "weight",
        spec.find(&["router", "route", "weight"])
            .and_then(|weight| weight.placed_number()),
    );
    workload.placed(
        "group",
        spec.find(&["router", "route", "group"])
            .and_then(|group| group.placed_text()),
    );
    if let Some(prefill) = spec.get("prefill") {
        let mut sheet = Sheet::default();
        sheet.path("at", &prefill.at);
        part(&prefill, &mut sheet);
        for pod in ["template", "worker"] {
            add_images(
                &mut workload,
                prefill
                    .get(pod)
                    .map(|pod| pod::images(&pod))
                    .unwrap_or_default(),
            );
        }
        workload.sheet("prefill", sheet);
    }
    if let Some(scheduler) = spec.find(&["router", "scheduler", "template"]) {
        add_images(&mut workload, pod::images(&scheduler));
    }
    workload.json(
        "labels",
        spec.get("labels").map(|labels| labels.node.to_json()),
    );
    facts.sheet("workload", workload);
}

/// One of the deployments that a service is made of: the main one, or the one for prefill.
fn part(spec: &Spot<'_>, workload: &mut Sheet) {
    workload.placed(
        "replicas",
        spec.get("replicas")
            .and_then(|replicas| replicas.placed_number()),
    );
    for key in ["minReplicas", "maxReplicas"] {
        workload.placed(
            key,
            spec.find(&["scaling", key])
                .and_then(|value| value.placed_number()),
        );
    }
    if let Some(template) = spec.get("template") {
        pod::pod(&template, workload);
    }
    for key in ["tensor", "pipeline", "data"] {
        if let Some(size) = spec
            .find(&["parallelism", key])
            .and_then(|size| size.placed_number())
        {
            workload.placed(key, Some(size));
        }
    }
    if let Some(worker) = spec.get("worker") {
        workload.path("worker", &worker.at);
        add_images(workload, pod::images(&worker));
    }
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
