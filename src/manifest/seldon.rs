//! Seldon Core 2: the Model and the Experiment, which splits traffic between models.

use super::{
    argo::mirrored,
    facts::{CandidateFacts, ManifestFacts, ShiftFacts, WorkloadFacts},
    links::{Links, named},
};
use crate::{
    document::{Node, Spot},
    facts::Number,
};

/// Writes the facts of a Model.
pub(super) fn model(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    facts.workload = Some(WorkloadFacts {
        at: Some(spec.at.clone()),
        models: spec.placed_text_at(&["storageUri"]).into_iter().collect(),
        replicas: spec.placed_number_at(&["replicas"]),
        min_replicas: spec.placed_number_at(&["minReplicas"]),
        max_replicas: spec.placed_number_at(&["maxReplicas"]),
        ..WorkloadFacts::default()
    });
    // Image, arguments and probes belong to a Server of the cluster.
    facts.readiness = Some("preset");
}

/// Writes the facts of an Experiment. It stays until it is changed: it has no steps in time.
pub(super) fn experiment(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mirror = spec.get("mirror");
    facts.rollout = Some(ShiftFacts {
        at: Some(spec.at.clone()),
        candidates: spec
            .items_at(&["candidates"])
            .iter()
            .map(candidate)
            .collect(),
        mirror: mirror.map(|mirror| mirrored(mirror.placed_number_at(&["percent"]), &mirror)),
        ..ShiftFacts::default()
    });
}

fn candidate(entry: &Spot<'_>) -> CandidateFacts {
    CandidateFacts {
        name: entry.string_at(&["name"]),
        weight: Number::of(entry.number_at(&["weight"])),
        at: Some(entry.at.clone()),
    }
}

/// The models between which an Experiment splits traffic.
pub(super) fn experiment_links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    let Some(spec) = root.get("spec") else {
        return links;
    };
    // Traffic can be split between pipelines too, which are none of the kinds that are read.
    let kind = spec.get("resourceType").and_then(Node::as_str);
    if kind.is_some_and(|kind| kind != "model") {
        return links;
    }
    let candidates = spec.get("candidates").map(Node::items).unwrap_or_default();
    let entries = candidates.iter().chain(spec.get("mirror"));
    links
        .targets
        .extend(entries.filter_map(|entry| Some(("Model", entry.get("name")?.as_str()?))));
    links
}
