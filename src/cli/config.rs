//! `servelint config`.

use super::{
    CommandError,
    arguments::{ConfigArguments, RulesFormat},
    check::severities,
};
use crate::{
    check::LintError,
    config::Projects,
    document::{
        read::io_reason,
        source::{display_name, folder},
    },
    output::tables::{self, Flags},
};
use std::io::Write;

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
    let mut projects = Projects::new(arguments.config.as_deref()).map_err(LintError::from)?;
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
    let settings = tables::settings(&project, project.written().as_ref(), path, &flags);
    let root = match display_name(&project.root) {
        root if root.is_empty() => ".".to_owned(),
        root => root,
    };
    let file = project.file.as_deref().map(display_name);
    let text = match arguments.format {
        RulesFormat::Table => tables::settings_table(&root, file.as_deref(), &settings),
        RulesFormat::Json => tables::settings_json(&root, file.as_deref(), &settings),
    };
    Ok(out.write_all(text.as_bytes())?)
}
