//! `servelint facts`.

use super::{
    CommandError, FAILED,
    arguments::{FactsArguments, RulesFormat},
    columns,
    day::day,
    obstacles,
    plan::NOTHING_HELP,
    say,
};
use crate::{
    check::{self, Request},
    output::tables,
    policy::Pack,
};
use std::io::Write;

const NOTHING: &str = "no facts: no ServingSpec that can be read was found";

/// Prints the facts of every service whose specification can be read, and on `errors` what cannot.
pub(super) fn run(
    arguments: &FactsArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    let request = Request {
        paths: arguments.read.paths.clone(),
        config: arguments.read.config.clone(),
        today: day(),
        ..Request::default()
    };
    let (services, report) = check::facts(&request, &Pack::embedded()?)?;
    obstacles(&report, errors)?;
    out.write_all(
        match arguments.read.format {
            RulesFormat::Table => tables::facts_table(&services, columns()),
            RulesFormat::Json => tables::facts_json(&services),
        }
        .as_bytes(),
    )?;
    out.flush()?;
    let is_broken = !report.findings.is_empty() || !report.failures.is_empty();
    if services.is_empty() && !is_broken {
        say(errors, NOTHING, Some(NOTHING_HELP));
    }
    Ok(match is_broken || services.is_empty() {
        true => FAILED,
        false => 0,
    })
}
