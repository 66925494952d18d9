//! Names that a layer changes, and the references that do not follow them.

use super::{
    change::{FoundChanges, LayerValue},
    target,
};
use crate::document::{Node, Pointer, Step};

/// What a layer puts before and behind names, and where references follow beside those that Kustomize knows.
#[derive(Debug, Default)]
pub(super) struct Renames {
    pub(super) prefix: String,
    pub(super) suffix: String,
    /// Kinds and paths of `nameReference` in the layer's configurations; any kind, where it is empty.
    pub(super) followed: Vec<(String, String)>,
}

impl Renames {
    /// Adds the references of an object that stay as they are, or that may be right by then.
    pub(super) fn changes(&self, object: &Node, found: &mut FoundChanges) {
        let kind = object.get("kind").and_then(Node::as_str);
        if kind.is_some_and(|kind| kind.ends_with("Template")) {
            // What uses it may be written by the name that it gets.
            let name = Pointer::default().keys(&["metadata", "name"]);
            found.add_alike(name, LayerValue::Unknown);
        }
        object.each_scalar(&mut |at, node| {
            let Some(name) = node.as_str().filter(|_| is_reference(at)) else {
                return;
            };
            if self.made(name) {
                found.add_alike(at.clone(), LayerValue::Unknown);
            } else if !self.follows(object, at) {
                found.add(at.clone(), LayerValue::Left);
            }
        });
    }

    /// True for a name as the layer makes them.
    fn made(&self, name: &str) -> bool {
        name.starts_with(&self.prefix) && name.ends_with(&self.suffix)
    }

    fn follows(&self, object: &Node, at: &Pointer) -> bool {
        let text = |path: &[&str]| object.at(path).and_then(Node::as_str).unwrap_or_default();
        if target::is_of_kubernetes(object) {
            // Kustomize leads an autoscaler to the workloads of Kubernetes only.
            let target = text(&["spec", "scaleTargetRef", "apiVersion"]);
            let (group, _) = target::group_version(target);
            return text(&["kind"]) != "HorizontalPodAutoscaler"
                || matches!(group, "" | "apps" | "extensions");
        }
        let keys = at.steps().iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        });
        let path = Vec::from_iter(keys).join("/");
        let kind = text(&["kind"]);
        let mut followed = self.followed.iter();
        followed.any(|(of, own)| *own == path && (of.is_empty() || of == kind))
    }
}

fn is_reference(at: &Pointer) -> bool {
    const FIELDS: [&str; 5] = [
        "templateName",
        "stableService",
        "canaryService",
        "activeService",
        "previewService",
    ];
    const HOLDERS: [&str; 5] = [
        "scaleTargetRef",
        "targetRef",
        "autoscalerRef",
        "workloadRef",
        "templateRef",
    ];
    match at.steps() {
        [Step::Key(top), ..] if top != "spec" => false,
        [.., Step::Key(holder), Step::Key(name)] if name == "name" => {
            HOLDERS.contains(&holder.as_str())
        }
        [.., Step::Key(field)] => FIELDS.contains(&field.as_str()),
        _ => false,
    }
}

/// The kinds and paths that configurations let names follow to.
pub(super) fn followed(configuration: &Node) -> Vec<(String, String)> {
    let mut followed = Vec::new();
    let references = configuration.get("nameReference").map(Node::items);
    for reference in references.unwrap_or_default() {
        let fields = reference.get("fieldSpecs").map(Node::items);
        for field in fields.unwrap_or_default() {
            let text = |key: &str| field.get(key).and_then(Node::as_str).unwrap_or_default();
            let path = text("path").trim_matches('/').replace("[]", "");
            followed.push((text("kind").to_owned(), path));
        }
    }
    followed
}
