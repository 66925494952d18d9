//! One YAML, TOML or JSON document as a tree whose keys and values know their bytes.
//!
//! Owns [`Document`], [`Node`], [`Pointer`], the one way from a pointer to a place
//! ([`Node::resolve`]) and the one cursor over trees ([`Spot`]). It knows no syntax: the readers in
//! [`read`] build these trees, and
//! everything after them sees the same shape whatever the format was.

mod pointer;
pub mod read;
pub mod source;
mod spot;

pub use pointer::{Pointer, Step};
pub use spot::{Spot, Walkable};

use crate::document::source::{Source, Span};
use std::sync::Arc;

/// One document of a [`Source`]. A YAML stream, a JSON array of documents and TOML
/// `[[document]]` hold several.
#[derive(Debug)]
pub struct Document {
    /// The file it stands in.
    pub source: Arc<Source>,
    /// The tree.
    pub root: Node,
    /// Its place among the documents of the source, from 0.
    pub index: usize,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// The value's own bytes: quotes included, anchors, tags and comments not.
    pub span: Span,
    /// Where to point when something is missing inside: a TOML table header. `None` where
    /// the key above, or the first key inside, serves.
    pub header: Option<Span>,
    /// The `*alias` or `<<` through which this subtree stands here; `span` is then the definition.
    pub alias: Option<Span>,
}

/// What a [`Node`] holds. Dates of any format are strings in RFC 3339 form.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits in 64 bits with a sign.
    Integer(i64),
    /// A whole number above `i64::MAX`.
    Unsigned(u64),
    /// Any other number; infinities and NaN are possible in YAML and TOML.
    Float(f64),
    /// Text, and dates.
    String(String),
    /// An array.
    List(Vec<Node>),
    /// A mapping, in the order of the text.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key's text, unquoted.
    pub key: String,
    /// The key's bytes, quotes included.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

/// What a [`Pointer`] led to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolved<'n> {
    /// The deepest node that exists on the way.
    pub node: &'n Node,
    /// The key of that node, where it has one.
    pub key: Option<Span>,
    /// How many steps of the pointer exist.
    pub depth: usize,
    /// False when the pointer names something that is not there.
    pub complete: bool,
    /// The alias that was passed on the way, the innermost one.
    pub alias: Option<Span>,
    /// Where to show it: see [`Node::resolve`].
    pub point: Span,
}

impl Node {
    /// A node that is neither a table with a header nor reached through an alias.
    pub fn new(value: Value, span: Span) -> Self {
        Self {
            value,
            span,
            header: None,
            alias: None,
        }
    }

    /// The entry of a mapping; `None` also for what is no mapping.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The value under `key` of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value under `key` of a mapping, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        match &mut self.value {
            Value::Map(entries) => entries
                .iter_mut()
                .find(|entry| entry.key == key)
                .map(|entry| &mut entry.node),
            _ => None,
        }
    }

    /// The value under a path of keys.
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Any finite number.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a measured or configured number beyond 2^53 has no use for its last digit"
    )]
    pub fn as_f64(&self) -> Option<f64> {
        match self.value {
            Value::Integer(number) => Some(number as f64),
            Value::Unsigned(number) => Some(number as f64),
            Value::Float(number) if number.is_finite() => Some(number),
            _ => None,
        }
    }

    /// Shows `take` each value in here that holds no others, with its path from here, in the order of the text.
    pub fn each_scalar(&self, take: &mut dyn FnMut(&Pointer, &Node)) {
        self.each_scalar_below(&Pointer::default(), take);
    }

    fn each_scalar_below(&self, at: &Pointer, take: &mut dyn FnMut(&Pointer, &Node)) {
        match &self.value {
            Value::Map(entries) => {
                for entry in entries {
                    entry
                        .node
                        .each_scalar_below(&at.clone().key(&entry.key), take);
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.each_scalar_below(&at.clone().index(index), take);
                }
            }
            _ => take(at, self),
        }
    }

    /// The elements of a list; nothing for any other value.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; nothing for any other value.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value under a path, to be changed; `None` where the path does not exist.
    pub fn find_mut(&mut self, at: &Pointer) -> Option<&mut Self> {
        let mut node = self;
        for step in at.steps() {
            node = match (&mut node.value, step) {
                (Value::List(items), Step::Index(index)) => items.get_mut(*index)?,
                (Value::Map(entries), step) => {
                    let key = match step {
                        Step::Key(key) => key.clone(),
                        Step::Index(index) => index.to_string(),
                    };
                    &mut entries.iter_mut().find(|entry| entry.key == key)?.node
                }
                _ => return None,
            };
        }
        Some(node)
    }

    /// Makes a list of what stands at this path of keys and is none, and of each such value where
    /// lists are passed on the way. For formats that write a field that may repeat, and occurs
    /// once, like one that may not.
    pub fn repeat(&mut self, path: &[&str]) {
        match (path, &mut self.value) {
            (_, Value::List(items)) if !path.is_empty() => {
                items.iter_mut().for_each(|item| item.repeat(path));
            }
            ([key, rest @ ..], Value::Map(entries)) => {
                if let Some(entry) = entries.iter_mut().find(|entry| entry.key == *key) {
                    entry.node.repeat(rest);
                }
            }
            ([], value) if !matches!(value, Value::List(_)) => {
                let list = Self::new(Value::Null, self.span);
                let only = std::mem::replace(self, list);
                self.value = Value::List(vec![only]);
            }
            _ => {}
        }
    }

    /// Follows `pointer` as far as it exists; never fails.
    ///
    /// `point` is the value where it is a scalar or short, else its key or header; for what is
    /// missing it is the header, the key or the first key of the deepest parent that exists.
    pub fn resolve<'n>(&'n self, pointer: &Pointer) -> Resolved<'n> {
        let mut found = Resolved {
            node: self,
            key: None,
            depth: 0,
            complete: true,
            alias: self.alias,
            point: self.span,
        };
        for step in pointer.steps() {
            let Some((key, node)) = found.node.child(step) else {
                found.complete = false;
                break;
            };
            // An element has no key of its own; its header, or the list's key, stands for it.
            found.key = key;
            found.alias = node.alias.or(found.alias);
            found.node = node;
            found.depth += 1;
        }
        found.point = found.node.shown(found.key, found.complete);
        found
    }

    fn child(&self, step: &Step) -> Option<(Option<Span>, &Node)> {
        match (&self.value, step) {
            (Value::Map(entries), Step::Key(key)) => entries
                .iter()
                .find(|entry| entry.key == *key)
                .map(|entry| (Some(entry.key_span), &entry.node)),
            (Value::List(items), Step::Index(index)) => items.get(*index).map(|node| (None, node)),
            (Value::Map(_), Step::Index(index)) => self.child(&Step::Key(index.to_string())),
            (Value::List(_), Step::Key(key)) => self.child(&Step::Index(key.parse().ok()?)),
            _ => None,
        }
    }

    /// The bytes to underline for this node: all of a scalar, the heading of a collection.
    fn shown(&self, key: Option<Span>, complete: bool) -> Span {
        let is_collection = matches!(self.value, Value::List(_) | Value::Map(_));
        if complete && !is_collection && !self.span.is_empty() {
            return self.span;
        }
        let first = self
            .entries()
            .iter()
            .map(|entry| entry.key_span)
            // What a merge key brought in stands elsewhere.
            .filter(|key| key.start() >= self.span.start() && key.end() <= self.span.end())
            .min();
        self.header.or(key).or(first).unwrap_or_else(|| {
            Span::new(
                self.span.start(),
                (self.span.start() + 1).min(self.span.end()),
            )
        })
    }

    /// A scalar as a message shows it.
    pub fn scalar(&self) -> Option<String> {
        match &self.value {
            Value::String(text) => Some(text.clone()),
            Value::Map(_) | Value::List(_) | Value::Null => None,
            // JSON has no infinity.
            Value::Float(number) if !number.is_finite() => Some(number.to_string()),
            _ => Some(self.to_json().to_string()),
        }
    }

    /// The same value without places; infinities and NaN, which JSON lacks, become null.
    pub fn to_json(&self) -> serde_json::Value {
        self.json(|_| true)
    }

    /// The tree of a JSON value, every part of which stands at `span`.
    pub fn of_json(json: &serde_json::Value, span: Span) -> Self {
        use serde_json::Value as Json;
        let value = match json {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Bool(*flag),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(integer), _) => Value::Integer(integer),
                (None, Some(unsigned)) => Value::Unsigned(unsigned),
                (None, None) => number.as_f64().map_or(Value::Null, Value::Float),
            },
            Json::String(text) => Value::String(text.clone()),
            Json::Array(items) => {
                Value::List(items.iter().map(|item| Self::of_json(item, span)).collect())
            }
            Json::Object(map) => {
                let entries = map.iter().map(|(key, value)| Entry {
                    key: key.clone(),
                    key_span: span,
                    node: Self::of_json(value, span),
                });
                Value::Map(entries.collect())
            }
        };
        Self::new(value, span)
    }

    /// As [`Node::to_json`], without the keys that have no value: the API server and we take a null in a
    /// mapping for a field that is not set.
    pub fn to_json_of_set(&self) -> serde_json::Value {
        self.json(Entry::is_set)
    }

    fn json(&self, keeps: fn(&Entry) -> bool) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Integer(number) => Json::from(*number),
            Value::Unsigned(number) => Json::from(*number),
            Value::Float(number) => {
                serde_json::Number::from_f64(*number).map_or(Json::Null, Json::Number)
            }
            Value::String(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(|item| item.json(keeps)).collect()),
            Value::Map(entries) => Json::Object(
                entries
                    .iter()
                    .filter(|entry| keeps(entry))
                    .map(|entry| (entry.key.clone(), entry.node.json(keeps)))
                    .collect(),
            ),
        }
    }
}

impl Entry {
    /// False for a key without a value.
    pub fn is_set(&self) -> bool {
        self.node.value != Value::Null
    }
}

/// The group of an `apiVersion`, such as `acme.dev` of `acme.dev/v1`; empty where that has none.
pub fn api_group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
