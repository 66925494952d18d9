//! From bytes to text, to documents, and to the objects that a document lists.

use crate::{
    document::{
        Document, Entry, Node, Value,
        read::{self, Format, Parsed},
        source::Source,
    },
    schema::envelope,
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

/// How the objects that a document lists stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    /// The document is a list, perhaps of lists.
    Elements,
    /// They are the elements of `items`.
    Items,
}

/// How a document lists objects that are judged as if each stood alone; `None` where it is one itself.
///
/// Beside the lists of Kubernetes (`kind: List`, `kind: DeploymentList`) these are lists of documents of
/// ours, as which no other tool would read them.
pub(super) fn listing(root: &Node) -> Option<Listing> {
    if !root.items().is_empty() {
        return holds_ours(root).then_some(Listing::Elements);
    }
    let items = root
        .get("items")
        .filter(|items| !items.items().is_empty())?;
    let kind = root
        .get("kind")
        .map(|kind| kind.as_str().unwrap_or_default());
    let is_list = match kind {
        Some(kind) if !kind.ends_with("List") => false,
        Some(_) if root.get("apiVersion").is_some() => true,
        _ => holds_ours(items),
    };
    is_list.then_some(Listing::Items)
}

/// True for a document of ours, and for lists that hold one.
fn holds_ours(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(holds_ours),
        _ => envelope(node).is_some() || listing(node).is_some(),
    }
}

/// The same without taking the document apart: each object that it lists, or itself.
pub(super) fn each_object(root: &Node, take: &mut dyn FnMut(&Node)) {
    let elements = match listing(root) {
        None => return take(root),
        Some(Listing::Items) => root.get("items").map(Node::items).unwrap_or_default(),
        Some(Listing::Elements) => root.items(),
    };
    for element in elements {
        each_object(element, take);
    }
}

/// The objects that a document lists; a document that lists none is itself.
pub(super) fn objects(document: Document) -> Vec<Document> {
    let Some(listing) = listing(&document.root) else {
        return vec![document];
    };
    // Moved, not copied: lists may be nested a hundred deep.
    let mut elements = match (listing, document.root.value) {
        (Listing::Items, Value::Map(entries)) => items_of(entries),
        (_, Value::List(items)) => items,
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    elements.reverse();
    while let Some(root) = elements.pop() {
        match root.value {
            // What is listed in a list is in the same place as the list.
            Value::List(inner) if listing == Listing::Elements => {
                elements.extend(inner.into_iter().rev());
            }
            value => found.extend(objects(Document {
                source: Arc::clone(&document.source),
                root: Node { value, ..root },
                index: document.index,
            })),
        }
    }
    found
}

fn items_of(entries: Vec<Entry>) -> Vec<Node> {
    for entry in entries {
        if let (Value::List(items), "items") = (entry.node.value, entry.key.as_str()) {
            return items;
        }
    }
    Vec::new()
}
