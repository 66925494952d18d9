//! Where documents refer to files.

use crate::{
    document::{Node, Value},
    evidence::Reference,
    rule::Subject,
};

/// A path to evidence. `*` is every entry of a list, or every value of a mapping.
type EvidencePath = &'static [&'static str];

const ASSUMPTIONS: EvidencePath = &["spec", "assumptions", "*", "basis", "evidence"];
const THROUGHPUT: EvidencePath = &["spec", "capacity", "perReplica", "evidence"];
const RATINGS: EvidencePath = &ratings("*");
const PERFORMANCE: EvidencePath = &ratings("performance");
const OUTCOMES: EvidencePath = &["spec", "decisions", "*", "outcome", "evidence"];
const CLAIMS: EvidencePath = &[
    "spec",
    "decisions",
    "*",
    "options",
    "*",
    "tradeoffs",
    "*",
    "claim",
    "evidence",
];
const ITEMS: EvidencePath = &["spec", "items", "*", "evidence"];

const fn ratings(dimension: &'static str) -> [&'static str; 8] {
    [
        "spec",
        "decisions",
        "*",
        "options",
        "*",
        "tradeoffs",
        dimension,
        "evidence",
    ]
}

/// Every reference in a document, as it is written.
pub fn references(root: &Node, subject: Subject) -> Vec<Reference<'_>> {
    at(
        root,
        match subject {
            Subject::ServingSpec => &[ASSUMPTIONS, THROUGHPUT],
            Subject::DecisionLog => &[RATINGS, CLAIMS, OUTCOMES],
            Subject::VerificationChecklist => &[ITEMS],
            _ => &[],
        },
    )
}

/// The page that a specification opens in an emergency.
pub fn runbook(root: &Node, subject: Subject) -> Option<&str> {
    root.at(&["spec", "rollback", "runbook"])
        .filter(|_| subject == Subject::ServingSpec)
        .and_then(Node::as_str)
}

/// The references of a document whose results its rules compare with a claim: those of checklist
/// items, of claims of ratings and of the throughput of a replica. Others support an argument and are only looked up.
pub fn measured(root: &Node, subject: Subject) -> Vec<Reference<'_>> {
    at(
        root,
        match subject {
            Subject::ServingSpec => &[THROUGHPUT],
            Subject::DecisionLog => &[CLAIMS],
            Subject::VerificationChecklist => &[ITEMS],
            _ => &[],
        },
    )
}

/// The references on which assumptions of a specification rest.
pub fn assumed(root: &Node, subject: Subject) -> Vec<Reference<'_>> {
    match subject {
        Subject::ServingSpec => at(root, &[ASSUMPTIONS]),
        _ => Vec::new(),
    }
}

/// The references of a decision log whose results rules compare with its dates and ratings: those of outcomes and
/// of performance ratings.
pub fn weighed(root: &Node, subject: Subject) -> Vec<Reference<'_>> {
    match subject {
        Subject::DecisionLog => at(root, &[PERFORMANCE, OUTCOMES]),
        _ => Vec::new(),
    }
}

fn at<'n>(root: &'n Node, places: &[EvidencePath]) -> Vec<Reference<'n>> {
    let mut found = Vec::new();
    for place in places {
        walk(root, place, &mut found);
    }
    found
}

fn walk<'n>(node: &'n Node, place: &[&str], found: &mut Vec<Reference<'n>>) {
    match place.split_first() {
        None => each(node, found),
        Some((&"*", rest)) => {
            node.items().iter().for_each(|item| walk(item, rest, found));
            node.entries()
                .iter()
                .for_each(|entry| walk(&entry.node, rest, found));
        }
        Some((key, rest)) => {
            if let Some(child) = node.get(key) {
                walk(child, rest, found);
            }
        }
    }
}

/// One reference, or a list of them.
fn each<'n>(node: &'n Node, found: &mut Vec<Reference<'n>>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| each(item, found)),
        _ => found.extend(reference(node)),
    }
}

/// A path, or an object with a `path`.
pub fn reference(node: &Node) -> Option<Reference<'_>> {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    match &node.value {
        Value::String(path) => Some(Reference::to(path)),
        Value::Map(_) => Some(Reference {
            path: text("path")?,
            format: text("format"),
            select: text("select"),
            sha256: text("sha256"),
        }),
        _ => None,
    }
}
