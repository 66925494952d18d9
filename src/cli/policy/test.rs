//! `servelint policy test`: the Rego tests and the cases of packs.

use crate::cli::{CommandError, FAILED, day::today, say};
use crate::{
    authoring::{PackHome, TestRequest, find_opa, own_policies, run_tests_of},
    check::LintError,
    config::{PACK_FILE, Projects},
    output,
    policy::{TestReport, TestsOutcome},
};
use clap::{Args, ValueEnum};
use std::{
    collections::BTreeMap,
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

/// Run the Rego tests and the cases of packs
///
/// Runs the rules named `test_*`, and checks the documents of each `cases.yaml` as `servelint check` would. Lines are
/// counted that the Rego tests evaluate. Without a PACK, tests the pack in this folder, or the packs that servelint.toml
/// names.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct TestArguments {
    /// Folders of packs, and parts of names to run only the tests with these names
    #[arg(value_name = "PACK|NAME")]
    words: Vec<String>,
    /// Fail if Rego tests evaluate less than this share of the lines, in percent
    #[arg(long, value_name = "PERCENT")]
    coverage: Option<f64>,
    /// Engine of the Rego tests
    #[arg(long, value_enum, default_value_t = EngineArgument::Servelint)]
    engine: EngineArgument,
    /// Run again when a file changes, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    format: TestFormat,
    /// Date on which cases are checked
    #[arg(long, value_name = "DATE", default_value = "2026-10-10")]
    as_of: String,
}

const HELP: &str = "\
Examples:
  servelint policy test platform-policies --coverage 90
  servelint policy test platform-policies cost-center --watch
  servelint policy test platform-policies --engine both --format junit > policy-tests.xml

Exit codes:
  0  everything that ran passed
  1  a test failed, or the coverage is below --coverage
  2  a pack cannot be tested, or nothing ran";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EngineArgument {
    /// The engine of servelint
    Servelint,
    /// Also OPA, if there is an `opa` on the PATH; a test that ends differently fails
    Both,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TestFormat {
    /// For people
    Human,
    /// For programs
    Json,
    /// For reports of build services
    Junit,
}

/// How often `--watch` looks at the files.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) fn run(
    arguments: &TestArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    let request = request(arguments)?;
    if !arguments.watch {
        return once(arguments, &request, out);
    }
    let mut before = stamps(&request.packs);
    loop {
        if let Err(CommandError::Output(error)) = once(arguments, &request, out) {
            // Whoever watches is gone.
            return Err(CommandError::Output(error));
        }
        say(errors, "waiting for changes; end with Ctrl-C", None);
        loop {
            thread::sleep(PAUSE);
            let now = stamps(&request.packs);
            if now != before {
                before = now;
                break;
            }
        }
    }
}

fn once(
    arguments: &TestArguments,
    request: &TestRequest,
    out: &mut dyn Write,
) -> Result<u8, CommandError> {
    let mut report = run_tests_of(request);
    if arguments.engine == EngineArgument::Both && request.opa.is_none() {
        let note = "there is no `opa` on the PATH, so nothing was compared with it";
        report.notes.push(note.to_owned());
    }
    if report.ran() == 0 && !request.names.is_empty() {
        let names = request.names.join("`, `");
        let note = format!("no test, no case and no folder is named `{names}`");
        report.notes.push(note);
    }
    write(arguments.format, &report, out)?;
    out.flush()?;
    Ok(match report.outcome() {
        TestsOutcome::Passed => 0,
        TestsOutcome::Failed => 1,
        TestsOutcome::Unable => FAILED,
    })
}

fn write(format: TestFormat, report: &TestReport, out: &mut dyn Write) -> io::Result<()> {
    match format {
        TestFormat::Human => output::tests_for_people(report, out),
        TestFormat::Json => out.write_all(output::tests_as_json(report).as_bytes()),
        TestFormat::Junit => output::tests_as_junit(report, out),
    }
}

fn request(arguments: &TestArguments) -> Result<TestRequest, CommandError> {
    let (mut packs, mut names) = (Vec::new(), Vec::new());
    for word in &arguments.words {
        match home(Path::new(word)) {
            Some(home) => packs.push(home),
            None => names.push(word.clone()),
        }
    }
    if packs.is_empty() {
        packs = packs_here()?;
    }
    let is_percent = |percent: f64| (0.0..=100.0).contains(&percent);
    if arguments
        .coverage
        .is_some_and(|percent| !is_percent(percent))
    {
        return Err(CommandError::usage(
            "`--coverage` is not a share of 100",
            "write a number of percent, such as 90",
        ));
    }
    if arguments.coverage.is_some() && !names.is_empty() {
        return Err(CommandError::usage(
            format!(
                "`--coverage` is about all tests, and only those named `{}` would run",
                names.join("`, `")
            ),
            "a word is a part of a name unless there is a folder of this name",
        ));
    }
    Ok(TestRequest {
        packs,
        names,
        threshold: arguments.coverage,
        opa: find_opa().filter(|_| arguments.engine == EngineArgument::Both),
        today: today(Some(&arguments.as_of))?,
        program: env::current_exe()?,
    })
}

/// The pack that a word names; `None` for a word that is no folder.
fn home(path: &Path) -> Option<PackHome> {
    if !path.is_dir() {
        return None;
    }
    let is_pack = path.join(PACK_FILE).exists();
    match own_policies(path).filter(|_| !is_pack) {
        Some(policies) => Some(PackHome::Own(real(policies))),
        None => Some(PackHome::Folder(path.to_owned())),
    }
}

/// With the folders above, in which the cases of our own rules have their project.
fn real(folder: PathBuf) -> PathBuf {
    folder.canonicalize().unwrap_or(folder)
}

/// The pack in this folder, else those that the configuration names.
fn packs_here() -> Result<Vec<PackHome>, CommandError> {
    let here = Path::new(".");
    if here.join(PACK_FILE).exists() || own_policies(here).is_some() {
        return Ok(home(here).into_iter().collect());
    }
    let lint = |error| CommandError::from(LintError::from(error));
    let mut projects = Projects::new(None).map_err(lint)?;
    let project = projects.of(here, here).map_err(lint)?;
    let entries = &project.config.policies;
    match entries.is_empty() {
        true => Err(CommandError::usage(
            format!(
                "there is no pack here: no {PACK_FILE}, and no `[[policies]]` in servelint.toml"
            ),
            "name the folder of a pack, or begin one with `servelint policy new`",
        )),
        false => Ok(entries.iter().cloned().map(PackHome::Entry).collect()),
    }
}

/// When each file below the packs was changed, by its path.
fn stamps(packs: &[PackHome]) -> BTreeMap<PathBuf, (Option<SystemTime>, u64)> {
    let mut stamps = BTreeMap::new();
    for home in packs {
        let root = match home {
            PackHome::Own(folder) | PackHome::Folder(folder) => folder.clone(),
            PackHome::Entry(entry) => entry.location(),
        };
        for entry in walkdir::WalkDir::new(root).into_iter().flatten() {
            if let Ok(data) = entry.metadata()
                && data.is_file()
            {
                stamps.insert(entry.into_path(), (data.modified().ok(), data.len()));
            }
        }
    }
    stamps
}
