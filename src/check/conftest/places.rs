//! Where something is wrong that a policy of conftest's contract tells.

use crate::{
    check::judge,
    document::{
        Node, Pointer, Step,
        read::Configuration,
        source::{LineIndex, Source, Span},
    },
    finding::Place,
    policy::ResultPlace,
    review::Member,
};
use std::sync::Arc;

/// The first key of a document, or the place where it would be.
pub(super) fn head(
    source: &Arc<Source>,
    configuration: &Configuration<'_>,
    members: &[Member],
) -> Place {
    let Some(document) = configuration.document else {
        return Place::bare(
            Arc::clone(source),
            Span::new(configuration.start, configuration.start),
        );
    };
    let mut place = Place::within(document, name(configuration, members), &configuration.at);
    let node = configuration.node();
    let first = node.and_then(|node| node.entries().first());
    place.span = match (first, node) {
        (Some(entry), _) => entry.key_span,
        (None, Some(node)) => first_line(source, node.span),
        (None, None) => place.span,
    };
    place
}

/// A span up to the end of its first line.
fn first_line(source: &Source, span: Span) -> Span {
    let text = source.slice(span);
    let line = text.lines().next().unwrap_or_default();
    Span::new(span.start(), span.start() + line.len())
}

/// Where a path leads; `None` where not even its first step is there.
pub(super) fn at(
    configuration: &Configuration<'_>,
    path: &Pointer,
    members: &[Member],
) -> Option<Place> {
    let document = configuration.document?;
    let node = configuration.node()?;
    let found = node.resolve(path);
    if found.depth == 0 && !path.is_root() {
        return None;
    }
    let whole = configuration.at.clone().join(path);
    Some(Place::within(
        document,
        name(configuration, members),
        &whole,
    ))
}

/// A line of a file, from 1, without the blanks around it; `None` where it has no such line.
pub(super) fn line(source: &Arc<Source>, line: usize) -> Option<Place> {
    let lines = LineIndex::new(&source.text);
    if line == 0 || line > lines.lines() {
        return None;
    }
    let start = lines.start_of(line - 1, &source.text);
    let text = source.text.get(start..)?.lines().next().unwrap_or_default();
    let blanks = text.len() - text.trim_start().len();
    let span = Span::new(start + blanks, start + text.trim_end().len().max(blanks));
    Some(Place::bare(Arc::clone(source), span))
}

/// What a path into all files together leads to: the number of the file's entry, and the path within it.
pub(super) fn combined(said: &ResultPlace, entries: usize) -> Option<(usize, Pointer)> {
    let ResultPlace::At(path) = said else {
        return None;
    };
    let Some(Step::Index(at)) = path.steps().first() else {
        return None;
    };
    let skipped = match path.steps().get(1) {
        Some(Step::Key(key)) if key == "contents" => 2,
        _ => 1,
    };
    (*at < entries).then(|| (*at, path.skip(skipped)))
}

/// What a document is called: as everywhere where it is one of ours, else by its kind and name.
fn name(configuration: &Configuration<'_>, members: &[Member]) -> Option<String> {
    let document = configuration.document?;
    let own = members.iter().find(|member| {
        member.document.source.path == document.source.path
            && member.document.index == document.index
    });
    if let Some(own) = own {
        return Some(judge::identity(own));
    }
    let text = |keys: &[&str]| document.root.at(keys).and_then(Node::as_str);
    let kind = text(&["kind"])?;
    Some(format!(
        "{kind}/{}",
        text(&["metadata", "name"]).unwrap_or_default()
    ))
}
