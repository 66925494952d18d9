//! Seldon Core 2: the Model and the Experiment, which splits traffic between models.

use super::links::{Links, named};
use crate::{
    document::Node,
    facts::sheet::{Placed, Sheet, Spot},
};

/// Writes the facts of a Model.
pub(super) fn model(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let mut workload = Sheet::default();
    workload.path("at", &spec.at);
    workload.places(
        "models",
        spec.get("storageUri")
            .and_then(|uri| uri.placed_text())
            .into_iter()
            .collect(),
    );
    for key in ["replicas", "minReplicas", "maxReplicas"] {
        workload.placed(key, spec.get(key).and_then(|value| value.placed_number()));
    }
    facts.sheet("workload", workload);
    // Image, arguments and probes belong to a Server of the cluster.
    facts.text("readiness", Some("preset"));
}

/// Writes the facts of an Experiment. It stays until it is changed: it has no steps in time.
pub(super) fn experiment(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let mut rollout = Sheet::default();
    rollout.path("at", &spec.at);
    let candidate = |entry: &Spot<'_>| {
        let mut sheet = Sheet::default();
        sheet.text("name", entry.get("name").and_then(|name| name.text()));
        sheet.number(
            "weight",
            entry.get("weight").and_then(|weight| weight.number()),
        );
        sheet.path("at", &entry.at);
        sheet
    };
    rollout.list(
        "candidates",
        spec.items_at(&["candidates"])
            .iter()
            .map(candidate)
            .collect(),
    );
    let mirror = spec.get("mirror");
    let percent = mirror
        .as_ref()
        .and_then(|mirror| mirror.get("percent")?.placed_number());
    rollout.placed(
        "mirror",
        percent.or_else(|| mirror.map(|mirror| Placed::new(true, &mirror.at))),
    );
    facts.sheet("rollout", rollout);
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
