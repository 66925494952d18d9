//! From bytes to text, and from a document to the objects that it lists.

use crate::document::{Document, Node, Value, read};
use std::sync::Arc;

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

/// The objects of a Kubernetes list (`kind: List`, `kind: DeploymentList`), which are applied as if
/// each stood alone; any other document is itself.
pub(super) fn objects(document: Document) -> Vec<Document> {
    let is_list = document
        .root
        .get("kind")
        .and_then(Node::as_str)
        .is_some_and(|kind| kind.ends_with("List"))
        && document.root.get("apiVersion").is_some();
    let is_filled = document
        .root
        .get("items")
        .is_some_and(|items| !items.items().is_empty());
    if !is_list || !is_filled {
        return vec![document];
    }
    // Moved, not copied: lists may be nested a hundred deep.
    let Document {
        source,
        root,
        index,
    } = document;
    let Value::Map(entries) = root.value else {
        return Vec::new();
    };
    let items = entries
        .into_iter()
        .find(|entry| entry.key == "items")
        .map(|entry| entry.node.value);
    let Some(Value::List(items)) = items else {
        return Vec::new();
    };
    let object = |root| Document {
        source: Arc::clone(&source),
        root,
        index,
    };
    items.into_iter().map(object).flat_map(objects).collect()
}
