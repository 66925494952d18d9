//! BentoML: the configuration of a deployment on BentoCloud.

use super::links::Links;
use crate::{
    document::Node,
    facts::sheet::{Sheet, Spot},
};

/// True for a deployment's configuration: it names a bento, and how its services run.
pub(super) fn is_deployment(root: &Node) -> bool {
    let is_text = |key: &str| root.get(key).and_then(Node::as_str).is_some();
    let is_map = |key: &str| root.get(key).is_some_and(|node| !node.entries().is_empty());
    (is_text("bento") && (is_map("services") || is_map("scaling") || is_map("canary")))
        || (is_text("name") && root.at(&["canary", "versions"]).is_some())
}

/// Writes the facts of a deployment's configuration.
pub(super) fn deployment(root: &Spot<'_>, facts: &mut Sheet) {
    let mut workload = Sheet::default();
    workload.path("at", &root.at);
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
    facts.sheet("workload", workload);
    let mut rollout = Sheet::default();
    let versions = root.find(&["canary", "versions"]);
    let version = |(name, version): &(&str, Spot<'_>)| {
        let mut sheet = Sheet::default();
        sheet.text("name", Some(*name));
        sheet.number(
            "weight",
            version.get("weight").and_then(|weight| weight.number()),
        );
        sheet.path("at", &version.at);
        sheet
    };
    if let Some(versions) = versions {
        rollout.path("at", &versions.at);
        rollout.list(
            "candidates",
            versions.entries().iter().map(version).collect(),
        );
    }
    facts.sheet("rollout", rollout);
}

fn service(service: &Spot<'_>, workload: &mut Sheet) {
    let number = |keys: &[&str]| service.find(keys).and_then(|value| value.placed_number());
    workload.placed("minReplicas", number(&["scaling", "min_replicas"]));
    workload.placed("maxReplicas", number(&["scaling", "max_replicas"]));
    let traffic = |key| number(&["config_overrides", "traffic", key]);
    workload.placed("timeoutSeconds", traffic("timeout"));
    workload.placed("concurrency", traffic("max_concurrency"));
    workload.placed("scaleTarget", traffic("concurrency"));
    workload.placed("gpus", number(&["config_overrides", "resources", "gpu"]));
}

/// A deployment's name.
pub(super) fn links(root: &Node) -> Links<'_> {
    let name = root.get("name").and_then(Node::as_str);
    Links {
        name,
        ..Links::default()
    }
}
