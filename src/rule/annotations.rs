//! METADATA of rules that are asked as conftest asks them: all of it may be missing.

use super::{
    Gate, Resource, Rule, Severity, Subject,
    metadata::{MetadataError, ResourceEntry, line_of},
};
use crate::document::{
    read::{self, Format},
    source::{LineIndex, Source},
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is said of a rule above one of its bodies.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Annotations {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    related_resources: Vec<ResourceEntry>,
    #[serde(default)]
    custom: Option<CustomAnnotations>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct CustomAnnotations {
    /// Other tools have other words for it, which are not ours.
    #[serde(default)]
    severity: Option<serde_json::Value>,
    #[serde(default)]
    help: Option<String>,
}

impl Annotations {
    /// Reads the lines of a block, without their `#`; `line` is that of its head, from 1.
    ///
    /// # Errors
    /// Where it is no YAML, or a key holds something else than OPA takes there.
    pub fn read(path: &str, line: u32, block: String) -> Result<Self, MetadataError> {
        let wrong = |within: u32, reason: String| MetadataError {
            path: path.to_owned(),
            line: line.saturating_add(within),
            reason,
        };
        let source = Source::new(path, block);
        let parsed = read::parse(&source, Format::Yaml);
        if let Some(error) = parsed.errors.first() {
            let index = LineIndex::new(&source.text);
            let within = index.position(&source.text, error.span.start()).line;
            let within = u32::try_from(within).unwrap_or(u32::MAX);
            return Err(wrong(
                within,
                format!("METADATA is not YAML: {}", error.message),
            ));
        }
        let Some(document) = parsed.documents.first() else {
            return Ok(Self::default());
        };
        serde_json::from_value(document.root.to_json()).map_err(|error| {
            let reason = format!("METADATA: {error}");
            wrong(line_of(&source.text, &reason), reason)
        })
    }

    /// What is missing here, from another body of the same rule.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.title = self.title.or(other.title);
        self.description = self.description.or(other.description);
        self.custom = self.custom.or(other.custom);
        if self.related_resources.is_empty() {
            self.related_resources = other.related_resources;
        }
        self
    }

    /// The rule of this id and category; `usual` is its severity where nothing else is said.
    pub fn rule(self, id: String, category: String, usual: Severity) -> Rule {
        let custom = self.custom.unwrap_or_default();
        let word = custom.severity.as_ref().and_then(|word| word.as_str());
        let severity = word.and_then(Severity::named).unwrap_or(usual);
        let name = id.rsplit('/').next().unwrap_or_default();
        Rule {
            title: self.title.unwrap_or_else(|| name.replace('_', " ")),
            gate: Gate::of_category(&category),
            description: self.description.unwrap_or_default(),
            resources: self
                .related_resources
                .into_iter()
                .map(Resource::from)
                .collect(),
            severity,
            elsewhere: severity,
            unclaimed: severity,
            applies_to: vec![Subject::File],
            since: String::new(),
            help: custom.help.unwrap_or_default(),
            help_for: BTreeMap::new(),
            reworded: Vec::new(),
            tags: Vec::new(),
            named_controls: Vec::new(),
            controls: Vec::new(),
            id,
            category,
        }
    }
}
