//! What a service is called that has no name: its manifest has none, gets one from the cluster, or has a placeholder.

use super::Member;
use crate::document::{
    Node, Pointer,
    source::{LineIndex, Source},
};
use std::sync::Arc;

/// Names after the places of documents: `Deployment in k8s/server.yaml:12`. Of a file with many, the lines are found once.
#[derive(Default)]
pub(super) struct Nameless {
    last: Option<(Arc<Source>, LineIndex)>,
}

impl Nameless {
    /// The name of a service whose first document is this one, of a kind.
    pub(super) fn name(&mut self, member: &Member, kind: &str) -> String {
        let source = &member.document.source;
        let start = member.document.root.span.start();
        let lines = match self.last.take() {
            Some((last, lines)) if Arc::ptr_eq(&last, source) => lines,
            _ => LineIndex::new(&source.text),
        };
        let line = lines.line_of(start) + 1;
        self.last = Some((Arc::clone(source), lines));
        match line {
            1 => format!("{kind} in {}", source.name),
            line => format!("{kind} in {}:{line}", source.name),
        }
    }
}

/// True where the name of a manifest is known: it is written, and nobody has yet to fill it in.
pub(super) fn is_named(member: &Member, name: &str) -> bool {
    let at = Pointer::default().key("metadata").key("name");
    let written = member.document.root.at(&["metadata", "name"]);
    let is_placeholder = written.and_then(Node::as_str) == Some(name)
        && member.unknown.iter().any(|unknown| unknown.at == at);
    !name.trim().is_empty() && !is_placeholder
}
