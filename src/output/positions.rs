//! Lines and columns for a whole report: each file is indexed once.

use crate::document::source::{LineIndex, Position, Source, Span};
use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

/// The line index of every source met so far. The report keeps the sources alive, so their
/// addresses serve as keys.
#[derive(Default)]
pub(super) struct Positions {
    indexes: RefCell<HashMap<*const Source, Rc<LineIndex>>>,
}

impl Positions {
    /// The lines of this source.
    pub(super) fn lines(&self, source: &Arc<Source>) -> Rc<LineIndex> {
        let mut indexes = self.indexes.borrow_mut();
        let index = indexes
            .entry(Arc::as_ptr(source))
            .or_insert_with(|| Rc::new(LineIndex::new(&source.text)));
        Rc::clone(index)
    }

    /// Where a span starts.
    pub(super) fn start(&self, source: &Arc<Source>, span: Span) -> Position {
        self.lines(source).position(&source.text, span.start())
    }

    /// Where a span ends: the place after its last character.
    pub(super) fn end(&self, source: &Arc<Source>, span: Span) -> Position {
        self.lines(source).position(&source.text, span.end())
    }
}
