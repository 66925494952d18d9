//! `servelint evidence`: what was read from one file.

use super::{CommandError, arguments::EvidenceArguments, arguments::RulesFormat};
use crate::{
    document::source::display_name,
    evidence::{self, EvidenceRequest},
    output::tables,
};
use std::io::Write;

/// Prints what the file holds.
pub(super) fn run(arguments: &EvidenceArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let name = display_name(&arguments.file);
    let request = EvidenceRequest {
        format: arguments.expect.as_deref(),
        select: arguments.select.as_deref(),
    };
    let found =
        evidence::open(&arguments.file, request).map_err(|error| CommandError::Evidence {
            name: name.clone(),
            error,
        })?;
    let text = match arguments.format {
        RulesFormat::Table => tables::evidence_table(&name, &found),
        RulesFormat::Json => tables::evidence_json(&name, &found),
    };
    Ok(out.write_all(text.as_bytes())?)
}
