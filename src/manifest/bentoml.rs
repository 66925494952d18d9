//! BentoML: the configuration of a deployment on BentoCloud.

use super::{
    facts::{CandidateFacts, ManifestFacts, ShiftFacts, WorkloadFacts},
    links::Links,
};
use crate::{
    document::{Node, Spot},
    facts::Number,
};

/// True for a deployment's configuration: it names a bento, and how its services run.
pub(super) fn is_deployment(root: &Node) -> bool {
    let is_text = |key: &str| root.get(key).and_then(Node::as_str).is_some();
    let is_map = |key: &str| root.get(key).is_some_and(|node| !node.entries().is_empty());
    (is_text("bento") && (is_map("services") || is_map("scaling") || is_map("canary")))
        || (is_text("name") && root.at(&["canary", "versions"]).is_some())
}

/// Writes the facts of a deployment's configuration.
pub(super) fn deployment(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let services = root.entries_at(&["services"]);
    let workload = match services.as_slice() {
        [] => service(root),
        [(_, only)] => service(only),
        // Of several services nobody knows which one serves the model.
        _ => WorkloadFacts::default(),
    };
    facts.workload = Some(WorkloadFacts {
        at: Some(root.at.clone()),
        ..workload
    });
    facts.rollout = root
        .find(&["canary", "versions"])
        .map(|versions| ShiftFacts {
            at: Some(versions.at.clone()),
            candidates: candidates(&versions),
            ..ShiftFacts::default()
        });
}

fn candidates(versions: &Spot<'_>) -> Vec<CandidateFacts> {
    let mut candidates = Vec::new();
    for (name, version) in versions.entries() {
        candidates.push(CandidateFacts {
            name: Some(name.to_owned()),
            weight: Number::of(version.number_at(&["weight"])),
            at: Some(version.at),
        });
    }
    candidates
}

fn service(service: &Spot<'_>) -> WorkloadFacts {
    let traffic = |key| service.placed_number_at(&["config_overrides", "traffic", key]);
    WorkloadFacts {
        min_replicas: service.placed_number_at(&["scaling", "min_replicas"]),
        max_replicas: service.placed_number_at(&["scaling", "max_replicas"]),
        timeout_seconds: traffic("timeout"),
        // The hard limit; `concurrency` is what the autoscaler aims at.
        concurrency: traffic("max_concurrency"),
        scale_target: traffic("concurrency"),
        gpus: service.placed_number_at(&["config_overrides", "resources", "gpu"]),
        ..WorkloadFacts::default()
    }
}

/// A deployment's name.
pub(super) fn links(root: &Node) -> Links<'_> {
    let name = root.get("name").and_then(Node::as_str);
    Links {
        name,
        ..Links::default()
    }
}
