//! `servelint evidence bind`: a person attests what a result measured.

use super::stated;
use crate::{
    cli::{CommandError, arguments::evidence::BindArguments},
    evidence::MeasurementRecord,
    git,
};
use std::io::Write;

/// Writes the statement of a person beside a result.
pub(super) fn run(
    arguments: &BindArguments,
    _: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<(), CommandError> {
    let file = &arguments.file;
    let given = arguments.by.clone().filter(|name| !name.trim().is_empty());
    let by = given.or_else(git::user).ok_or_else(|| {
        CommandError::usage("nobody attests the result", "say who with --by NAME")
    })?;
    // Before anything else: a mistyped name is the most likely mistake.
    stated::digest(file)?;
    let place = stated::place(file, arguments.force)?;
    let spec = stated::specification(arguments.spec.as_deref(), errors)?;
    let mut measurement = MeasurementRecord {
        attested_by: Some(by),
        attested_at: Some(stated::now()),
        ..stated::known(&spec)
    };
    let unseen = "the command, its exit code and its time: the result was there already";
    measurement.unknown.push(unseen.to_owned());
    let configuration = stated::configuration(&spec)?;
    stated::write((file, &place), configuration, measurement, errors)
}
