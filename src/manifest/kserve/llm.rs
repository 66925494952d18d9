//! KServe: LLMInferenceService.

use super::{add_images, stopped, strategy};
use crate::{
    document::{Node, Spot},
    facts::unless_empty,
    manifest::{
        facts::{ManifestFacts, Prefill, WorkloadFacts, put},
        links::{self, Links},
        pod,
    },
};

/// Writes the facts of an LLMInferenceService. It is merged with presets and `baseRefs`, so what it
/// does not say is not known to be absent.
pub(in crate::manifest) fn llm_inference_service(root: &Spot<'_>, facts: &mut ManifestFacts) {
    put(&mut facts.readiness, Some("preset"));
    let Some(spec) = root.get("spec") else { return };
    let mut workload = WorkloadFacts {
        at: Some(spec.at.clone()),
        ..WorkloadFacts::default()
    };
    put(&mut workload.stopped, stopped(root));
    part(&spec, &mut workload);
    workload
        .models
        .extend(spec.placed_text_at(&["model", "uri"]));
    for adapter in spec.items_at(&["model", "lora", "adapters"]) {
        if let Some(uri) = adapter.placed_text_at(&["uri"]) {
            workload.models.push(uri);
        }
    }
    put(
        &mut workload.model_name,
        spec.placed_text_at(&["model", "name"]),
    );
    strategy(&spec, "rolloutStrategy", &mut workload);
    put(
        &mut workload.weight,
        spec.placed_number_at(&["router", "route", "weight"]),
    );
    put(
        &mut workload.group,
        spec.placed_text_at(&["router", "route", "group"]),
    );
    if let Some(prefill) = spec.get("prefill") {
        let mut sheet = WorkloadFacts {
            at: Some(prefill.at.clone()),
            ..WorkloadFacts::default()
        };
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
        workload.prefill = Some(Box::new(Prefill(sheet)));
    }
    if let Some(scheduler) = spec.find(&["router", "scheduler", "template"]) {
        add_images(&mut workload, pod::images(&scheduler));
    }
    put(
        &mut workload.labels,
        spec.get("labels").map(|labels| labels.value.to_json()),
    );
    facts.workload = unless_empty(workload);
}

/// One of the deployments that a service is made of: the main one, or the one for prefill.
fn part(spec: &Spot<'_>, workload: &mut WorkloadFacts) {
    put(&mut workload.replicas, spec.placed_number_at(&["replicas"]));
    let number = |keys: &[&str]| spec.placed_number_at(keys);
    put(
        &mut workload.min_replicas,
        number(&["scaling", "minReplicas"]),
    );
    put(
        &mut workload.max_replicas,
        number(&["scaling", "maxReplicas"]),
    );
    if let Some(template) = spec.get("template") {
        pod::pod(&template, workload);
    }
    let size = |key: &str| number(&["parallelism", key]);
    put(&mut workload.tensor, size("tensor"));
    put(&mut workload.pipeline, size("pipeline"));
    put(&mut workload.data, size("data"));
    if let Some(worker) = spec.get("worker") {
        workload.worker = Some(worker.at.clone());
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
