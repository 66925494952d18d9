//! Where the entries of layers are written, so that a value can be shown where a person edits it.

use crate::document::{
    Node, read,
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
