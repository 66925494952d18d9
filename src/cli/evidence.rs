//! `servelint evidence`: what was read from files, and what was measured.

mod bind;
mod machine;
mod record;
mod running;
mod secrets;
mod stated;

use super::{
    CommandError,
    arguments::{
        ColorArgument, RulesFormat,
        evidence::{EvidenceArguments, EvidenceCommand},
    },
    check::style,
    columns,
    day::day,
    plan::SHAPE,
};
use crate::{
    check::{self, Request},
    document::source::display_name,
    evidence::{self, Evidence, EvidenceRequest, WholeFile},
    output::tables::{self, FileSurroundings, NamedEvidence},
    policy::Pack,
};
use std::{
    io::{self, Write},
    path::Path,
};

/// Prints what the files hold, or states what was measured.
pub(super) fn run(
    arguments: &EvidenceArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    match &arguments.command {
        Some(EvidenceCommand::Record(record)) => return record::run(record, out, errors),
        Some(EvidenceCommand::Bind(bind)) => bind::run(bind, out, errors)?,
        None => out.write_all(show(arguments)?.as_bytes())?,
    }
    out.flush()?;
    Ok(0)
}

fn show(arguments: &EvidenceArguments) -> Result<String, CommandError> {
    let mut files = Vec::new();
    for file in &arguments.files {
        files.push((display_name(file), read(arguments, file)?));
    }
    let text = match (files.as_slice(), arguments.files.as_slice()) {
        ([(name, found)], [file]) => one(arguments, name, (found, file))?,
        _ => several(arguments, &files),
    };
    Ok(text)
}

fn read(arguments: &EvidenceArguments, file: &Path) -> Result<WholeFile, CommandError> {
    let request = EvidenceRequest {
        format: arguments.expect.as_deref(),
        select: arguments.select.as_deref(),
    };
    let bytes = match is_stdin(file) {
        true => evidence::bytes_of(io::stdin().lock()),
        false => evidence::bytes(file),
    };
    let found = bytes.and_then(|bytes| evidence::read_whole(bytes, request));
    found.map_err(|error| CommandError::Evidence {
        name: display_name(file),
        error,
    })
}

fn is_stdin(file: &Path) -> bool {
    file == Path::new("-")
}

/// One file, with what stands around it.
fn one(
    arguments: &EvidenceArguments,
    name: &str,
    (found, file): (&WholeFile, &Path),
) -> Result<String, CommandError> {
    let is_table = arguments.format == RulesFormat::Table;
    let text = match found {
        WholeFile::Run(run) => {
            let around = match is_stdin(file) {
                true => None,
                false => Some(surroundings(file, Some(run.as_ref()))?),
            };
            let around_json = around.as_ref().map(tables::surroundings_json);
            match is_table {
                true => {
                    let around =
                        around.map(|around| tables::surroundings_table(&around, columns()));
                    tables::evidence_table(name, run)
                        + &around.unwrap_or_default()
                        + &plot(arguments, run)
                }
                false => tables::evidence_json(name, run, around_json.as_ref(), arguments.plot),
            }
        }
        WholeFile::Sweep(runs) if is_table => {
            let plots: String = runs.iter().map(|(_, run)| plot(arguments, run)).collect();
            tables::evidence_sweep_table(name, runs) + &plots
        }
        WholeFile::Sweep(runs) => tables::evidence_sweep_json(name, runs),
    };
    Ok(text)
}

/// Several files beside each other; each load of a sweep counts as one.
fn several(arguments: &EvidenceArguments, files: &[(String, WholeFile)]) -> String {
    let mut named: Vec<NamedEvidence<'_>> = Vec::new();
    for (name, found) in files {
        match found {
            WholeFile::Run(run) => named.push((name.clone(), run)),
            WholeFile::Sweep(runs) => {
                named.extend(
                    runs.iter()
                        .map(|(pointer, run)| (format!("{name} {pointer}"), run)),
                );
            }
        }
    }
    if arguments.format == RulesFormat::Json {
        return tables::compared_json(&named);
    }
    let mut text = tables::compared_table(&named, columns());
    for (name, run) in named.iter().filter(|_| arguments.plot) {
        text.push_str(&format!(
            "\n{}\n{}",
            crate::output::safe::escape(name),
            plot(arguments, run)
        ));
    }
    text
}

fn plot(arguments: &EvidenceArguments, run: &Evidence) -> String {
    match arguments.plot {
        true => tables::evidence_plot(run, columns(), style(ColorArgument::Never).unicode),
        false => String::new(),
    }
}

/// The statement beside a file, and what the documents around it ask of it.
fn surroundings(file: &Path, found: Option<&Evidence>) -> Result<FileSurroundings, CommandError> {
    let mut around = FileSurroundings {
        statement: evidence::statement_beside(file),
        ..FileSurroundings::default()
    };
    let paths = check::around(file);
    if paths.is_empty() {
        return Ok(around);
    }
    let request = Request {
        paths,
        today: day(),
        select: SHAPE.map(str::to_owned).into(),
        ..Request::default()
    };
    // What is wrong with them, `check` tells; here it is only not known what they ask.
    match check::cited(&request, &Pack::embedded()?, (file, found)) {
        Ok((documents, _)) => around.documents = documents,
        Err(error) => around.unread = Some(error.to_string()),
    }
    Ok(around)
}
