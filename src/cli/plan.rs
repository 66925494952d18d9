//! `servelint plan`.

use super::{
    CommandError,
    arguments::{PlanArguments, RulesFormat},
    check::read_stdin,
    columns,
    day::day,
    obstacles, say,
};
use crate::{
    check::{self, Request},
    facts::plan,
    finding::{NotChecked, Topic},
    output::tables,
    policy::Pack,
    rule::{DUPLICATE_SERVICE, DURATION_NEEDS_UNIT, SCHEMA_VALID, SYNTAX_INVALID, UNKNOWN_FIELD},
};
use std::{
    io::Write,
    path::{Path, PathBuf},
};

/// The rules that say what kept a specification, or a part of it, from being read.
pub(super) const SHAPE: [&str; 5] = [
    DUPLICATE_SERVICE,
    DURATION_NEEDS_UNIT,
    SCHEMA_VALID,
    SYNTAX_INVALID,
    UNKNOWN_FIELD,
];

/// What to do where no specification was found.
pub(super) const NOTHING_HELP: &str =
    "name a file with a specification, or the folder that holds it";

const NOTHING: &str = "nothing to plan: no ServingSpec that can be read was found";

/// Prints the plan of every specification that can be read, and on `errors` what cannot.
pub(super) fn run(
    arguments: &PlanArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    let (paths, reads_stdin) = without_stdin(&arguments.read.paths);
    let request = Request {
        paths,
        stdin: match reads_stdin {
            true => Some((None, read_stdin()?)),
            false => None,
        },
        config: arguments.read.config.clone(),
        today: day(),
        select: SHAPE.map(str::to_owned).into(),
        isolated: true,
        ..Request::default()
    };
    let (mut report, specifications) = check::specifications(&request, &Pack::embedded()?)?;
    let plans: Vec<plan::Plan> = specifications
        .iter()
        .map(|member| plan::plan(&member.document, &member.project.config.policy))
        .collect();
    report.reviews.clear();
    report.not_checked.retain(matters);
    obstacles(&report, errors)?;
    out.write_all(
        match arguments.read.format {
            RulesFormat::Table => tables::plan_table(&plans, columns()),
            RulesFormat::Json => tables::plan_json(&plans),
        }
        .as_bytes(),
    )?;
    out.flush()?;
    let is_broken = report.tally().errors > 0;
    if plans.is_empty() && !is_broken {
        say(errors, NOTHING, Some(NOTHING_HELP));
    }
    // The worst first: a plan of one specification says nothing about another that could not be read.
    Ok(match () {
        () if !report.failures.is_empty() => super::FAILED,
        () if is_broken => 1,
        () if plans.is_empty() => super::FAILED,
        () => 0,
    })
}

/// The paths that are no `-`, and whether one is, which stands for standard input.
fn without_stdin(paths: &[PathBuf]) -> (Vec<PathBuf>, bool) {
    let named = |path: &&PathBuf| path.as_path() != Path::new("-");
    let others: Vec<PathBuf> = paths.iter().filter(named).cloned().collect();
    let reads_stdin = others.len() < paths.len();
    (others, reads_stdin)
}

/// Plans are made of specifications alone: what else a folder holds, and what a review would have
/// compared, is not missing in them.
pub(super) fn matters(gap: &NotChecked) -> bool {
    match gap.subject {
        Topic::File(_) | Topic::Folder(_) | Topic::Kind(_) => true,
        Topic::Service(_) | Topic::Services(_) | Topic::Unchanged | Topic::Old => false,
        Topic::ChangedFiles | Topic::OtherFiles | Topic::OtherKinds => false,
        Topic::Foreign(_) | Topic::Untied(_) => false,
    }
}
