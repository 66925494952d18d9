//! BentoML: the configuration of a deployment on BentoCloud.

use super::{
    facts::{CandidateFacts, ManifestFacts, ShiftFacts, WorkloadFacts, put},
    links::Links,
};
use crate::{
    document::{Node, Spot},
    facts::{Number, unless_empty},
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
    let mut workload = WorkloadFacts {
        at: Some(root.at.clone()),
        ..WorkloadFacts::default()
    };
    let services = root
        .get("services")
        .map(|services| services.entries())
        .unwrap_or_default();
    match services.as_slice() {
        [] => service(root, &mut workload),
        [(_, only)] => service(only, &mut workload),
        // Of several services nobody knows which one serves the model.
        _ => {}
    }
    facts.workload = unless_empty(workload);
    let mut rollout = ShiftFacts::default();
    let versions = root.find(&["canary", "versions"]);
    let version = |(name, version): &(&str, Spot<'_>)| {
        let mut sheet = CandidateFacts::default();
        put(&mut sheet.name, Some(*name));
        sheet.weight = Number::of(version.number_at(&["weight"]));
        sheet.at = Some(version.at.clone());
        sheet
    };
    if let Some(versions) = versions {
        rollout.at = Some(versions.at.clone());
        rollout.candidates = versions.entries().iter().map(version).collect();
    }
    facts.rollout = unless_empty(rollout);
}

fn service(service: &Spot<'_>, workload: &mut WorkloadFacts) {
    let number = |keys: &[&str]| service.placed_number_at(keys);
    put(
        &mut workload.min_replicas,
        number(&["scaling", "min_replicas"]),
    );
    put(
        &mut workload.max_replicas,
        number(&["scaling", "max_replicas"]),
    );
    let traffic = |key| number(&["config_overrides", "traffic", key]);
    put(&mut workload.timeout_seconds, traffic("timeout"));
    put(&mut workload.concurrency, traffic("max_concurrency"));
    put(&mut workload.scale_target, traffic("concurrency"));
    put(
        &mut workload.gpus,
        number(&["config_overrides", "resources", "gpu"]),
    );
}

/// A deployment's name.
pub(super) fn links(root: &Node) -> Links<'_> {
    let name = root.get("name").and_then(Node::as_str);
    Links {
        name,
        ..Links::default()
    }
}
