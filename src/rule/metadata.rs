//! Reads a rule's `# METADATA` block: regorus keeps no comments, so the host does.

use super::{Resource, Rule, Severity, Subject};
use crate::document::{
    read::{self, Format},
    source::Source,
};
use serde::Deserialize;

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
    applies_to: Vec<Subject>,
    since: String,
    help: String,
}

/// The rule in the policy file `path`, `<...>/<category>/<id>/<file>.rego`, with this `text`.
pub fn read(path: &str, text: &str) -> Result<Rule, MetadataError> {
    let fail = |reason: String| MetadataError {
        path: path.to_owned(),
        reason,
    };
    let mut folders = path.rsplit('/').skip(1);
    let (Some(id), Some(category)) = (folders.next(), folders.next()) else {
        return Err(fail("a rule stands in <category>/<rule-id>/".into()));
    };
    let package = format!("package servelint.rules.{category}[\"{id}\"]");
    if !text.lines().any(|line| line.trim_end() == package) {
        return Err(fail(format!("the folder asks for `{package}`")));
    }
    let block = block(text)
        .ok_or_else(|| fail("there is no `# METADATA` block above the package".into()))?;
    let parsed = read::parse(&Source::new(path, block), Format::Yaml);
    if let Some(error) = parsed.errors.first() {
        return Err(fail(format!("METADATA is not YAML: {}", error.message)));
    }
    let json = parsed
        .documents
        .first()
        .map(|document| document.root.to_json())
        .unwrap_or_default();
    let block: Block =
        serde_json::from_value(json).map_err(|error| fail(format!("METADATA: {error}")))?;
    if block.custom.applies_to.is_empty() {
        return Err(fail("METADATA: `applies_to` is empty".into()));
    }
    Ok(Rule {
        id: id.to_owned(),
        category: category.to_owned(),
        title: block.title,
        description: block.description,
        resources: block.related_resources,
        severity: block.custom.severity,
        elsewhere: block.custom.elsewhere.unwrap_or(block.custom.severity),
        applies_to: block.custom.applies_to,
        since: block.custom.since,
        help: block.custom.help,
    })
}

/// The YAML of the first METADATA block, where it stands above the package.
fn block(text: &str) -> Option<String> {
    let head = text.split("\npackage ").next()?;
    let start = head.lines().position(|line| line.trim() == "# METADATA")?;
    let lines = head
        .lines()
        .skip(start + 1)
        .map_while(|line| line.strip_prefix('#'));
    Some(
        lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}
