//! Where the same TOML key is written: where one that clashes was defined first, and every header
//! that names a table.
//!
//! The parser reports only the second place, and the tree that it recovers may lack the first.
//! So the paths of the keys are followed once more in the text.

use super::DEPTH;
use crate::document::source::Span;
use std::{collections::HashMap, sync::Arc};
use toml_parser::{
    Source,
    parser::{Event, EventKind, RecursionGuard, parse_document},
};

/// The key whose bytes are `clash`, and the bytes where the same path is written first.
pub(super) fn definition(text: &str, offset: usize, clash: Span) -> Option<(String, Span)> {
    let source = Source::new(text.get(offset..)?);
    let events = events(source);
    let clash = Span::new(
        clash.start() - offset.min(clash.start()),
        clash.end() - offset.min(clash.end()),
    );
    let (path, _) = walk(source, &events, |_, span| span == clash)?;
    let (_, first) = walk(source, &events, |found, _| found == path)?;
    let TomlStep::Key(key) = path.into_iter().next_back()? else {
        return None;
    };
    let first = Span::new(first.start() + offset, first.end() + offset);
    // The walk finds the clash itself where nothing before it has its path.
    (first.start() < clash.start() + offset).then_some((key, first))
}

/// The places of each key that is written several times, by any of them.
pub(in crate::document::read) fn synonyms(text: &str) -> HashMap<Span, Arc<[Span]>> {
    let offset = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let source = Source::new(text.get(offset..).unwrap_or_default());
    let mut places: HashMap<Vec<TomlStep>, Vec<Span>> = HashMap::new();
    // It never says yes, so the walk sees every key.
    let _ = walk(source, &events(source), |path, span| {
        let span = Span::new(span.start() + offset, span.end() + offset);
        places.entry(path.to_vec()).or_default().push(span);
        false
    });
    let mut synonyms = HashMap::new();
    for spans in places.into_values().filter(|spans| spans.len() > 1) {
        let spans: Arc<[Span]> = spans.into();
        for span in spans.iter() {
            synonyms.insert(*span, Arc::clone(&spans));
        }
    }
    synonyms
}

fn events(source: Source<'_>) -> Vec<Event> {
    let tokens = source.lex().into_vec();
    let mut events: Vec<Event> = vec![];
    parse_document(
        &tokens,
        &mut RecursionGuard::new(&mut events, DEPTH),
        &mut (),
    );
    events
}

/// The first key, with its path, for which `is_it` holds.
fn walk(
    source: Source<'_>,
    events: &[Event],
    mut is_it: impl FnMut(&[TomlStep], Span) -> bool,
) -> Option<(Vec<TomlStep>, Span)> {
    let mut walk = TomlWalk::default();
    for event in events {
        let is_key = event.kind() == EventKind::SimpleKey;
        let mut key = String::new();
        if is_key {
            source.get(event)?.decode_key(&mut key, &mut ());
        }
        walk.step(event.kind(), key);
        let span = Span::new(event.span().start(), event.span().end());
        if is_key && is_it(&walk.path, span) {
            return Some((walk.path, span));
        }
    }
    None
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum TomlStep {
    Key(String),
    Item(usize),
}

/// Follows the parser's events and knows the path of the key that was read last.
#[derive(Default)]
struct TomlWalk {
    path: Vec<TomlStep>,
    /// The length of `path` below each inline table or array that is open.
    bases: Vec<usize>,
    /// The length of `path` that the last header gave.
    header: usize,
    in_header: bool,
    /// The arrays of tables and how many elements each has.
    arrays: HashMap<Vec<TomlStep>, usize>,
}

impl TomlWalk {
    fn step(&mut self, kind: EventKind, key: String) {
        match kind {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                self.path.clear();
                self.bases.clear();
                self.in_header = true;
            }
            EventKind::StdTableClose => self.close_header(),
            EventKind::ArrayTableClose => {
                let count = self.arrays.entry(self.path.clone()).or_default();
                self.path.push(TomlStep::Item(*count));
                *count += 1;
                self.close_header();
            }
            // A header goes on from the last element of an array of tables.
            EventKind::KeySep if self.in_header => {
                if let Some(count) = self.arrays.get(&self.path) {
                    self.path.push(TomlStep::Item(count.saturating_sub(1)));
                }
            }
            EventKind::SimpleKey => self.path.push(TomlStep::Key(key)),
            EventKind::InlineTableOpen => self.bases.push(self.path.len()),
            EventKind::ArrayOpen => {
                self.path.push(TomlStep::Item(0));
                self.bases.push(self.path.len());
            }
            EventKind::ValueSep => {
                self.back();
                if let Some(TomlStep::Item(index)) = self.path.last_mut() {
                    *index += 1;
                }
            }
            EventKind::InlineTableClose | EventKind::ArrayClose => {
                self.back();
                self.bases.pop();
                if kind == EventKind::ArrayClose {
                    self.path.pop();
                }
            }
            EventKind::Newline if self.bases.is_empty() => self.path.truncate(self.header),
            _ => {}
        }
    }

    fn close_header(&mut self) {
        self.header = self.path.len();
        self.in_header = false;
    }

    fn back(&mut self) {
        self.path
            .truncate(self.bases.last().copied().unwrap_or(self.header));
    }
}
