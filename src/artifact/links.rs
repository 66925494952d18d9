//! What a manifest is called, which service it speaks of, and which other manifests it points at.

use crate::document::Node;

/// The ties of one manifest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Links<'n> {
    /// What it is called.
    pub name: Option<&'n str>,
    /// The service that it speaks of, where that is written beside its name.
    pub service: Option<&'n str>,
    /// Kind and name of the manifests that it points at. An empty kind fits any.
    pub targets: Vec<(&'n str, &'n str)>,
    /// Labels that pods must have for it to apply to them.
    pub selector: Option<&'n Node>,
    /// The labels of the pods that it makes.
    pub pod_labels: Option<&'n Node>,
}

impl Links<'_> {
    /// True where every label that `self` selects by is one of the pods of `other`.
    pub fn selects(&self, other: &Links<'_>) -> bool {
        let (Some(selector), Some(labels)) = (self.selector, other.pod_labels) else { return false };
        !selector.entries().is_empty()
            && selector.entries().iter().all(|entry| {
                labels.get(&entry.key).and_then(Node::as_str) == entry.node.as_str()
                    && entry.node.as_str().is_some()
            })
    }
}

/// Labels by which people say what a manifest belongs to, the most telling first.
const SERVICE_LABELS: [&str; 3] = ["app.kubernetes.io/name", "app", "app.kubernetes.io/instance"];

/// The ties that every Kubernetes object may have: its name and its labels.
pub(super) fn named(root: &Node) -> Links<'_> {
    let label = |key: &&str| root.get("metadata")?.get("labels")?.get(key).and_then(Node::as_str);
    Links {
        name: root.at(&["metadata", "name"]).and_then(Node::as_str),
        service: SERVICE_LABELS.iter().find_map(label),
        ..Links::default()
    }
}
