//! What an entry of a layer does to an object.

use super::{
    change::{FoundChanges, LayerValue},
    field_path,
    images::{self, ImageEntry},
    lists::ListOrders,
    patch::PatchBody,
    renames::Renames,
    target::{self, LayerTarget, ObjectNames},
};
use crate::document::{Node, Pointer, Step, Value};

/// What an entry does.
#[derive(Debug)]
pub(super) enum LayerEffect {
    /// It cannot be told: anything in the objects that it is about.
    Anything(LayerTarget),
    /// Kustomize refuses it, so that nothing with these objects is built.
    Refused(LayerTarget),
    /// A patch. It may have the right to change names.
    Patch {
        target: LayerTarget,
        body: PatchBody,
        renames: bool,
    },
    /// Another image.
    Image(ImageEntry),
    /// Another number of replicas.
    Replicas(LayerTarget, Node),
    /// Values of other objects, at these paths. Any object that is rejected is left out.
    Replacement {
        target: LayerTarget,
        rejected: Vec<LayerTarget>,
        paths: Vec<String>,
    },
    /// Labels.
    Labels {
        pairs: Vec<(String, Node)>,
        reach: LabelReach,
    },
    /// Annotations; of pods in the kinds of Kubernetes, or where the layer names fields `anywhere`.
    Annotations {
        pairs: Vec<(String, Node)>,
        anywhere: bool,
    },
    /// Other names for all objects.
    Renames(Renames),
    /// Values at paths that the entry names, with slashes.
    Fields {
        target: LayerTarget,
        paths: Vec<String>,
    },
    /// The name of a generated object, wherever it is used.
    GeneratedName(String),
    /// Texts that hold this are filled in.
    Texts(String),
    /// Values on whose line a comment holds this are written anew in the file.
    Marked(&'static str),
}

/// Which labels of an object a layer sets beside its own.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LabelReach {
    /// Those that it selects pods by.
    pub(super) selectors: bool,
    /// Those of its pods.
    pub(super) templates: bool,
    /// Of kinds that Kustomize does not know as well, because the layer names fields.
    pub(super) anywhere: bool,
}

/// An object as it is met by an entry.
pub(super) struct MetObject<'o> {
    pub(super) object: &'o Node,
    /// The text of its file.
    pub(super) text: &'o str,
    pub(super) names: &'o ObjectNames,
    /// The images that layers below give to places.
    pub(super) images: &'o [(Pointer, String)],
}

impl LayerEffect {
    /// True where the values that it states have places of their own.
    pub(super) fn has_places(&self) -> bool {
        matches!(
            self,
            Self::Patch { .. }
                | Self::Replicas(..)
                | Self::Labels { .. }
                | Self::Annotations { .. }
        )
    }

    /// What it changes in an object.
    pub(super) fn changes(&self, met: &MetObject<'_>, lists: ListOrders) -> FoundChanges {
        let mut found = FoundChanges::after(lists);
        let object = met.object;
        match self {
            Self::Anything(target) if target.fits(met.names) => found.everything(),
            Self::Refused(target) if target.fits(met.names) => found.refused(),
            Self::Patch {
                target,
                body,
                renames,
            } if target.fits(met.names) => body.changes(object, *renames, &mut found),
            Self::Image(entry) => entry.changes(object, met.images, &mut found),
            Self::Replicas(target, count) if target.fits(met.names) => {
                let at = Pointer::default().key("spec").key("replicas");
                found.add(at, LayerValue::Known(count.clone()));
            }
            Self::Replacement {
                target,
                rejected,
                paths,
            } if target.fits(met.names) && !rejected.iter().any(|by| by.fits(met.names)) => {
                add_paths(object, paths, '.', &mut found);
            }
            Self::Fields { target, paths } if target.fits(met.names) => {
                add_paths(object, paths, '/', &mut found);
            }
            Self::Labels { pairs, reach } => labels(object, pairs, *reach, &mut found),
            Self::Annotations { pairs, anywhere } => {
                annotations(object, pairs, *anywhere, &mut found);
            }
            Self::Renames(renames) => renames.changes(object, &mut found),
            Self::GeneratedName(name) => {
                object.each_scalar(&mut |at, node| {
                    if node.as_str() == Some(name) && is_reference(at) {
                        found.add_alike(at.clone(), LayerValue::Unknown);
                    }
                });
            }
            Self::Texts(mark) => object.each_scalar(&mut |at, node| {
                if node
                    .as_str()
                    .is_some_and(|text| text.contains(mark.as_str()))
                {
                    found.add(at.clone(), LayerValue::Unknown);
                }
            }),
            Self::Marked(mark) => object.each_scalar(&mut |at, node| {
                let rest = met.text.get(node.span.end()..).unwrap_or_default();
                let rest = rest.lines().next().unwrap_or_default();
                if rest.contains('#') && rest.contains(mark) {
                    found.add(at.clone(), another_tag(node));
                }
            }),
            _ => {}
        }
        found
    }
}

/// The same image with another tag: an automation follows one image. It may stand in a field of its own.
fn another_tag(node: &Node) -> LayerValue {
    match node.as_str().map(images::apart) {
        Some((name, suffix)) if !suffix.is_empty() => {
            let text = Value::String(format!("{name}:a-tag-that-is-not-known"));
            LayerValue::Known(Node::new(text, node.span))
        }
        _ => LayerValue::Unknown,
    }
}

fn add_paths(object: &Node, paths: &[String], separator: char, found: &mut FoundChanges) {
    for path in paths {
        for at in field_path::places((object, &found.lists), path, separator) {
            found.add(at, LayerValue::Unknown);
        }
    }
}

/// Labels, where Kustomize puts them.
fn labels(object: &Node, pairs: &[(String, Node)], reach: LabelReach, found: &mut FoundChanges) {
    let mut places: Vec<&[&str]> = vec![&["metadata", "labels"]];
    let is_known = reach.anywhere || target::is_of_kubernetes(object);
    if is_known && reach.templates {
        places.extend(
            TEMPLATES
                .iter()
                .filter(|path| object.at(&path[..2]).is_some()),
        );
    }
    if is_known && reach.selectors {
        let kind = object.get("kind").and_then(Node::as_str);
        let selector: &[&str] = match kind {
            Some("Service" | "ReplicationController") => &["spec", "selector"],
            _ => &["spec", "selector", "matchLabels"],
        };
        places.extend(object.at(&selector[..2]).map(|_| selector));
    }
    for (key, value) in pairs {
        for place in &places {
            found.add_alike(pointer(place).key(key), LayerValue::Known(value.clone()));
        }
    }
}

/// Where pods have their labels.
const TEMPLATES: [&[&str]; 3] = [
    &["spec", "template", "metadata", "labels"],
    &[
        "spec",
        "jobTemplate",
        "spec",
        "template",
        "metadata",
        "labels",
    ],
    &["spec", "jobTemplate", "metadata", "labels"],
];

fn annotations(object: &Node, pairs: &[(String, Node)], anywhere: bool, found: &mut FoundChanges) {
    let template: &[&str] = &["spec", "template", "metadata"];
    let is_known = anywhere || target::is_of_kubernetes(object);
    let has_template = is_known && object.at(template).is_some();
    for (key, value) in pairs {
        let value = LayerValue::Known(value.clone());
        let own: &[&str] = &["metadata", "annotations"];
        found.add(pointer(own).key(key), value.clone());
        if has_template {
            found.add(pointer(template).key("annotations").key(key), value);
        }
    }
}

fn pointer(keys: &[&str]) -> Pointer {
    keys.iter()
        .map(|key| Step::Key((*key).to_owned()))
        .collect()
}

/// True for a field that refers to a ConfigMap or a Secret.
fn is_reference(at: &Pointer) -> bool {
    const ABOVE: [&str; 6] = [
        "configMap",
        "configMapRef",
        "configMapKeyRef",
        "secret",
        "secretRef",
        "secretKeyRef",
    ];
    match at.steps() {
        [.., Step::Key(above), Step::Key(name)] if name == "name" => {
            ABOVE.contains(&above.as_str())
        }
        [.., Step::Key(name)] => matches!(name.as_str(), "secretName" | "configMapName"),
        _ => false,
    }
}
