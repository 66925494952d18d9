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
    evidence::{self, EvidenceRequest, WholeFile},
    output::tables,
};
use std::{
    io::{self, Write},
    path::Path,
};

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
    let bytes = match file.as_path() == Path::new("-") {
        true => evidence::bytes_of(io::stdin().lock()),
        false => evidence::bytes(file),
    };
    let found = bytes.and_then(|bytes| evidence::read_whole(bytes, request));
    let found = found.map_err(|error| CommandError::Evidence {
        name: name.clone(),
        error,
    })?;
    let text = match (found, arguments.format) {
        (WholeFile::Run(run), RulesFormat::Table) => tables::evidence_table(&name, &run),
        (WholeFile::Run(run), RulesFormat::Json) => tables::evidence_json(&name, &run),
        (WholeFile::Sweep(runs), RulesFormat::Table) => tables::evidence_sweep_table(&name, &runs),
        (WholeFile::Sweep(runs), RulesFormat::Json) => tables::evidence_sweep_json(&name, &runs),
    };
    Ok(out.write_all(text.as_bytes())?)
}
