//! From bytes to text, to documents, and to the objects that a document lists.

use crate::document::{
    Document, Node, Value,
    read::{self, Format, Parsed},
    source::Source,
};
use std::{panic, sync::Arc};

/// The text, where it is neither too long nor in another encoding; the error is for users.
pub(super) fn decoded(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.len() > read::MAX_BYTES {
        let most = read::MAX_BYTES / 1_000_000;
        return Err(format!(
            "the file is larger than {most} MB, the most that is read"
        ));
    }
    read::decode(bytes).map_err(|error| error.to_string())
}

/// What a text holds. `None` where the parser fails on it, which is a defect of servelint: it is told of
/// this file alone, and the run goes on.
pub(super) fn parsed(source: &Arc<Source>, format: Format) -> Option<Parsed> {
    // Whatever the parser has half built is dropped with its panic.
    panic::catch_unwind(panic::AssertUnwindSafe(|| read::parse(source, format))).ok()
}

/// The objects of a Kubernetes list (`kind: List`, `kind: DeploymentList`), which are applied as if
/// each stood alone; any other document is itself.
pub(super) fn objects(document: Document) -> Vec<Document> {
    let root = &document.root;
    let kind = root.get("kind").and_then(Node::as_str).unwrap_or_default();
    if !kind.ends_with("List") || root.get("apiVersion").is_none() {
        return vec![document];
    }
    if root
        .get("items")
        .is_none_or(|items| items.items().is_empty())
    {
        return vec![document];
    }
    // Moved, not copied: lists may be nested a hundred deep.
    let Value::Map(entries) = document.root.value else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        let Value::List(items) = entry.node.value else {
            continue;
        };
        if entry.key != "items" {
            continue;
        }
        for root in items {
            found.extend(objects(Document {
                source: Arc::clone(&document.source),
                root,
                index: document.index,
            }));
        }
    }
    found
}
