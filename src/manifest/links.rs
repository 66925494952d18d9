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
    /// The Services that it sends requests to.
    pub backends: Vec<BackendLink<'n>>,
    /// Labels that pods must have for it to apply to them.
    pub selector: Option<&'n Node>,
    /// The labels of the pods that it makes.
    pub pod_labels: Option<&'n Node>,
    /// Labels that the platform gives to these pods, beside those that are written.
    pub given_labels: Vec<(&'static str, &'n str)>,
}

/// A Service by its name. Where no manifest of it is there, a workload of the name is meant, or one for which the
/// platform makes a Service of the name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackendLink<'n> {
    /// The name of the Service.
    pub name: &'n str,
    /// Its namespace, where it is not that of the manifest.
    pub namespace: Option<&'n str>,
}

/// What the names of the Services that a platform makes end in, behind the name of the workload of a kind.
const MADE: [(&str, &str); 2] = [
    ("InferenceService", "-predictor"),
    ("RayService", "-serve-svc"),
];

impl<'n> BackendLink<'n> {
    /// Kind and name of the workload for which a platform makes a Service of this name.
    pub fn maker(&self) -> Option<(&'static str, &'n str)> {
        let mut made = MADE.iter();
        made.find_map(|(kind, end)| Some((*kind, self.name.strip_suffix(end)?)))
    }
}

impl Links<'_> {
    /// True where every label that `self` selects by is one of the pods of `other`.
    pub fn selects(&self, other: &Links<'_>) -> bool {
        let wanted = self.selector.map(Node::entries).unwrap_or_default();
        !wanted.is_empty()
            && wanted.iter().all(|entry| {
                let value = entry.node.as_str();
                value.is_some() && value == other.pod_label(&entry.key)
            })
    }

    /// The value of a label of the pods.
    pub fn pod_label(&self, key: &str) -> Option<&str> {
        let written = self.pod_labels.and_then(|labels| labels.get(key));
        if let Some(value) = written.and_then(Node::as_str) {
            return Some(value);
        }
        let mut given = self.given_labels.iter();
        given
            .find(|(name, _)| *name == key)
            .map(|(_, value)| *value)
    }
}

/// Kind and name of a reference of Kubernetes; `None` where one of them is missing.
pub(super) fn reference(node: &Node) -> Option<(&str, &str)> {
    Some((node.get("kind")?.as_str()?, node.get("name")?.as_str()?))
}

/// The elements of the list under a path of keys; none where there is no list.
pub(super) fn listed<'n>(node: &'n Node, keys: &[&str]) -> &'n [Node] {
    node.at(keys).map(Node::items).unwrap_or_default()
}

/// Labels by which people say what a manifest belongs to, the most telling first.
const SERVICE_LABELS: [&str; 3] = [
    "app.kubernetes.io/name",
    "app",
    "app.kubernetes.io/instance",
];

/// The service that the labels of an object name.
pub fn service_label(root: &Node) -> Option<&str> {
    let labels = root.at(&["metadata", "labels"])?;
    let mut keys = SERVICE_LABELS.iter();
    keys.find_map(|key| labels.get(key).and_then(Node::as_str))
}

/// The ties that every Kubernetes object may have: its name and its labels.
pub(super) fn named(root: &Node) -> Links<'_> {
    Links {
        name: root.at(&["metadata", "name"]).and_then(Node::as_str),
        service: service_label(root),
        ..Links::default()
    }
}
