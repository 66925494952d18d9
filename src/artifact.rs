//! Manifests of platforms: what a file is, and what it says, in one shape whatever the platform.
//!
//! Owns the table of [`Kind`]s that are read, and their normal form: the values that rules compare,
//! in seconds, bytes and ratios, each with the path to what it was read from. What a manifest does
//! not say is absent: no platform default is filled in here. It reads no files, joins nothing and
//! judges nothing. A value of a wrong type is absent too; the schemas report it.

mod alerts;
mod analysis;
mod argo;
mod condition;
mod engine;
mod flagger;
mod kind;
mod kserve;
mod kubernetes;
mod links;
mod others;
mod pod;
mod promql;
mod ray;
mod slo;

pub use kind::{Kind, Role, find, kinds, knows};
pub use links::Links;

use crate::{
    document::{Document, Node},
    sheet::{Sheet, Spot},
    syntax::{self, SyntaxError},
};
use serde_json::Value as Json;

/// Brings a manifest into the shape that its reader expects: lists where fields may repeat, and the
/// document inside a text in place of the text. Answers with what is wrong inside.
pub fn unfold(kind: &Kind, document: &mut Document) -> Option<SyntaxError> {
    kind.lists.iter().for_each(|path| document.root.repeat(path));
    let text = document.root.at_mut(kind.embedded?)?;
    match syntax::embedded(&document.source.text, text) {
        Ok(inner) => {
            if let Some(inner) = inner {
                *text = inner;
            }
            None
        }
        Err(error) => Some(error),
    }
}

/// The facts of a manifest of this kind, a JSON object: `name`, `namespace`, `kind`, `platform` and
/// the sheets of its kind (`workload`, `rollout`, `analyses`, `slos`, `alerts`, ...).
pub fn derive(kind: &Kind, root: &Node) -> Json {
    let mut facts = Sheet::default();
    facts.text("kind", Some(kind.name));
    facts.text("platform", Some(kind.platform));
    facts.text("name", kind.links(root).name);
    facts.text("namespace", root.at(&["metadata", "namespace"]).and_then(Node::as_str));
    (kind.derive)(&Spot::root(root), &mut facts);
    facts.into()
}

#[cfg(test)]
mod tests;
