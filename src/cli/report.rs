//! `servelint report`.

use super::{CommandError, columns};
use crate::{
    did_you_mean::question_or_list,
    finding::FailOn,
    fleet::{self, FleetReport, MOST_REPORTS},
    output,
};
use clap::{Args, Subcommand, ValueEnum};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::{Path, PathBuf},
};

/// What `servelint report` takes.
#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    #[command(subcommand)]
    command: ReportCommand,
}

#[derive(Debug, Subcommand)]
enum ReportCommand {
    /// Merge the JSON reports of many repositories into one
    ///
    /// Shows the verdict, the open gates and the findings of each service, what is due soon, the rules that
    /// fire most, and the controls with findings. A report that is not valid is refused with its place.
    Merge(MergeArguments),
}

/// What `servelint report merge` takes.
#[derive(Debug, Args)]
#[command(after_help = MERGE_HELP)]
struct MergeArguments {
    /// Reports, written by `servelint check --format json`
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Name of the repository of one of the files [default: the name of the file]
    #[arg(long, value_name = "NAME=FILE")]
    name: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = MergeFormat::Table)]
    format: MergeFormat,
    /// Lowest severity that fails the run: error, escalation, warning or never
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "never",
        hide_possible_values = true
    )]
    fail_on: FailOn,
}

const MERGE_HELP: &str = "\
Examples:
  servelint report merge reports/*.json
  servelint report merge reports/*.json --format markdown > fleet.md
  servelint report merge a.json b.json --name ranker=a.json --fail-on error

Exit codes:
  0  the reports were merged; with --fail-on, nothing at or above that level was found
  1  with --fail-on: an error, a draft or a no-go, or a warning with --fail-on warning
  2  a report cannot be merged; with --fail-on, also if the run of a repository failed
  3  with --fail-on escalation or warning: escalations but no errors";

/// How a fleet is printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum MergeFormat {
    /// For reading
    Table,
    /// For a job summary or a page
    Markdown,
    /// For programs
    Json,
}

pub(super) fn run(arguments: &ReportArguments, out: &mut dyn Write) -> Result<u8, CommandError> {
    let ReportCommand::Merge(merge) = &arguments.command;
    let mut fleet = FleetReport::default();
    for (name, file) in named(merge)? {
        fleet.repositories.push(fleet::read(file, &name)?);
    }
    let text = match merge.format {
        MergeFormat::Table => output::fleet_table(&fleet, columns()),
        MergeFormat::Markdown => output::fleet_markdown(&fleet),
        MergeFormat::Json => output::fleet_json(&fleet),
    };
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(fleet.exit_code(merge.fail_on))
}

/// Each file under the name of its repository: that of `--name`, else of the file, else its path where files have one name.
fn named(merge: &MergeArguments) -> Result<BTreeMap<String, &Path>, CommandError> {
    let files = &merge.files;
    if files.len() > MOST_REPORTS {
        let message = format!("{} reports are more than {MOST_REPORTS}", files.len());
        return Err(CommandError::usage(message, "merge them in parts"));
    }
    let given = given(merge)?;
    let stems: Vec<String> = files.iter().map(|file| stem(file)).collect();
    let mut named: BTreeMap<String, &Path> = BTreeMap::new();
    for (file, stem) in files.iter().zip(&stems) {
        let is_shared = stems.iter().filter(|other| *other == stem).count() > 1;
        let name = match given.get(file.as_path()) {
            Some(name) => (*name).to_owned(),
            None if is_shared => file.with_extension("").to_string_lossy().replace('\\', "/"),
            None => stem.clone(),
        };
        if let Some(other) = named.insert(name.clone(), file) {
            return Err(CommandError::usage(
                format!(
                    "{} and {} are both named `{name}`",
                    other.display(),
                    file.display()
                ),
                "name one of them with `--name NAME=FILE`, and each file once",
            ));
        }
    }
    Ok(named)
}

fn stem(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or(file.as_os_str());
    stem.to_string_lossy().into_owned()
}

/// The names of `--name`, by file.
fn given(merge: &MergeArguments) -> Result<BTreeMap<&Path, &str>, CommandError> {
    let mut given = BTreeMap::new();
    let files: BTreeSet<&Path> = merge.files.iter().map(PathBuf::as_path).collect();
    for word in &merge.name {
        let Some((name, file)) = word.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(CommandError::usage(
                format!("`--name {word}` names no repository"),
                "write it as --name ranker=reports/a.json",
            ));
        };
        if !files.contains(Path::new(file)) {
            let known: Vec<String> = files
                .iter()
                .map(|file| file.display().to_string())
                .collect();
            let known: Vec<&str> = known.iter().map(String::as_str).take(10).collect();
            return Err(CommandError::usage(
                format!("`--name {word}` names a file that is not merged"),
                question_or_list(file, &known, "merged are: "),
            ));
        }
        given.insert(Path::new(file), name);
    }
    Ok(given)
}
