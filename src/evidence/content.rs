//! The content of a file: lines of text, or trees of values.

mod python;

use super::{EvidenceError, column};
use crate::document::{self, Spot, Walkable, read, source::Source};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use std::{cell::Cell, collections::HashSet, fmt};

/// How many values a file may hold. At 32 bytes each, texts aside, they take a quarter of a gigabyte at most;
/// a benchmark that keeps the gap between every two tokens has a few million.
pub(super) const MAX_VALUES: usize = 8_000_000;

/// The longest header of CSV.
const LONGEST_HEADER: usize = 10_000;

/// What a file holds.
pub(super) struct Content<'t> {
    /// All of it, without a byte order mark.
    pub text: &'t str,
    /// The values of JSON or YAML; several where they follow each other. Empty for lines of text.
    pub trees: Vec<Tree>,
}

/// A value of JSON or YAML. Smaller than `serde_json::Value`, and able to hold YAML's `.nan`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// The value under `key` of a map.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries
                .iter()
                .find(|(known, _)| known == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value under a path of keys.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |tree, key| tree.get(key))
    }

    /// True when every key is there.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.get(key).is_some())
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list; nothing for any other value.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

impl Walkable for Tree {
    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    fn child(&self, key: &str) -> Option<&Self> {
        self.get(key)
    }

    fn elements(&self) -> &[Self] {
        self.items()
    }

    fn fields(&self) -> impl Iterator<Item = (&str, &Self)> {
        let entries = match self {
            Self::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    fn text(&self) -> Option<&str> {
        Self::text(self)
    }

    fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }
}

impl<'t> Content<'t> {
    /// Reads values where the text is JSON; otherwise it stays lines until [`Self::with_yaml`].
    pub(super) fn of(text: &'t str) -> Result<Self, EvidenceError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(EvidenceError::Empty);
        }
        let is_json = text.trim_start().starts_with(['{', '[']) && !column::is_lines_of_json(text);
        Ok(Self {
            text,
            trees: if is_json { json(text)? } else { vec![] },
        })
    }

    /// The cells of the first line of CSV, without their quotes; nothing for trees.
    pub(super) fn header(&self) -> Vec<String> {
        let line = self.text.lines().next().unwrap_or_default();
        if !self.trees.is_empty() || line.len() > LONGEST_HEADER {
            return Vec::new();
        }
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(line.as_bytes());
        let cells = reader
            .headers()
            .map(|cells| cells.iter().map(str::to_owned));
        cells.map(Iterator::collect).unwrap_or_default()
    }

    /// The only tree, or `None` for lines and for several.
    pub(super) fn tree(&self) -> Option<&Tree> {
        match self.trees.as_slice() {
            [tree] => Some(tree),
            _ => None,
        }
    }

    /// The root of the only tree.
    ///
    /// # Errors
    /// Lines of text and several trees have none.
    pub(super) fn root(&self) -> Result<Spot<'_, Tree>, EvidenceError> {
        self.tree().map(Spot::root).ok_or(EvidenceError::Unknown)
    }

    /// The same text as YAML. Text that is no mapping has no known format.
    pub(super) fn with_yaml(&self) -> Result<Self, EvidenceError> {
        let parsed = read::parse(&Source::new("evidence.yaml", self.text), read::Format::Yaml);
        let is_mapping = |document: &document::Document| !document.root.entries().is_empty();
        let marks = ["apiVersion:", "kind:", "version:", "scenario:"];
        let looks_meant = self
            .text
            .lines()
            .any(|line| marks.iter().any(|mark| line.starts_with(mark)));
        match parsed.errors.first() {
            Some(error) if looks_meant => Err(EvidenceError::Syntax {
                syntax: "YAML",
                message: error.message.clone(),
            }),
            None if parsed.documents.iter().any(is_mapping) => {
                let trees = parsed
                    .documents
                    .iter()
                    .map(|document| from_node(&document.root))
                    .collect();
                Ok(Self {
                    text: self.text,
                    trees,
                })
            }
            _ => Err(EvidenceError::Unknown),
        }
    }
}

fn from_node(node: &document::Node) -> Tree {
    use document::Value;
    match &node.value {
        Value::Null => Tree::Null,
        Value::Bool(flag) => Tree::Bool(*flag),
        Value::Integer(_) | Value::Unsigned(_) => node.as_f64().map_or(Tree::Null, Tree::Number),
        Value::Float(number) => Tree::Number(*number),
        Value::String(text) => Tree::Text(text.clone()),
        Value::List(items) => Tree::List(items.iter().map(from_node).collect()),
        Value::Map(entries) => Tree::Map(
            entries
                .iter()
                .map(|entry| (entry.key.clone(), from_node(&entry.node)))
                .collect(),
        ),
    }
}

/// One JSON value, or several after each other as `vllm bench serve --append-result` writes them.
fn json(text: &str) -> Result<Vec<Tree>, EvidenceError> {
    match python::numbers(text) {
        Some(text) => values(&text),
        None => values(text),
    }
}

/// The only value of a text.
pub(super) fn json_value(text: &str) -> Result<Tree, EvidenceError> {
    let mut trees = json(text)?;
    match (trees.pop(), trees.is_empty()) {
        (Some(tree), true) => Ok(tree),
        _ => Err(EvidenceError::Syntax {
            syntax: "JSON",
            message: "it is no single value".to_owned(),
        }),
    }
}

fn values(text: &str) -> Result<Vec<Tree>, EvidenceError> {
    let left = Cell::new(MAX_VALUES);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut trees = Vec::new();
    loop {
        if deserializer.end().is_ok() {
            return Ok(trees);
        }
        match (Seed { left: &left }).deserialize(&mut deserializer) {
            Ok(tree) => trees.push(tree),
            Err(_) if left.get() == 0 => return Err(EvidenceError::TooMany(MAX_VALUES)),
            Err(error) => {
                return Err(EvidenceError::Syntax {
                    syntax: "JSON",
                    message: error.to_string(),
                });
            }
        }
    }
}

/// Builds a [`Tree`] and counts its values, so that no text can exhaust the memory. Depth is
/// bounded by `serde_json` itself.
struct Seed<'c> {
    left: &'c Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        let left = self
            .left
            .get()
            .checked_sub(1)
            .ok_or_else(|| D::Error::custom("too many values"))?;
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Tree, E> {
        Ok(Tree::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(match python::number_of(text) {
            Some(number) => Tree::Number(number),
            None => Tree::Text(text.to_owned()),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(Seed { left: self.left })? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut entries: Vec<(String, Tree)> = Vec::new();
        while let Some(JsonKey(key)) = access.next_key()? {
            entries.push((key, access.next_value_seed(Seed { left: self.left })?));
        }
        let mut seen = HashSet::with_capacity(entries.len());
        match entries.iter().find(|(key, _)| !seen.insert(key.as_str())) {
            Some((key, _)) => Err(A::Error::custom(format!("duplicate key `{key}`"))),
            None => Ok(Tree::Map(entries)),
        }
    }
}

struct JsonKey(String);

impl<'de> Deserialize<'de> for JsonKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::size_of;

    #[test]
    fn a_value_of_a_result_is_small() {
        assert_eq!(size_of::<Tree>(), 32, "the limit on values rests on it");
        // Why results have a tree of their own, though one cursor reads both.
        let node = size_of::<document::Node>();
        assert!(2 * node >= 3 * size_of::<Tree>(), "{node}");
    }
}
