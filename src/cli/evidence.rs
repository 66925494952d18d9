//! `servelint evidence`: what was read from one file, and what was measured.

mod bind;
mod machine;
mod record;
mod running;
mod secrets;
mod stated;

use super::{
    CommandError,
    arguments::{
        RulesFormat,
        evidence::{EvidenceArguments, EvidenceCommand},
    },
};
use crate::{
    document::source::display_name,
    evidence::{self, EvidenceRequest},
    output::tables,
};
use std::io::Write;

/// Prints what the file holds, or states what was measured.
pub(super) fn run(
    arguments: &EvidenceArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    match (&arguments.command, &arguments.file) {
        (Some(EvidenceCommand::Record(record)), _) => return record::run(record, out, errors),
        (Some(EvidenceCommand::Bind(bind)), _) => bind::run(bind, out, errors)?,
        (None, Some(_)) => show(arguments, out)?,
        (None, None) => {}
    }
    out.flush()?;
    Ok(0)
}

fn show(arguments: &EvidenceArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let Some(file) = &arguments.file else {
        return Ok(());
    };
    let name = display_name(file);
    let request = EvidenceRequest {
        format: arguments.expect.as_deref(),
        select: arguments.select.as_deref(),
    };
    let found = evidence::open(file, request).map_err(|error| CommandError::Evidence {
        name: name.clone(),
        error,
    })?;
    let text = match arguments.format {
        RulesFormat::Table => tables::evidence_table(&name, &found),
        RulesFormat::Json => tables::evidence_json(&name, &found),
    };
    Ok(out.write_all(text.as_bytes())?)
}
