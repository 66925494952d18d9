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
    evidence::{self, Evidence, EvidenceError, EvidenceRequest, MAX_EVIDENCE_BYTES},
    output::tables,
};
use std::{
    io::{Read, Write},
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
    let bytes = content(file).map_err(|error| fault(&name, error))?;
    let text = match evidence::read(bytes.clone(), request) {
        Ok(found) => match arguments.format {
            RulesFormat::Table => tables::evidence_table(&name, &found),
            RulesFormat::Json => tables::evidence_json(&name, &found),
        },
        // A sweep is one test of several loads: shown whole, though a reference must select one.
        Err(EvidenceError::Sweep { pointers, .. }) => {
            let runs = sweep(&bytes, request, &pointers).map_err(|error| fault(&name, error))?;
            match arguments.format {
                RulesFormat::Table => tables::evidence_sweep_table(&name, &runs),
                RulesFormat::Json => tables::evidence_sweep_json(&name, &runs),
            }
        }
        Err(error) => return Err(fault(&name, error)),
    };
    Ok(out.write_all(text.as_bytes())?)
}

fn fault(name: &str, error: EvidenceError) -> CommandError {
    CommandError::Evidence {
        name: name.to_owned(),
        error,
    }
}

/// The bytes of a file, or of standard input for `-`.
fn content(file: &Path) -> Result<Vec<u8>, EvidenceError> {
    if file != Path::new("-") {
        return evidence::bytes(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(MAX_EVIDENCE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| EvidenceError::Unreadable(error.to_string()))?;
    match bytes.len() > MAX_EVIDENCE_BYTES {
        true => Err(EvidenceError::TooLarge),
        false => Ok(bytes),
    }
}

/// Each run of a sweep with the pointer that selects it.
fn sweep(
    bytes: &[u8],
    request: EvidenceRequest<'_>,
    pointers: &[String],
) -> Result<Vec<(String, Evidence)>, EvidenceError> {
    let requests: Vec<EvidenceRequest<'_>> = pointers
        .iter()
        .map(|pointer| EvidenceRequest {
            select: Some(pointer),
            ..request
        })
        .collect();
    let found = evidence::read_each(bytes.to_vec(), &requests);
    let runs = pointers.iter().cloned().zip(found);
    runs.map(|(pointer, run)| Ok((pointer, run?))).collect()
}
