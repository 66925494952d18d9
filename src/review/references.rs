//! Where documents refer to files.

use crate::{
    document::{Node, Value},
    rule::Subject,
};

/// Paths to evidence in each kind. `*` is every entry of a list, or every value of a mapping.
const PLACES: &[(Subject, &[&str])] = &[
    (Subject::ServingSpec, &["spec", "assumptions", "*", "basis", "evidence"]),
    (Subject::ServingSpec, &["spec", "capacity", "perReplica", "evidence"]),
    (Subject::DecisionLog, &["spec", "decisions", "*", "options", "*", "tradeoffs", "*", "evidence"]),
    (Subject::DecisionLog, &["spec", "decisions", "*", "outcome", "evidence"]),
    (Subject::VerificationChecklist, &["spec", "items", "*", "evidence"]),
];

/// Every reference in a document: its path as written, and the checksum that stands beside it.
pub fn references(root: &Node, subject: Subject) -> Vec<(&str, Option<&str>)> {
    let mut found = Vec::new();
    for (_, place) in PLACES.iter().filter(|(known, _)| *known == subject) {
        walk(root, place, &mut found);
    }
    found
}

/// The page that a specification opens in an emergency.
pub fn runbook(root: &Node, subject: Subject) -> Option<&str> {
    root.at(&["spec", "rollback", "runbook"])
        .filter(|_| subject == Subject::ServingSpec)
        .and_then(Node::as_str)
}

fn walk<'n>(node: &'n Node, place: &[&str], found: &mut Vec<(&'n str, Option<&'n str>)>) {
    match place.split_first() {
        None => reference(node, found),
        Some((&"*", rest)) => {
            node.items().iter().for_each(|item| walk(item, rest, found));
            node.entries().iter().for_each(|entry| walk(&entry.node, rest, found));
        }
        Some((key, rest)) => {
            if let Some(child) = node.get(key) {
                walk(child, rest, found);
            }
        }
    }
}

/// A path, an object with a `path`, or a list of these.
fn reference<'n>(node: &'n Node, found: &mut Vec<(&'n str, Option<&'n str>)>) {
    match &node.value {
        Value::String(path) => found.push((path, None)),
        Value::Map(_) => {
            if let Some(path) = node.get("path").and_then(Node::as_str) {
                found.push((path, node.get("sha256").and_then(Node::as_str)));
            }
        }
        Value::List(items) => items.iter().for_each(|item| reference(item, found)),
        _ => {}
    }
}
