//! The inference extension of the Gateway API: InferencePool and InferenceObjective.

use super::{
    facts::{ManifestFacts, PoolFacts, texts},
    links::{Links, named},
};
use crate::document::{Node, Spot};

/// Writes the facts of an InferencePool.
pub(super) fn pool(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let ports = root.items_at(&["spec", "targetPorts"]);
    let labels = root.find(&["spec", "selector", "matchLabels"]);
    facts.pool = root.get("spec").map(|spec| PoolFacts {
        ports: ports
            .iter()
            .filter_map(|port| port.placed_number_at(&["number"]))
            .collect(),
        failure_mode: spec.placed_text_at(&["endpointPickerRef", "failureMode"]),
        ..selecting(&spec, labels)
    });
}

/// Writes the facts of an InferencePool before version 1: one port, and labels without `matchLabels`.
pub(super) fn early_pool(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let labels = root.find(&["spec", "selector"]);
    facts.pool = root.get("spec").map(|spec| PoolFacts {
        ports: spec
            .placed_number_at(&["targetPortNumber"])
            .into_iter()
            .collect(),
        failure_mode: spec.placed_text_at(&["extensionRef", "failureMode"]),
        ..selecting(&spec, labels)
    });
}

fn selecting(spec: &Spot<'_>, labels: Option<Spot<'_>>) -> PoolFacts {
    let labels = labels.filter(|labels| !labels.entries().is_empty());
    PoolFacts {
        at: spec.at.clone(),
        labels: labels.as_ref().map(texts),
        selector: labels.map(|labels| labels.at),
        ..PoolFacts::default()
    }
}

/// The pods between which a pool chooses.
pub(super) fn pool_links(root: &Node) -> Links<'_> {
    Links {
        selector: root.at(&["spec", "selector", "matchLabels"]),
        ..named(root)
    }
}

/// The same before version 1.
pub(super) fn early_pool_links(root: &Node) -> Links<'_> {
    Links {
        selector: root.at(&["spec", "selector"]),
        ..named(root)
    }
}

/// The pool that an objective is about.
pub(super) fn objective_links(root: &Node) -> Links<'_> {
    let pool = root.at(&["spec", "poolRef", "name"]).and_then(Node::as_str);
    Links {
        targets: pool
            .map(|name| ("InferencePool", name))
            .into_iter()
            .collect(),
        ..named(root)
    }
}
