//! Reads a rule's `# METADATA` block: regorus keeps no comments, so the host does.

use super::{Gate, Resource, Rewording, Rule, Severity, Subject};
use crate::document::{
    read::{self, Format},
    source::{LineIndex, Source},
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Why a policy file is not a rule.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct MetadataError {
    /// The policy file.
    pub path: String,
    /// The line that shows it, from 1.
    pub line: u32,
    /// What is wrong with it.
    pub reason: String,
}

/// Whose rules a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleHome<'h> {
    /// They come with servelint.
    BuiltIn,
    /// They are those of a team's pack.
    Pack {
        /// Its name, with which the ids begin.
        name: &'h str,
        /// The package below which they stand.
        root: &'h str,
    },
}

impl RuleHome<'_> {
    fn root(&self) -> &str {
        match self {
            Self::BuiltIn => "servelint",
            Self::Pack { root, .. } => root,
        }
    }

    /// A name of a rule or a category as everybody calls it.
    fn called(&self, name: &str) -> String {
        match self {
            Self::BuiltIn => name.to_owned(),
            Self::Pack { name: pack, .. } => format!("{pack}/{name}"),
        }
    }
}

/// What OPA allows in METADATA, as far as somebody reads it here.
#[derive(Deserialize)]
struct Block {
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    related_resources: Vec<ResourceEntry>,
    custom: CustomBlock,
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

/// What else OPA allows there.
const OPA_KEYS: [&str; 5] = ["scope", "authors", "organizations", "schemas", "entrypoint"];

/// OPA takes an address alone as well.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum ResourceEntry {
    Address(String),
    Described(Resource),
}

impl From<ResourceEntry> for Resource {
    fn from(entry: ResourceEntry) -> Self {
        match entry {
            ResourceEntry::Described(resource) => resource,
            ResourceEntry::Address(address) => Self {
                description: address.clone(),
                address,
            },
        }
    }
}

#[derive(Deserialize)]
struct CustomBlock {
    severity: Severity,
    elsewhere: Option<Severity>,
    unclaimed: Option<Severity>,
    applies_to: Vec<Subject>,
    #[serde(default)]
    since: String,
    #[serde(default)]
    help: String,
    #[serde(default)]
    help_for: BTreeMap<Subject, String>,
    gate: Option<Gate>,
    #[serde(default)]
    reworded: Vec<Rewording>,
    #[serde(default)]
    controls: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

/// The rule in the policy file `path`, `<...>/<category>/<id>/<file>.rego`, with this `text`.
pub fn read(path: &str, text: &str, home: RuleHome<'_>) -> Result<Rule, MetadataError> {
    rule(path, text, home).map_err(|(line, reason)| MetadataError {
        path: path.to_owned(),
        line,
        reason,
    })
}

/// What is wrong with a file, and in which line.
type Wrong = (u32, String);

fn rule(path: &str, text: &str, home: RuleHome<'_>) -> Result<Rule, Wrong> {
    let mut folders = path.rsplit('/').skip(1);
    let (Some(name), Some(category)) = (folders.next(), folders.next()) else {
        return Err((1, "a rule stands in <category>/<rule-id>/".into()));
    };
    // The engine knows a rule by its package and everything else knows it by its folder.
    let package = format!("package {}.rules.{category}[\"{name}\"]", home.root());
    if !text.lines().any(|line| line.trim_end() == package) {
        let found = text.lines().position(|line| line.starts_with("package "));
        return Err((
            line_number(found),
            format!("the folder asks for `{package}`"),
        ));
    }
    let Some((start, block)) = block(text) else {
        return Err((1, "there is no `# METADATA` block above the package".into()));
    };
    let block = metadata(path, block, home).map_err(|(line, reason)| (start + line, reason))?;
    Ok(Rule {
        id: home.called(name),
        category: home.called(category),
        gate: block.custom.gate.unwrap_or(Gate::of_category(category)),
        title: block.title,
        description: block.description,
        resources: block
            .related_resources
            .into_iter()
            .map(Resource::from)
            .collect(),
        severity: block.custom.severity,
        elsewhere: block.custom.elsewhere.unwrap_or(block.custom.severity),
        unclaimed: block.custom.unclaimed.unwrap_or(block.custom.severity),
        applies_to: block.custom.applies_to,
        since: block.custom.since,
        help: block.custom.help,
        help_for: block.custom.help_for,
        reworded: block.custom.reworded,
        tags: block.custom.tags,
        named_controls: block.custom.controls,
        controls: Vec::new(),
    })
}

/// The line of an index, from 1; the first where there is none.
fn line_number(index: Option<usize>) -> u32 {
    index.map_or(1, |index| u32::try_from(index + 1).unwrap_or(u32::MAX))
}

/// Reads the YAML of a block. Lines count from the one after `# METADATA`, which is 1.
fn metadata(path: &str, yaml: String, home: RuleHome<'_>) -> Result<Block, Wrong> {
    // Our own reader, for it refuses keys that occur twice.
    let source = Source::new(path, yaml);
    let parsed = read::parse(&source, Format::Yaml);
    if let Some(error) = parsed.errors.first() {
        let line = LineIndex::new(&source.text)
            .position(&source.text, error.span.start())
            .line;
        let reason = format!("METADATA is not YAML: {}", error.message);
        return Err((u32::try_from(line).unwrap_or(u32::MAX), reason));
    }
    let document = parsed.documents.first();
    let json = document.map(|document| document.root.to_json());
    let wrong = |reason: String| {
        (
            line_of(&source.text, &reason),
            format!("METADATA: {reason}"),
        )
    };
    let block: Block = serde_json::from_value(json.unwrap_or_default())
        .map_err(|error| wrong(error.to_string()))?;
    let strange = |key: &&String| !OPA_KEYS.contains(&key.as_str());
    if let Some(key) = block.others.keys().find(strange) {
        return Err(wrong(format!(
            "there is no key `{key}`; what is your own stands below `custom`"
        )));
    }
    if let Some(tag) = block.custom.tags.iter().find(|tag| !is_tag(tag)) {
        return Err(wrong(format!(
            "the tag `{tag}` is not a word of at most {LONGEST_TAG} lower-case letters, digits and `-`"
        )));
    }
    if block.custom.applies_to.is_empty() {
        return Err(wrong("`applies_to` is empty".into()));
    }
    if home == RuleHome::BuiltIn {
        own(&block).map_err(wrong)?;
    }
    Ok(block)
}

/// Characters of a tag.
const LONGEST_TAG: usize = 30;

fn is_tag(tag: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !tag.is_empty() && tag.len() <= LONGEST_TAG && tag.bytes().all(is_part)
}

/// What is asked of the rules that come with servelint beside.
fn own(block: &Block) -> Result<(), String> {
    let Block {
        description,
        custom,
        others,
        ..
    } = block;
    if let Some(key) = others.keys().chain(custom.others.keys()).next() {
        return Err(format!("unknown field `{key}`"));
    }
    if let Some(kind) = custom.applies_to.iter().find(|kind| kind.own().is_some()) {
        return Err(format!("`{kind}` is a kind of a team"));
    }
    for (key, text) in [
        ("description", description),
        ("since", &custom.since),
        ("help", &custom.help),
    ] {
        if text.is_empty() {
            return Err(format!("missing field `{key}`"));
        }
    }
    Ok(())
}

/// The line that a reason is about: the first that holds what it names in backticks.
pub(super) fn line_of(yaml: &str, reason: &str) -> u32 {
    let Some(word) = reason.split('`').nth(1) else {
        return 0;
    };
    match yaml.lines().position(|line| line.contains(word)) {
        Some(index) => line_number(Some(index)),
        // What is missing is missed where the block begins.
        None => 0,
    }
}

/// The YAML of the first METADATA block, where it stands above the package, and the line of its head, from 1.
fn block(text: &str) -> Option<(u32, String)> {
    let head = text.split("\npackage ").next()?;
    let start = head.lines().position(|line| line.trim() == "# METADATA")?;
    let mut block = Vec::new();
    for line in head.lines().skip(start + 1) {
        // The first line that is no comment ends the block.
        let Some(line) = line.strip_prefix('#') else {
            break;
        };
        block.push(line.strip_prefix(' ').unwrap_or(line));
    }
    Some((line_number(Some(start)), block.join("\n")))
}
