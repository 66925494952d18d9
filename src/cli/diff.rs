//! `servelint diff`.

use super::{
    CommandError, FAILED,
    arguments::{DiffArguments, RulesFormat},
    columns,
    day::day,
    obstacles,
    plan::{NOTHING_HELP, SHAPE, matters},
    say,
};
use crate::{
    check::{self, Request},
    output::tables,
    policy::Pack,
    review::DifferenceState,
};
use std::io::Write;

const NOTHING: &str = "nothing to compare: no ServingSpec that can be read was found";

/// Prints the facts of each service that changed since a revision, and on `errors` what cannot be read.
pub(super) fn run(
    arguments: &DiffArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    let request = Request {
        paths: arguments.read.paths.clone(),
        config: arguments.read.config.clone(),
        today: day(),
        select: SHAPE.map(str::to_owned).into(),
        since: Some(arguments.revision.clone()),
        list_all: true,
        ..Request::default()
    };
    let (mut report, difference) = check::difference(&request, &Pack::embedded()?)?;
    report.reviews.clear();
    report.due_soon.clear();
    report.not_checked.retain(matters);
    obstacles(&report, errors)?;
    out.write_all(
        match arguments.read.format {
            RulesFormat::Table => tables::difference_table(&difference, columns()),
            RulesFormat::Json => tables::difference_json(&difference),
        }
        .as_bytes(),
    )?;
    out.flush()?;
    let services = &difference.services;
    let is_empty = services.is_empty() && difference.unchanged == 0;
    if is_empty {
        say(errors, NOTHING, Some(NOTHING_HELP));
    }
    let is_open = services
        .iter()
        .any(|service| service.state == DifferenceState::Unknown);
    let is_broken = report.tally().errors > 0 || !report.failures.is_empty();
    Ok(match is_empty || is_open || is_broken {
        true => FAILED,
        false => 0,
    })
}
