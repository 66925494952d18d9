//! Manifests of platforms: what a file is, and what it says, in one shape whatever the platform.
//!
//! Owns the table of [`Kind`]s that are read, and their normal form: the values that rules compare,
//! in seconds, bytes and ratios, each with the path to what it was read from. What a manifest does
//! not say is absent: no platform default is filled in here. It reads no files, joins nothing and
//! judges nothing. A value of a wrong type is absent too; the schemas report it.

mod aibrix;
mod analysis;
mod argo;
mod bentoml;
mod change;
mod compose;
mod condition;
mod dynamo;
mod engine;
pub mod facts;
mod flagger;
mod gateway;
mod indicator;
mod inference;
mod ingress;
mod istio;
mod keda;
mod kind;
mod knative;
mod kserve;
mod kubernetes;
mod leader_worker;
mod links;
mod merge_keys;
mod nim;
mod openslo;
mod placement;
mod pod;
mod production_stack;
mod prometheus;
mod queries;
mod ray;
mod resources;
mod sagemaker;
mod seldon;
mod server;
mod sloth;
mod triton;
mod unknown;

pub use change::changes;
pub use kind::{Kind, Role, find, kinds, knows};
pub use kserve::{MergedPod, POD, PodOrigin, RUNTIMES, is_mergeable, named_runtime};
pub use links::{BackendLink, Links, service_label};
pub use merge_keys::merge_keys;
pub use unknown::{Guess, UnknownValue, UnknownWhy, unknown};

use crate::document::{
    Node, Spot,
    read::{self, SyntaxError},
};
use facts::ManifestFacts;

/// The facts of a manifest of this kind, without those of its part in a review.
pub fn derive(kind: &Kind, root: &Node) -> ManifestFacts {
    let namespace = root.at(&["metadata", "namespace"]).and_then(Node::as_str);
    let mut facts = ManifestFacts {
        kind: kind.name,
        platform: Some(kind.platform),
        name: kind.links(root).name.map(str::to_owned),
        namespace: namespace.map(str::to_owned),
        ..ManifestFacts::default()
    };
    let root = Spot::root(root);
    (kind.derive)(&root, &mut facts);
    if facts.pods.is_empty() {
        facts.pods = placement::pods(&root, &facts);
    }
    facts
}

/// The facts of an InferenceService with the pod that KServe makes of it and of its runtime.
pub fn derive_with(kind: &Kind, root: &Node, pod: &MergedPod, runtime: &Node) -> ManifestFacts {
    let mut facts = derive(kind, root);
    kserve::with_runtime(&Spot::root(root), pod, runtime, &mut facts);
    facts
}

/// Puts the document that a text of this manifest holds into the place of the text. `text` is that
/// of the whole file, so that places in the inner document are places in the file.
///
/// # Errors
/// What is wrong in the inner document; the text then stays.
pub fn open(kind: &Kind, root: &mut Node, text: &str) -> Result<(), SyntaxError> {
    let keys = kind.embedded.unwrap_or_default();
    let holder =
        (!keys.is_empty()).then(|| keys.iter().try_fold(root, |node, key| node.get_mut(key)));
    let Some(holder) = holder.flatten() else {
        return Ok(());
    };
    if let Some(inner) = read::embedded(text, holder)? {
        *holder = Node {
            alias: holder.alias,
            ..inner
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests;
