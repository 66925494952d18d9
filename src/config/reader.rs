//! Typed, placed access to the tables of a `servelint.toml`.

use super::ConfigError;
use crate::{
    document::{Node, Value},
    source::Source,
    units,
};

/// A table of the file and what it is called there.
pub(super) struct Table<'s> {
    source: &'s Source,
    node: &'s Node,
    name: String,
}

impl<'s> Table<'s> {
    pub(super) fn root(source: &'s Source, node: &'s Node) -> Self {
        Self { source, node, name: String::new() }
    }

    /// Refuses every key that is not listed.
    pub(super) fn allow(&self, known: &[&str]) -> Result<(), ConfigError> {
        let Some(entry) = self.node.entries().iter().find(|entry| !known.contains(&entry.key.as_str()))
        else {
            return Ok(());
        };
        let place = if self.name.is_empty() { "the file".to_owned() } else { format!("`[{}]`", self.name) };
        let help = match nearest(&entry.key, known) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("known here: {}", known.join(", ")),
        };
        let message = format!("unknown key `{}` in {place}", entry.key);
        Err(ConfigError::at(self.source, entry.key_span, message, Some(help)))
    }

    pub(super) fn table(&self, key: &str) -> Result<Option<Self>, ConfigError> {
        let Some(node) = self.node.get(key) else { return Ok(None) };
        if !matches!(node.value, Value::Map(_)) {
            return Err(self.wrong(key, node, "must be a table"));
        }
        let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        Ok(Some(Self { source: self.source, node, name }))
    }

    /// A number in a closed range.
    pub(super) fn number(&self, key: &str, low: f64, high: f64) -> Result<Option<f64>, ConfigError> {
        let Some(node) = self.node.get(key) else { return Ok(None) };
        let number = node.as_f64().ok_or_else(|| self.wrong(key, node, "must be a number"))?;
        if !(low..=high).contains(&number) {
            return Err(self.wrong(key, node, &format!("must lie between {low} and {high}, not {number}")));
        }
        Ok(Some(number))
    }

    /// A duration, in seconds.
    pub(super) fn duration(&self, key: &str) -> Result<Option<f64>, ConfigError> {
        let Some(node) = self.node.get(key) else { return Ok(None) };
        let seconds = node.as_str().and_then(|text| units::duration_seconds(text).ok());
        seconds.map(Some).ok_or_else(|| {
            self.wrong(key, node, "must be a duration with a unit, such as \"14d\" or \"90m\"")
        })
    }

    pub(super) fn string(&self, key: &str) -> Result<Option<&'s str>, ConfigError> {
        let Some(node) = self.node.get(key) else { return Ok(None) };
        node.as_str().map(Some).ok_or_else(|| self.wrong(key, node, "must be a string"))
    }

    pub(super) fn strings(&self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        Ok(self.placed_strings(key)?.map(|rows| rows.into_iter().map(|(_, text)| text.to_owned()).collect()))
    }

    /// Path patterns that are known to compile.
    pub(super) fn globs(&self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        for (node, text) in self.placed_strings(key)?.unwrap_or_default() {
            if let Err(error) = globset::Glob::new(text) {
                let message = format!("`{text}` is not a glob: {}", error.kind());
                return Err(ConfigError::at(self.source, node.span, message, None));
            }
        }
        self.strings(key)
    }

    /// Numbers of a list with exactly `N` elements.
    pub(super) fn numbers<const N: usize>(&self, key: &str) -> Result<Option<[f64; N]>, ConfigError> {
        let Some(node) = self.node.get(key) else { return Ok(None) };
        let numbers: Vec<f64> = node.items().iter().filter_map(Node::as_f64).collect();
        let complete = numbers.len() == node.items().len();
        match <[f64; N]>::try_from(numbers) {
            Ok(numbers) if complete => Ok(Some(numbers)),
            _ => Err(self.wrong(key, node, &format!("must be a list of {N} numbers"))),
        }
    }

    /// One of `known`, or an error at the value that names the nearest.
    pub(super) fn choice(
        &self,
        key: &str,
        known: &[&str],
        what: &str,
    ) -> Result<Option<String>, ConfigError> {
        let Some(text) = self.string(key)? else { return Ok(None) };
        if known.contains(&text) {
            return Ok(Some(text.to_owned()));
        }
        let help = match nearest(text, known) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("one of: {}", known.join(", ")),
        };
        let span = self.node.get(key).map_or(self.node.span, |node| node.span);
        Err(ConfigError::at(self.source, span, format!("`{text}` is not {what}"), Some(help)))
    }

    fn placed_strings(&self, key: &str) -> Result<Option<Vec<(&'s Node, &'s str)>>, ConfigError> {
        let Some(node) = self.node.get(key) else { return Ok(None) };
        let Value::List(items) = &node.value else {
            return Err(self.wrong(key, node, "must be a list of strings"));
        };
        let text = |item: &'s Node| {
            let text = item.as_str().ok_or_else(|| self.wrong(key, item, "must be a list of strings"))?;
            Ok((item, text))
        };
        items.iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    fn wrong(&self, key: &str, node: &Node, what: &str) -> ConfigError {
        ConfigError::at(self.source, node.span, format!("`{key}` {what}"), None)
    }
}

/// The known name that was probably meant.
fn nearest<'k>(text: &str, known: &[&'k str]) -> Option<&'k str> {
    crate::hint::nearest(text, known.iter().copied())
}
