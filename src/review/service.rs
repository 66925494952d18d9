//! The service that a document names.

use crate::{document::Node, manifest, rule::Subject};

/// The service that a document of this kind speaks of.
pub fn service_of(root: &Node, subject: Subject) -> Option<&str> {
    let path: &[&str] = match subject {
        Subject::ServingSpec => &["metadata", "name"],
        // A manifest belongs to whom `attach` gives it.
        Subject::Artifact => return None,
        Subject::Own(_) => return named_service(root),
        _ => &["spec", "servingSpec"],
    };
    root.at(path).and_then(Node::as_str)
}

/// Where a document of a team's kind names its service, the most telling first; after these come its labels and its own
/// name.
pub const SERVICE_PLACES: [&[&str]; 3] = [
    &["spec", "servingSpec"],
    &["spec", "service"],
    &["metadata", "service"],
];

/// The service that a document of a team's kind names.
fn named_service(root: &Node) -> Option<&str> {
    let text = |path: &&[&str]| root.at(path).and_then(Node::as_str);
    let named = SERVICE_PLACES.iter().find_map(text);
    let named = named.or_else(|| manifest::service_label(root));
    named.or_else(|| text(&["metadata", "name"].as_slice()))
}
