//! Typed, placed access to the tables of a `servelint.toml`.

use super::ConfigError;
use crate::{
    did_you_mean::question_or_list,
    document::{
        Node, Value,
        source::{LineIndex, Source, Span},
    },
    units,
};
use std::{
    path::{Component, Path},
    sync::Arc,
};

/// A table of the file and what it is called there.
pub(super) struct ConfigTable<'s> {
    source: &'s Arc<Source>,
    node: &'s Node,
    name: String,
}

impl<'s> ConfigTable<'s> {
    pub(super) fn root(source: &'s Arc<Source>, node: &'s Node) -> Self {
        Self {
            source,
            node,
            name: String::new(),
        }
    }

    /// Refuses every key that is not listed.
    pub(super) fn allow(&self, known: &[&str]) -> Result<(), ConfigError> {
        let place = if self.name.is_empty() {
            "the file".to_owned()
        } else {
            format!("`[{}]`", self.name)
        };
        self.refuse_others(known, |key| format!("unknown key `{key}` in {place}"))
    }

    /// The same where the keys are names of something: `what` says what is wrong with others.
    pub(super) fn allow_as(&self, known: &[&str], what: &str) -> Result<(), ConfigError> {
        self.refuse_others(known, |key| format!("`{key}` in `[{}]` {what}", self.name))
    }

    fn refuse_others(
        &self,
        known: &[&str],
        message: impl Fn(&str) -> String,
    ) -> Result<(), ConfigError> {
        let Some(entry) = self
            .node
            .entries()
            .iter()
            .find(|entry| !known.contains(&entry.key.as_str()))
        else {
            return Ok(());
        };
        let help = question_or_list(&entry.key, known, "known here: ");
        Err(ConfigError::at(
            self.source,
            entry.key_span,
            message(&entry.key),
            Some(help),
        ))
    }

    pub(super) fn table(&self, key: &str) -> Result<Option<Self>, ConfigError> {
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        if !matches!(node.value, Value::Map(_)) {
            return Err(self.wrong(key, node, "must be a table"));
        }
        let name = if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        };
        Ok(Some(Self {
            source: self.source,
            node,
            name,
        }))
    }

    /// The tables of an array, `[[key]]`.
    pub(super) fn tables(&self, key: &str) -> Result<Vec<Self>, ConfigError> {
        let Some(node) = self.node.get(key) else {
            return Ok(Vec::new());
        };
        let mut tables = Vec::new();
        // No list has no items; `key = []` is a list of no tables, and allowed.
        let mut are_tables = matches!(node.value, Value::List(_));
        for item in node.items() {
            are_tables &= matches!(item.value, Value::Map(_));
            tables.push(Self {
                source: self.source,
                node: item,
                name: format!("[{key}]"),
            });
        }
        if are_tables {
            Ok(tables)
        } else {
            let what = format!("must be tables, each under `[[{key}]]`");
            Err(self.wrong(key, node, &what))
        }
    }

    /// True where a key leads to another table.
    pub(super) fn is_table(&self, key: &str) -> bool {
        self.node
            .get(key)
            .is_some_and(|node| matches!(node.value, Value::Map(_)))
    }

    /// The keys of the table, in the order of the text.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'s str> + use<'s> {
        self.node.entries().iter().map(|entry| entry.key.as_str())
    }

    /// The place of a key, and its value as JSON.
    pub(super) fn as_json(&self, key: &str) -> Option<(Span, serde_json::Value)> {
        let entry = self.node.entry(key)?;
        Some((entry.key_span, entry.node.to_json()))
    }

    /// `servelint.toml:12`: where the table begins.
    pub(super) fn origin(&self) -> String {
        line_of(self.source, self.start())
    }

    pub(super) fn start(&self) -> Span {
        // The file itself has no header, nor have tables that are written inline.
        let first = self.node.entries().first().map(|entry| entry.key_span);
        self.node.header.or(first).unwrap_or(self.node.span)
    }

    /// The bytes of a value; of the table where it is missing.
    pub(super) fn value_span(&self, key: &str) -> Span {
        self.node.get(key).map_or(self.start(), |node| node.span)
    }

    /// Something is missing in the table.
    pub(super) fn incomplete(&self, message: &str) -> ConfigError {
        ConfigError::at(self.source, self.start(), message, None)
    }

    /// The value of a key is not what it must be.
    pub(super) fn wrong_value(&self, key: &str, what: &str) -> ConfigError {
        ConfigError::at(
            self.source,
            self.value_span(key),
            format!("`{key}` {what}"),
            None,
        )
    }

    /// A number in a closed range.
    pub(super) fn number(
        &self,
        key: &str,
        low: f64,
        high: f64,
    ) -> Result<Option<f64>, ConfigError> {
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        let number = node
            .as_f64()
            .ok_or_else(|| self.wrong(key, node, "must be a number"))?;
        if !(low..=high).contains(&number) {
            return Err(self.wrong(
                key,
                node,
                &format!("must lie between {low} and {high}, not {number}"),
            ));
        }
        Ok(Some(number))
    }

    /// A duration, in seconds.
    pub(super) fn duration(&self, key: &str) -> Result<Option<f64>, ConfigError> {
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        let seconds = node
            .as_str()
            .and_then(|text| units::duration_seconds(text).ok());
        seconds.map(Some).ok_or_else(|| {
            self.wrong(
                key,
                node,
                "must be a duration with a unit, such as \"14d\" or \"90m\"",
            )
        })
    }

    pub(super) fn string(&self, key: &str) -> Result<Option<&'s str>, ConfigError> {
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        node.as_str()
            .map(Some)
            .ok_or_else(|| self.wrong(key, node, "must be a string"))
    }

    /// The release of a platform, `0.15` for `v0.15.2`.
    pub(super) fn release(&self, key: &str) -> Result<Option<String>, ConfigError> {
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        let release = node.as_str().and_then(minor_release);
        release
            .map(Some)
            .ok_or_else(|| self.wrong(key, node, "must be a release, such as \"0.15\""))
    }

    pub(super) fn strings(&self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        Ok(self
            .placed_strings(key)?
            .map(|rows| rows.into_iter().map(|(_, text)| text.to_owned()).collect()))
    }

    /// Path patterns that are known to compile.
    pub(super) fn globs(&self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        // One by one, so that the error points at the pattern and not at the list.
        for (node, text) in self.placed_strings(key)?.unwrap_or_default() {
            self.compile(text, node.span)?;
        }
        self.strings(key)
    }

    /// A path pattern that is known to compile.
    pub(super) fn glob(&self, key: &str) -> Result<Option<&'s str>, ConfigError> {
        let text = self.string(key)?;
        text.map(|text| self.compile(text, self.value_span(key)))
            .transpose()?;
        Ok(text)
    }

    /// The path or pattern of a key, without `./` in front. A change under review may write this file; it must not choose
    /// what is read elsewhere.
    pub(super) fn below(&self, key: &str, text: &'s str) -> Result<&'s str, ConfigError> {
        self.below_at(key, text, self.value_span(key))
    }

    /// The same of an element of a list.
    pub(super) fn below_at(
        &self,
        key: &str,
        text: &'s str,
        span: Span,
    ) -> Result<&'s str, ConfigError> {
        let is_below = Path::new(text)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        match is_below && !text.is_empty() {
            true => Ok(text.trim_start_matches("./")),
            false => {
                let message = format!(
                    "`{key}` must lie below the folder of this file: no `..`, no `/` in front"
                );
                Err(ConfigError::at(self.source, span, message, None))
            }
        }
    }

    fn compile(&self, text: &str, span: Span) -> Result<(), ConfigError> {
        match globset::Glob::new(text) {
            Ok(_) => Ok(()),
            Err(error) => {
                let message = format!("`{text}` is not a glob: {}", error.kind());
                Err(ConfigError::at(self.source, span, message, None))
            }
        }
    }

    /// Numbers of a list with exactly `N` elements.
    pub(super) fn numbers<const N: usize>(
        &self,
        key: &str,
    ) -> Result<Option<[f64; N]>, ConfigError> {
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        let numbers: Vec<f64> = node.items().iter().filter_map(Node::as_f64).collect();
        // What is no number was left out above, and must not make room for one too many.
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
        let Some(text) = self.string(key)? else {
            return Ok(None);
        };
        self.one_of(text, known, what, self.value_span(key))
            .map(Some)
    }

    /// Some of `known`.
    pub(super) fn choices(
        &self,
        key: &str,
        known: &[&str],
        what: &str,
    ) -> Result<Option<Vec<String>>, ConfigError> {
        let Some(rows) = self.placed_strings(key)? else {
            return Ok(None);
        };
        let mut chosen = Vec::new();
        for (node, text) in rows {
            chosen.push(self.one_of(text, known, what, node.span)?);
        }
        Ok(Some(chosen))
    }

    fn one_of(
        &self,
        text: &str,
        known: &[&str],
        what: &str,
        span: Span,
    ) -> Result<String, ConfigError> {
        if known.contains(&text) {
            return Ok(text.to_owned());
        }
        let help = question_or_list(text, known, "one of: ");
        Err(ConfigError::at(
            self.source,
            span,
            format!("`{text}` is not {what}"),
            Some(help),
        ))
    }

    /// True or false.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        match self.node.get(key).map(|node| &node.value) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong_value(key, "must be true or false")),
        }
    }

    /// The texts of a list with their places; none where it is not set.
    pub(super) fn spans(&self, key: &str) -> Result<Vec<(Span, &'s str)>, ConfigError> {
        let rows = self.placed_strings(key)?.unwrap_or_default();
        Ok(rows
            .into_iter()
            .map(|(node, text)| (node.span, text))
            .collect())
    }

    pub(super) fn placed_strings(
        &self,
        key: &str,
    ) -> Result<Option<Vec<(&'s Node, &'s str)>>, ConfigError> {
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        let Value::List(items) = &node.value else {
            return Err(self.wrong(key, node, "must be a list of strings"));
        };
        let mut strings = Vec::new();
        for item in items {
            let Some(text) = item.as_str() else {
                return Err(self.wrong(key, item, "must be a list of strings"));
            };
            strings.push((item, text));
        }
        Ok(Some(strings))
    }

    fn wrong(&self, key: &str, node: &Node, what: &str) -> ConfigError {
        ConfigError::at(self.source, node.span, format!("`{key}` {what}"), None)
    }
}

/// `0.15` for `v0.15.2`; `None` for what is no release.
fn minor_release(text: &str) -> Option<String> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let mut parts = text.splitn(3, '.');
    let (major, minor) = (parts.next()?, parts.next()?);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(major) && is_number(minor)).then(|| format!("{major}.{minor}"))
}

/// `servelint.toml:12`
pub(super) fn line_of(source: &Source, span: Span) -> String {
    let line = LineIndex::new(&source.text)
        .position(&source.text, span.start())
        .line;
    format!("{}:{line}", source.name)
}
