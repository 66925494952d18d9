//! The inference extension of the Gateway API: InferencePool and InferenceObjective.

use super::{
    facts::{ManifestFacts, PoolFacts, texts},
    links::{Links, named},
};
use crate::document::{Node, Spot};

/// Writes the facts of an InferencePool.
pub(super) fn pool(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let ports = spec.items_at(&["targetPorts"]);
    let labels = spec.find(&["selector", "matchLabels"]);
    let labels = labels.filter(|labels| !labels.entries().is_empty());
    facts.pool = Some(PoolFacts {
        at: spec.at.clone(),
        labels: labels.as_ref().map(texts),
        ports: ports
            .iter()
            .filter_map(|port| port.placed_number_at(&["number"]))
            .collect(),
        failure_mode: spec.placed_text_at(&["endpointPickerRef", "failureMode"]),
    });
}

/// The pods between which a pool chooses.
pub(super) fn pool_links(root: &Node) -> Links<'_> {
    Links {
        selector: root.at(&["spec", "selector", "matchLabels"]),
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
