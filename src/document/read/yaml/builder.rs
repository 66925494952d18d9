//! YAML events to a tree.

use super::{
    easing::Easing,
    merge, places,
    readings::{Readings, ScalarText},
};
use crate::document::{
    Entry, Node, Value,
    read::{COPIES, MAX_COPIES, MAX_DEPTH, MAX_NODES, SyntaxError, keys::Keys, short, template},
    source::Span,
};
use granit_parser::{Event, ScalarStyle, StructureStyle, Tag};
use std::collections::HashMap;

/// Builds one document after the other; the limits count for all of them together.
pub(super) struct YamlBuilder<'t> {
    text: &'t str,
    easing: &'t Easing<'t>,
    /// The collections that are open, the innermost last.
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    root: Option<Node>,
    nodes: usize,
    copies: usize,
    /// Where the last key, value or bracket ended.
    last: usize,
    readings: Readings,
    pub(super) errors: Vec<SyntaxError>,
    /// A template action stood where no document has one.
    pub(super) templated: bool,
}

/// A collection whose end has not come yet.
struct Open {
    value: Value,
    span: Span,
    anchor: usize,
    /// In a mapping: the key that waits for its value.
    key: Option<YamlKey>,
    keys: Keys,
    merged: Option<(Span, Node)>,
    /// The number of nodes and levels inside, itself included.
    size: usize,
    height: usize,
    /// Where the last key or value in it ends.
    end: usize,
}

enum YamlKey {
    Named(String, Span),
    /// What cannot be a key: an error that needs no second one.
    Bad,
    Merge(Span),
}

/// A finished node that an alias may ask for.
struct Anchor {
    node: Node,
    size: usize,
    height: usize,
}

/// A finished node on its way to its parent.
struct Done {
    node: Node,
    size: usize,
    height: usize,
    /// The text as a key has it.
    key: DoneKey,
    /// True for the merge key.
    is_merge: bool,
}

enum DoneKey {
    /// It can be none.
    None,
    /// The text of the node itself: most scalars are no key, and are not copied for it.
    Own,
    Text(String),
}

impl DoneKey {
    fn of(node: &Node, text: &str) -> Self {
        match &node.value {
            Value::String(own) if own == text => Self::Own,
            _ => Self::Text(text.to_owned()),
        }
    }
}

impl<'t> YamlBuilder<'t> {
    /// `platform` makes every document one of Kubernetes.
    pub(super) fn new(easing: &'t Easing<'t>, platform: bool) -> Self {
        Self {
            text: &easing.text,
            easing,
            open: vec![],
            anchors: HashMap::new(),
            root: None,
            nodes: 0,
            copies: 0,
            last: 0,
            readings: Readings::new(platform),
            errors: vec![],
            templated: false,
        }
    }

    /// True when a limit that holds for the whole file is used up.
    pub(super) fn is_exhausted(&self) -> bool {
        self.nodes > MAX_NODES || self.copies > MAX_COPIES
    }

    /// Takes the document and what is wrong with it, and is ready for the next one.
    pub(super) fn take(&mut self) -> (Option<Node>, Vec<SyntaxError>) {
        self.open.clear();
        self.anchors.clear();
        let mut root = self.root.take();
        let mut errors = std::mem::take(&mut self.errors);
        errors.extend(self.readings.settle(root.as_mut()));
        (root, errors)
    }

    /// Says which bracket is still open where the parser gave up.
    pub(super) fn explain(&self, error: SyntaxError) -> SyntaxError {
        let Some(opener) = self.open.last().map(|open| open.span.start()) else {
            return error;
        };
        match self.rest(opener).chars().next() {
            Some(bracket @ ('[' | '{'))
                if error.related.is_none() && opener < error.span.start() =>
            {
                error.and(
                    Span::new(opener, opener + 1),
                    format!("this `{bracket}` is still open there"),
                )
            }
            _ => error,
        }
    }

    /// Fails where the rest of the document cannot be read.
    pub(super) fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), SyntaxError> {
        let span = self.whole(&event, span);
        self.last = span.end();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = self.easing.value(text);
                let done = self.scalar(&text, style, tag.as_deref(), span)?;
                self.done(done, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.start(Value::List(vec![]), span, anchor),
            Event::MappingStart(_, anchor, _) => {
                self.templated |= self.rest(span.start()).starts_with("{{");
                self.start(Value::Map(vec![]), span, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(id) => self.alias(id, span),
            Event::UnresolvedAlias(name) => Err(SyntaxError::new(
                span,
                format!("no anchor `&{}` stands before this alias", short(&name)),
            )),
            _ => Ok(()),
        }
    }

    /// The span of an event with the mark that opens a block.
    fn whole(&self, event: &Event<'_>, span: Span) -> Span {
        match event {
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {
                places::block_scalar(self.text, self.last, span)
            }
            // Only a key has a list that is not indented; in a list, the dash before is that of the list.
            Event::SequenceStart(StructureStyle::Block, ..) if self.is_in_mapping() => {
                places::block_list(self.text, self.last, span)
            }
            _ => span,
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<Done, SyntaxError> {
        self.count(span)?;
        self.note_actions(text, style);
        let written = ScalarText {
            text,
            style,
            tag,
            span,
        };
        let node = Node::new(self.readings.value(&written, self.text), span);
        Ok(Done {
            key: DoneKey::of(&node, text),
            node,
            size: 1,
            height: 0,
            // In quotes or with a tag it is a key like any other.
            is_merge: text == "<<" && style == ScalarStyle::Plain && tag.is_none(),
        })
    }

    fn is_in_mapping(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| matches!(open.value, Value::Map(_)))
    }

    fn rest(&self, start: usize) -> &str {
        self.text.get(start..).unwrap_or_default()
    }

    fn count(&mut self, span: Span) -> Result<(), SyntaxError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            Err(SyntaxError::too_many(span))
        } else {
            Ok(())
        }
    }

    fn note_actions(&mut self, text: &str, style: ScalarStyle) {
        // What stands in quotes or in a block is text, whoever may fill it in: one such value must not keep a
        // whole document from being judged.
        // What parses is a text to whoever reads all documents as the platform does.
        self.templated |= style == ScalarStyle::Plain
            && !self.readings.is_of_platform()
            && template::in_plain(text);
    }

    fn start(&mut self, value: Value, span: Span, anchor: usize) -> Result<(), SyntaxError> {
        self.count(span)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(span));
        }
        let end = span.end();
        let keys = Keys::default();
        self.open.push(Open {
            value,
            span,
            anchor,
            key: None,
            keys,
            merged: None,
            size: 1,
            height: 1,
            end,
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), SyntaxError> {
        let Some(mut open) = self.open.pop() else {
            return Ok(());
        };
        if let (Some((_, merged)), Value::Map(entries)) = (open.merged.take(), &mut open.value)
            && let Err(error) = merge::merge(entries, merged)
        {
            self.errors.push(error);
        }
        // Trees are kept to the end of a run, and a vector makes room for four at once.
        match &mut open.value {
            Value::List(items) => items.shrink_to_fit(),
            Value::Map(entries) => entries.shrink_to_fit(),
            _ => {}
        }
        // A block collection has no end of its own; the event stands at the next token.
        let end = if span.is_empty() {
            open.end
        } else {
            span.end()
        };
        let node = Node::new(open.value, Span::new(open.span.start(), end));
        self.done(
            Done {
                node,
                size: open.size,
                height: open.height,
                key: DoneKey::None,
                is_merge: false,
            },
            open.anchor,
        )
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), SyntaxError> {
        let Some(anchor) = self.anchors.get(&id) else {
            return Err(SyntaxError::new(
                span,
                "the alias stands inside of the value that it names",
            ));
        };
        let (size, height) = (anchor.size, anchor.height);
        // The copy hangs below all that is open here.
        if self.open.len() + height > MAX_DEPTH {
            return Err(SyntaxError::too_deep(span));
        }
        self.copies += size;
        if self.copies > MAX_COPIES {
            return Err(too_many_copies(span));
        }
        let mut node = self
            .anchors
            .get(&id)
            .map_or(Node::new(Value::Null, span), |anchor| anchor.node.clone());
        let key = match &node.value {
            Value::List(_) | Value::Map(_) => DoneKey::None,
            Value::String(_) => DoneKey::Own,
            _ => DoneKey::Text(
                self.text
                    .get(node.span.start()..node.span.end())
                    .unwrap_or_default()
                    .to_owned(),
            ),
        };
        node.alias = Some(span);
        self.done(
            Done {
                node,
                size,
                height,
                key,
                is_merge: false,
            },
            0,
        )
    }

    /// Gives a finished node to its anchor and its parent.
    fn done(&mut self, done: Done, anchor: usize) -> Result<(), SyntaxError> {
        // The parser counts anchors from 1.
        if anchor != 0 {
            // The copy for later aliases counts as well: anchors that nest would multiply a large list.
            self.copies += done.size;
            if self.copies > MAX_COPIES {
                return Err(too_many_copies(done.node.span));
            }
            let kept = Anchor {
                node: done.node.clone(),
                size: done.size,
                height: done.height,
            };
            self.anchors.insert(anchor, kept);
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(done.node);
            return Ok(());
        };
        open.size += done.size;
        open.height = open.height.max(done.height + 1);
        open.end = open
            .end
            .max(done.node.alias.unwrap_or(done.node.span).end());
        match &mut open.value {
            Value::List(items) => items.push(done.node),
            Value::Map(_) => self.errors.extend(open.put(done)),
            _ => {}
        }
        Ok(())
    }
}

fn too_many_copies(span: Span) -> SyntaxError {
    SyntaxError::new(span, format!("{COPIES} {MAX_COPIES} values"))
}

impl Open {
    /// Takes the next key or value of a mapping; the answer is what is wrong with it.
    fn put(&mut self, done: Done) -> Option<SyntaxError> {
        let Value::Map(entries) = &mut self.value else {
            return None;
        };
        let span = done.node.alias.unwrap_or(done.node.span);
        match self.key.take() {
            None if done.is_merge => {
                self.key = Some(YamlKey::Merge(span));
                None
            }
            None => {
                let (key, error) = match key_text(done, span) {
                    Ok(key) => (YamlKey::Named(key, span), None),
                    Err(error) => (YamlKey::Bad, Some(error)),
                };
                self.key = Some(key);
                error
            }
            // Its key was reported.
            Some(YamlKey::Bad) => None,
            Some(YamlKey::Merge(key)) => match &self.merged {
                Some((first, _)) => Some(SyntaxError::duplicate("<<", key, *first)),
                None => {
                    self.merged = Some((key, done.node));
                    None
                }
            },
            Some(YamlKey::Named(key, key_span)) => {
                if let Some(first) = self.keys.find(entries, &key).and_then(|at| entries.get(at)) {
                    return Some(SyntaxError::duplicate(&key, key_span, first.key_span));
                }
                entries.push(Entry {
                    key,
                    key_span,
                    node: done.node,
                });
                None
            }
        }
    }
}

/// A number or a flag as a key is its own text, as JSON would have it.
fn key_text(done: Done, span: Span) -> Result<String, SyntaxError> {
    let message = match (done.node.value, done.key) {
        (Value::Null, _) if span.is_empty() => "a key is missing before this `:`",
        (Value::Null, _) => "null is no key: put it in quotes",
        (Value::String(key), DoneKey::Own) | (_, DoneKey::Text(key)) => return Ok(key),
        (Value::List(_), _) => "a list cannot be a key: put it in quotes if text is meant",
        _ => "a mapping cannot be a key: put it in quotes if text is meant",
    };
    Err(SyntaxError::new(span, message))
}
