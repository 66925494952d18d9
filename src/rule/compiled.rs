//! The rules that come with servelint, as their METADATA and the tables of controls say, read before the build.
//!
//! Owns `compiled.json`: a run of one file would spend a good part of its time on YAML that is the same each time. A test
//! keeps it current and writes it; a build whose policies say something else reads them itself.

use super::{ControlTables, MetadataError, Rule, RuleHome, read};
use crate::built_in::{self, Folder};
use serde::{Deserialize, Serialize};

/// The rules that are written in Rego, in the order of their files, and the tables of controls.
#[derive(Debug, Serialize, Deserialize)]
pub struct CompiledRules {
    /// A number of the texts that it was read from.
    stated: String,
    /// For which controls rules give evidence.
    pub controls: ControlTables,
    /// The rules, not yet joined with their controls.
    pub rules: Vec<RuleFile>,
}

/// A rule and the policy file that has it.
#[derive(Debug, Serialize, Deserialize)]
pub struct RuleFile {
    /// The path of the file.
    pub path: String,
    /// What its METADATA says.
    pub rule: Rule,
}

impl CompiledRules {
    /// What this build has; from the policies themselves where it has nothing of theirs.
    ///
    /// # Errors
    /// What is wrong with METADATA or a table, or that a debug build misses its source.
    pub fn embedded() -> Result<Self, MetadataError> {
        let compiled = built_in::compiled_rules().and_then(|text| serde_json::from_str(text).ok());
        match compiled {
            Some(compiled) => Ok(compiled),
            None => Self::read(),
        }
    }

    /// What METADATA and the tables say.
    fn read() -> Result<Self, MetadataError> {
        let files = Folder::Policies.files().map_err(|gone| MetadataError {
            path: "policies".to_owned(),
            line: 1,
            reason: gone.to_string(),
        })?;
        let controls = ControlTables::embedded().map_err(|problem| MetadataError {
            path: problem.source.name.clone(),
            line: problem.line,
            reason: problem.message,
        })?;
        let mut rules = Vec::new();
        for (path, text) in files.iter().filter(|(path, _)| has_rule(path)) {
            let rule = read(path, text, RuleHome::BuiltIn)?;
            let path = (*path).to_owned();
            rules.push(RuleFile { path, rule });
        }
        Ok(Self {
            stated: String::new(),
            controls,
            rules,
        })
    }

    /// The text of `compiled.json`, for these policies: a line for each rule, so that two changes of different rules
    /// merge.
    ///
    /// # Errors
    /// As a sentence: what is wrong with METADATA or a table, or that there is no source folder.
    pub fn text() -> Result<String, String> {
        let json = |error: serde_json::Error| error.to_string();
        let read = Self::read().map_err(|error| error.to_string())?;
        let stated = built_in::stated().map_err(|error| error.to_string())?;
        let mut rules = Vec::new();
        for rule in &read.rules {
            rules.push(serde_json::to_string(rule).map_err(json)?);
        }
        let controls = serde_json::to_string(&read.controls).map_err(json)?;
        Ok(format!(
            "{{\"stated\":\"{stated}\",\n\"controls\":{controls},\n\"rules\":[\n{}\n]}}\n",
            rules.join(",\n")
        ))
    }
}

/// True for the path of a policy that is a rule.
fn has_rule(path: &str) -> bool {
    path.ends_with(".rego") && !is_library(path) && !is_entry_point(path)
}

/// True for the path of a policy that rules import.
pub(crate) fn is_library(path: &str) -> bool {
    path.split('/').any(|part| part == "lib")
}

/// True for the path of the entry point for OPA, which knows neither METADATA nor facts: it stands right in `servelint/`.
pub(crate) fn is_entry_point(path: &str) -> bool {
    path.rsplit('/').nth(1) == Some("servelint")
}
