//! Where each key of a configuration is written.

use super::reader::line_of;
use crate::document::{
    Node, Value,
    source::{Source, Span},
};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// A place in a configuration.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPlace {
    /// The file.
    pub source: Arc<Source>,
    /// The key, or the element of a list.
    pub span: Span,
}

/// A source is as long as its file, and each key has one.
impl fmt::Debug for KeyPlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.line())
    }
}

impl KeyPlace {
    /// `servelint.toml:12`
    pub fn line(&self) -> String {
        line_of(&self.source, self.span)
    }
}

/// The places of the keys that are set: by their path with dots, and those of texts in a list by the path of
/// the list and the text in brackets, such as `check.ignore[slo]`. Of `[[severity]]` it is the name of the rule
/// or category: `severity.slo`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyPlaces(BTreeMap<String, KeyPlace>);

impl KeyPlaces {
    /// Adds the keys of a file that lies below the ones before: each replaces the same key of theirs.
    pub(super) fn add(&mut self, source: &Arc<Source>, root: &Node) {
        for entry in root.entries() {
            let mut stack = vec![(entry.key.clone(), entry.key_span, &entry.node)];
            while let Some((key, span, node)) = stack.pop() {
                match &node.value {
                    Value::Map(entries) => {
                        for entry in entries {
                            let key = format!("{key}.{}", entry.key);
                            stack.push((key, entry.key_span, &entry.node));
                        }
                    }
                    Value::List(items) => self.elements(source, &key, items),
                    _ => {}
                }
                self.insert(source, key, span);
            }
        }
    }

    fn elements(&mut self, source: &Arc<Source>, key: &str, items: &[Node]) {
        // A list replaces the one above as a whole.
        let prefix = format!("{key}[");
        self.0.retain(|known, _| !known.starts_with(&prefix));
        for item in items {
            if let Some(text) = item.as_str() {
                self.insert(source, format!("{key}[{text}]"), item.span);
            }
            let named = ["rule", "category"]
                .iter()
                .find_map(|name| item.entry(name));
            if let Some((entry, name)) = named.and_then(|entry| Some((entry, entry.node.as_str()?)))
            {
                self.insert(source, format!("{key}.{name}"), entry.key_span);
            }
        }
    }

    fn insert(&mut self, source: &Arc<Source>, key: String, span: Span) {
        let source = Arc::clone(source);
        self.0.insert(key, KeyPlace { source, span });
    }

    /// Where a key is set, if it is.
    pub fn get(&self, key: &str) -> Option<&KeyPlace> {
        self.0.get(key)
    }

    /// The first of these keys, or of what stands below them, that is set.
    pub(super) fn within(&self, key: &str) -> Option<(&str, &KeyPlace)> {
        let below = [format!("{key}."), format!("{key}[")];
        self.0
            .iter()
            .find(|(known, _)| *known == key || below.iter().any(|above| known.starts_with(above)))
            .map(|(known, place)| (known.as_str(), place))
    }
}
