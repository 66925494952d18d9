//! The answer of `servelint input`, where somebody keeps it among the documents.
//!
//! It holds a copy of each document beside what rules derive from it. It is told from a document that stands in a
//! wrapper by every key that the answer has: what no run has printed is none.

use crate::document::{Node, Value};

/// The keys of the answer.
const KEYS: [&str; 2] = ["inputs", "version"];
/// The keys of an entry, and whether each has it.
const ENTRY: [(&str, bool); 6] = [
    ("subject", true),
    ("service", false),
    ("files", true),
    ("rules", true),
    ("input", true),
    ("data", true),
];

/// True for the root of such an answer.
pub(super) fn is_answer(root: &Node) -> bool {
    let inputs = root.get("inputs").map(Node::items).unwrap_or_default();
    let has_only_its_keys = root
        .entries()
        .iter()
        .all(|entry| KEYS.contains(&entry.key.as_str()));
    has_only_its_keys
        && matches!(
            root.get("version").map(|node| &node.value),
            Some(Value::Integer(_))
        )
        && !inputs.is_empty()
        && inputs.iter().all(is_entry)
}

fn is_entry(entry: &Node) -> bool {
    let is_known = |key: &str| ENTRY.iter().any(|(name, _)| *name == key);
    let is_text = |node: &Node| node.as_str().is_some();
    let is_list = |key: &str| {
        let items = entry.get(key).map(Node::items).unwrap_or_default();
        !items.is_empty() && items.iter().all(is_text)
    };
    let is_map = |keys: &[&str]| {
        let found = entry.at(keys);
        found.is_some_and(|node| matches!(node.value, Value::Map(_)))
    };
    entry.entries().iter().all(|field| is_known(&field.key))
        && ENTRY
            .iter()
            .all(|(key, always)| !always || entry.get(key).is_some())
        && entry.get("subject").is_some_and(is_text)
        && is_list("files")
        && is_list("rules")
        // No document has facts, and none brings the thresholds of the team.
        && is_map(&["input", "facts"])
        && is_map(&["data", "servelint", "policy"])
}
