//! Seldon Core 2: the Model and the Experiment, which splits traffic between models.

use super::{
    argo::mirrored,
    facts::{CandidateFacts, ManifestFacts, ShiftFacts, WorkloadFacts, put},
    links::{Links, named},
};
use crate::{
    document::{Node, Spot},
    facts::{Number, unless_empty},
};

/// Writes the facts of a Model.
pub(super) fn model(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mut workload = WorkloadFacts {
        at: Some(spec.at.clone()),
        ..WorkloadFacts::default()
    };
    workload.models.extend(spec.placed_text_at(&["storageUri"]));
    let number = |key: &str| spec.placed_number_at(&[key]);
    workload.replicas = number("replicas");
    workload.min_replicas = number("minReplicas");
    workload.max_replicas = number("maxReplicas");
    facts.workload = unless_empty(workload);
    // Image, arguments and probes belong to a Server of the cluster.
    put(&mut facts.readiness, Some("preset"));
}

/// Writes the facts of an Experiment. It stays until it is changed: it has no steps in time.
pub(super) fn experiment(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mut rollout = ShiftFacts {
        at: Some(spec.at.clone()),
        ..ShiftFacts::default()
    };
    let candidate = |entry: &Spot<'_>| {
        let mut sheet = CandidateFacts::default();
        put(&mut sheet.name, entry.text_at(&["name"]));
        sheet.weight = Number::of(entry.number_at(&["weight"]));
        sheet.at = Some(entry.at.clone());
        sheet
    };
    rollout.candidates = spec
        .items_at(&["candidates"])
        .iter()
        .map(candidate)
        .collect();
    let mirror = spec.get("mirror");
    let percent = mirror
        .as_ref()
        .and_then(|mirror| mirror.get("percent")?.placed_number());
    rollout.mirror = mirror.map(|mirror| mirrored(percent, &mirror));
    facts.rollout = unless_empty(rollout);
}

/// The models between which an Experiment splits traffic.
pub(super) fn experiment_links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    let Some(spec) = root.get("spec") else {
        return links;
    };
    if spec
        .get("resourceType")
        .and_then(Node::as_str)
        .is_some_and(|kind| kind != "model")
    {
        return links;
    }
    let candidates = spec.get("candidates").map(Node::items).unwrap_or_default();
    let entries = candidates.iter().chain(spec.get("mirror"));
    links
        .targets
        .extend(entries.filter_map(|entry| Some(("Model", entry.get("name")?.as_str()?))));
    links
}
