//! Where a TOML key that clashes was defined first.
//!
//! The parser reports only the second place. The path of the clashing key is read again from the
//! text, and the first place is looked up under that path in the tree that was recovered.

use crate::{
    document::{Entry, Node, Value},
    source::Span,
};
use toml_parser::{
    Source,
    parser::{Event, EventKind, RecursionGuard, parse_document},
};

/// As deep as the parser of the tree goes.
const DEPTH: u32 = 80;

/// The key whose bytes are `clash`, and the place where that key stands first; `None` where the
/// tree does not show it.
pub(super) fn definition(text: &str, offset: usize, clash: Span, root: &Node) -> Option<(String, Span)> {
    let path = path(text.get(offset..)?, clash.start() - offset, clash.end() - offset)?;
    let (key, parents) = path.split_last()?;
    let mut node = root;
    for step in parents {
        node = match step {
            Step::Key(key) => last_table(&entry(node, key)?.node),
            Step::Item(index) => node.items().get(*index)?,
        };
    }
    let Step::Key(key) = key else { return None };
    let span = entry(node, key)?.key_span;
    (span.start() < clash.start()).then(|| (key.clone(), span))
}

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    node.entry(key)
}

/// A header means the last element of an array of tables.
fn last_table(node: &Node) -> &Node {
    match &node.value {
        Value::List(items) => items.last().filter(|item| item.header.is_some()).unwrap_or(node),
        _ => node,
    }
}

#[derive(Clone)]
enum Step {
    Key(String),
    Item(usize),
}

/// The path of the key at these bytes.
fn path(body: &str, start: usize, end: usize) -> Option<Vec<Step>> {
    let source = Source::new(body);
    let tokens = source.lex().into_vec();
    let mut events: Vec<Event> = vec![];
    parse_document(&tokens, &mut RecursionGuard::new(&mut events, DEPTH), &mut ());
    let mut walk = Walk::default();
    for event in events {
        let span = event.span();
        let mut key = String::new();
        if event.kind() == EventKind::SimpleKey {
            source.get(event)?.decode_key(&mut key, &mut ());
        }
        walk.step(event.kind(), key);
        if event.kind() == EventKind::SimpleKey && (span.start(), span.end()) == (start, end) {
            return Some(walk.path);
        }
    }
    None
}

/// Follows the parser's events and knows the path of the key that was read last.
#[derive(Default)]
struct Walk {
    path: Vec<Step>,
    /// The length of `path` that the innermost header, value or bracket starts from.
    bases: Vec<usize>,
    header: usize,
    in_header: bool,
}

impl Walk {
    fn step(&mut self, kind: EventKind, key: String) {
        match kind {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                self.path.clear();
                self.bases.clear();
                self.in_header = true;
            }
            EventKind::StdTableClose | EventKind::ArrayTableClose => {
                self.header = self.path.len();
                self.in_header = false;
            }
            EventKind::SimpleKey => self.path.push(Step::Key(key)),
            EventKind::InlineTableOpen => self.bases.push(self.path.len()),
            EventKind::ArrayOpen => {
                self.path.push(Step::Item(0));
                self.bases.push(self.path.len());
            }
            EventKind::ValueSep => {
                self.back();
                if let Some(Step::Item(index)) = self.path.last_mut() {
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
            EventKind::Newline if self.bases.is_empty() && !self.in_header => self.path.truncate(self.header),
            _ => {}
        }
    }

    fn back(&mut self) {
        self.path.truncate(self.bases.last().copied().unwrap_or(self.header));
    }
}
