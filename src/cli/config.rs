//! `servelint config`.

use super::{
    CommandError,
    arguments::{ConfigArguments, RulesFormat},
    check::severities,
    columns,
};
use crate::{
    check::LintError,
    config::Projects,
    document::{
        read::io_reason,
        source::{display_name, folder},
    },
    git::Snapshot,
    output::tables::{self, Flags, ShownProject},
};
use std::{io::Write, sync::Arc};

/// Prints the settings in effect for a path.
pub(super) fn run(arguments: &ConfigArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let path = &arguments.path;
    if let Err(error) = path.metadata() {
        return Err(LintError::Path {
            path: path.clone(),
            reason: io_reason(&error, "file or folder"),
        }
        .into());
    }
    let revision = arguments.policy_from.as_deref();
    let snapshot = match revision.filter(|revision| !revision.is_empty()) {
        Some(revision) => {
            let snapshot = Snapshot::at(revision, std::slice::from_ref(path));
            Some(Arc::new(snapshot.map_err(LintError::from)?))
        }
        None => None,
    };
    let projects = Projects::judged_by(arguments.config.as_deref(), snapshot.as_ref());
    let mut projects = projects.map_err(LintError::from)?;
    let above = if path.is_dir() { path } else { folder(path) };
    let project = projects.of(above, above).map_err(LintError::from)?;
    let severity = severities(&arguments.exceptions.severity)?;
    let flags = Flags {
        select: &arguments.select,
        ignore: &arguments.ignore,
        severity: &severity,
        fail_on: arguments.exceptions.fail_on,
        baseline: arguments.exceptions.baseline.as_deref(),
        no_waivers: arguments.exceptions.no_waivers,
    };
    let settings = tables::settings(&project, path, &flags);
    let root = match display_name(&project.root) {
        root if root.is_empty() => ".".to_owned(),
        root => root,
    };
    let files: Vec<String> = project
        .files
        .iter()
        .map(|file| display_name(file))
        .collect();
    let is_new = snapshot.is_none() || !project.is_past();
    let shown = ShownProject {
        root: &root,
        files: &files,
        policy: revision.map(|revision| if is_new { "new" } else { revision }),
    };
    let text = match arguments.format {
        RulesFormat::Table => tables::settings_table(&shown, &settings, columns()),
        RulesFormat::Json => tables::settings_json(&shown, &settings),
    };
    Ok(out.write_all(text.as_bytes())?)
}
