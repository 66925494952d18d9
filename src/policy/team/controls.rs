//! The tables of controls that a pack brings.

use super::PackProblem;
use crate::{
    document::{
        read::Format,
        source::{Source, Span},
    },
    pack::PackFiles,
    policy::{is_built_in, refusal::PolicyProblem},
    rule::{self, ControlProblem, ControlTables, Rule},
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// The tables in the pack's `controls/` beside those of servelint, joined to the pack's rules; no table where it neither
/// brings nor names any.
pub(super) fn controls(
    files: &PackFiles,
    rules: &mut BTreeMap<String, Rule>,
) -> Result<ControlTables, PackProblem> {
    let mut own = files.within("controls/", "").peekable();
    if own.peek().is_none() && rules.values().all(|rule| rule.named_controls.is_empty()) {
        return Ok(ControlTables::default());
    }
    let mut tables = ControlTables::embedded().map_err(misplaced)?;
    for (path, source) in own {
        if Format::of(Path::new(path)) != Some(Format::Yaml) {
            let message = "a table of controls is a YAML file".to_owned();
            return Err(misplaced(ControlProblem::at(source, None, message)));
        }
        for (rule, at) in rule::read_table(&mut tables, source).map_err(misplaced)? {
            if !rules.contains_key(&rule) && !is_built_in(&rule) {
                let message = format!("there is no rule `{rule}`");
                return Err(misplaced(ControlProblem::at(source, Some(at), message)));
            }
        }
    }
    for rule in rules.values_mut() {
        tables.join(rule).map_err(|unknown| {
            let source = policy_of(files, &rule.id, &unknown.name);
            let at = source.text.find(&unknown.name).unwrap_or_default();
            let span = Span::new(at, at + unknown.name.len());
            misplaced(ControlProblem::at(&source, Some(span), unknown.to_string()))
        })?;
    }
    Ok(tables)
}

/// The policy of a rule that holds a text, else the manifest of the pack.
fn policy_of(files: &PackFiles, id: &str, text: &str) -> Arc<Source> {
    let folder = format!("/{}/", id.rsplit('/').next().unwrap_or_default());
    let mut policies = files.within("policies/", ".rego");
    let named =
        policies.find(|(path, source)| path.contains(&folder) && source.text.contains(text));
    Arc::clone(named.map_or(&files.source, |(_, source)| source))
}

fn misplaced(problem: ControlProblem) -> PackProblem {
    PackProblem {
        problem: PolicyProblem {
            path: problem.source.name.clone(),
            line: problem.line,
            column: problem.column,
            message: problem.message,
        },
        source: problem.source,
    }
}
