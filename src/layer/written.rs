//! Where the entries of layers are written, so that a value can be shown where a person edits it.

use crate::document::{
    Node, Pointer, Value,
    read::{self, Format},
    source::{Source, Span},
};
use std::sync::Arc;

/// The bytes in which a value is written.
#[derive(Debug, Clone)]
pub struct WrittenPlace {
    /// The file.
    pub source: Arc<Source>,
    /// The bytes.
    pub span: Span,
}

impl WrittenPlace {
    /// The path within its own document, of what a rendered object has at `at`; with what is missing there.
    pub fn pointer(&self, at: &Pointer, rendered: &Node) -> Pointer {
        let format = Format::of(&self.source.path).unwrap_or(Format::Yaml);
        let parsed = read::parse_as_platform(&self.source, format);
        let mut documents = parsed.documents.iter();
        let found = documents.find_map(|document| within(&document.root, self.span));
        let missing = at.skip(rendered.resolve(at).depth);
        found.unwrap_or_default().join(&missing)
    }
}

/// The path of what is written at these bytes, or has its key there.
fn within(node: &Node, span: Span) -> Option<Pointer> {
    let is_around = |outer: Span| outer.start() <= span.start() && span.end() <= outer.end();
    match &node.value {
        Value::Map(entries) => entries.iter().find_map(|entry| {
            let own = Pointer::default().key(&entry.key);
            match entry.key_span == span || entry.node.span == span {
                true => Some(own),
                false if is_around(entry.node.span) => {
                    let below = within(&entry.node, span);
                    Some(own.join(&below.unwrap_or_default()))
                }
                false => None,
            }
        }),
        Value::List(items) => items.iter().enumerate().find_map(|(index, item)| {
            let own = Pointer::default().index(index);
            is_around(item.span).then(|| own.join(&within(item, span).unwrap_or_default()))
        }),
        _ => None,
    }
}

/// What an entry of a layer is written in.
#[derive(Debug, Clone)]
pub(super) struct WrittenEntry {
    /// The file in which its values stand.
    pub(super) source: Arc<Source>,
    /// The text of that file in which they stand, where they are written in one.
    pub(super) inside: Option<Node>,
    /// What of it a person edits, where its effect has no values with places of their own.
    pub(super) span: Span,
}

impl WrittenEntry {
    /// An entry of the file itself, which is edited at these bytes.
    pub(super) fn at(source: &Arc<Source>, span: Span) -> Self {
        Self {
            source: Arc::clone(source),
            inside: None,
            span,
        }
    }

    /// The entry as a whole.
    pub(super) fn whole(&self) -> WrittenPlace {
        WrittenPlace {
            source: Arc::clone(&self.source),
            span: self.span,
        }
    }

    /// The place of bytes of one of its values.
    pub(super) fn of(&self, span: Span) -> WrittenPlace {
        let span = match &self.inside {
            Some(text) => read::part(&self.source.text, text, span).unwrap_or(text.span),
            None => span,
        };
        WrittenPlace {
            source: Arc::clone(&self.source),
            span,
        }
    }
}
