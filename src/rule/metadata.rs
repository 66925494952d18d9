//! Reads a rule's `# METADATA` block: regorus keeps no comments, so the host does.

use super::{Gate, Resource, Rewording, Rule, Severity, Subject};
use crate::document::{
    read::{self, Format},
    source::Source,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Why a policy file is not a rule.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct MetadataError {
    /// The policy file.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    title: String,
    description: String,
    #[serde(default)]
    related_resources: Vec<Resource>,
    custom: CustomBlock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomBlock {
    severity: Severity,
    elsewhere: Option<Severity>,
    unclaimed: Option<Severity>,
    applies_to: Vec<Subject>,
    since: String,
    help: String,
    #[serde(default)]
    help_for: BTreeMap<Subject, String>,
    gate: Option<Gate>,
    #[serde(default)]
    reworded: Vec<Rewording>,
}

/// The rule in the policy file `path`, `<...>/<category>/<id>/<file>.rego`, with this `text`.
pub fn read(path: &str, text: &str) -> Result<Rule, MetadataError> {
    rule(path, text).map_err(|reason| MetadataError {
        path: path.to_owned(),
        reason,
    })
}

/// The rule, or what is wrong with its file.
fn rule(path: &str, text: &str) -> Result<Rule, String> {
    let mut folders = path.rsplit('/').skip(1);
    let (Some(id), Some(category)) = (folders.next(), folders.next()) else {
        return Err("a rule stands in <category>/<rule-id>/".into());
    };
    // The engine knows a rule by its package and everything else knows it by its folder.
    let package = format!("package servelint.rules.{category}[\"{id}\"]");
    if !text.lines().any(|line| line.trim_end() == package) {
        return Err(format!("the folder asks for `{package}`"));
    }
    let Some(block) = block(text) else {
        return Err("there is no `# METADATA` block above the package".into());
    };
    let block = metadata(path, block)?;
    Ok(Rule {
        id: id.to_owned(),
        category: category.to_owned(),
        gate: block.custom.gate.unwrap_or(Gate::of_category(category)),
        title: block.title,
        description: block.description,
        resources: block.related_resources,
        severity: block.custom.severity,
        elsewhere: block.custom.elsewhere.unwrap_or(block.custom.severity),
        unclaimed: block.custom.unclaimed.unwrap_or(block.custom.severity),
        applies_to: block.custom.applies_to,
        since: block.custom.since,
        help: block.custom.help,
        help_for: block.custom.help_for,
        reworded: block.custom.reworded,
    })
}

fn metadata(path: &str, yaml: String) -> Result<Block, String> {
    // Our own reader, for it refuses keys that occur twice.
    let parsed = read::parse(&Source::new(path, yaml), Format::Yaml);
    if let Some(error) = parsed.errors.first() {
        return Err(format!("METADATA is not YAML: {}", error.message));
    }
    let document = parsed.documents.first();
    let json = document.map(|document| document.root.to_json());
    let block: Block = serde_json::from_value(json.unwrap_or_default())
        .map_err(|error| format!("METADATA: {error}"))?;
    if block.custom.applies_to.is_empty() {
        return Err("METADATA: `applies_to` is empty".into());
    }
    Ok(block)
}

/// The YAML of the first METADATA block, where it stands above the package.
fn block(text: &str) -> Option<String> {
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
    Some(block.join("\n"))
}
