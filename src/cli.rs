//! The command line: arguments, and one function for each command.
//!
//! The only module that knows clap. It turns arguments into requests, writes answers to the
//! streams that it is given, and answers with an exit code; it reads the environment once.

#![expect(
    clippy::disallowed_methods,
    reason = "no part of a check: see `cli/check.rs`"
)]

mod admission;
mod arguments;
mod baseline;
mod cache;
mod check;
mod config;
mod day;
mod diff;
mod evidence;
mod facts;
mod hook;
pub mod init;
mod input;
mod plan;
mod policy;
mod progress;
mod refused;
mod report;
mod rules;
mod serve;
mod target;

pub use arguments::Arguments;
use init::StarterError;

use crate::{
    authoring::{BundleError, ScaffoldError},
    did_you_mean::{nearest, question},
    document::source::display_name,
    finding::Report,
    output::{self, safe, tables},
    policy::{Pack, serve as serve_policies},
    render::become_renderer,
    rule::Rule,
    schema,
};
use arguments::{ColorArgument, Command, SchemaKind, SchemaName};
use clap::CommandFactory;
use std::{
    borrow::Cow,
    env,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

/// The exit code for "the tool could not do its work".
const FAILED: u8 = 2;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Lint(#[from] crate::check::LintError),
    #[error(transparent)]
    Metadata(#[from] crate::rule::MetadataError),
    #[error(transparent)]
    Starter(#[from] StarterError),
    #[error(transparent)]
    Scaffold(#[from] ScaffoldError),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("there is no rule `{name}`")]
    NoSuchRule {
        name: String,
        nearest: Option<String>,
    },
    #[error("`{value}` is not a date; write it as 2026-10-09")]
    Date { value: String },
    #[error("cannot read standard input: {0}")]
    Stdin(io::Error),
    #[error("the schema `{0}` is not built in, which is a defect of servelint")]
    NoSchema(&'static str),
    #[error("{name} is no evidence: {error}")]
    Evidence {
        name: String,
        error: crate::evidence::EvidenceError,
    },
    #[error(transparent)]
    Admission(#[from] crate::check::AdmissionError),
    #[error(transparent)]
    Cache(#[from] crate::cache::CacheError),
    #[error(transparent)]
    Fleet(#[from] crate::fleet::FleetError),
    #[error("{message}")]
    Usage {
        message: String,
        help: Option<String>,
    },
    #[error("cannot write {}: {reason}", display_name(path))]
    Unwritable { path: PathBuf, reason: io::Error },
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl CommandError {
    /// The arguments do not fit together, and this is how they would.
    fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: Some(help.into()),
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Lint(error) => error.help(),
            Self::Starter(error) => Some(error.help().into()),
            Self::Scaffold(error) => Some(error.help().into()),
            Self::Bundle(error) => error.help().map(Cow::Borrowed),
            Self::NoSuchRule { nearest, .. } => Some(match nearest {
                Some(known) => question(known).into(),
                None => "`servelint rules` lists them".into(),
            }),
            Self::Cache(error) => Some(error.help().into()),
            Self::Fleet(error) => error.help().map(Cow::Borrowed),
            Self::Usage { help, .. } => help.as_deref().map(Cow::Borrowed),
            Self::Metadata(_)
            | Self::Date { .. }
            | Self::Stdin(_)
            | Self::NoSchema(_)
            | Self::Evidence { .. }
            | Self::Admission(_)
            | Self::Unwritable { .. }
            | Self::Output(_) => None,
        }
    }
}

/// Runs the command that `arguments` ask for and answers with the exit code.
pub fn run(arguments: Arguments, out: &mut dyn Write, errors: &mut dyn Write) -> u8 {
    match dispatch(arguments, out, errors) {
        Ok(code) => code,
        // Whoever read the output has seen enough.
        Err(CommandError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            say(errors, &error.to_string(), error.help().as_deref());
            FAILED
        }
    }
}

/// Says something beside the output: a message on one line, then its help. A name with a line break
/// in it must not look like either. Where nobody listens, the exit code still tells.
fn say(errors: &mut dyn Write, message: &str, help: Option<&str>) {
    let _ = writeln!(errors, "servelint: {}", safe::calm(&safe::escape(message)));
    if let Some(help) = help {
        let _ = writeln!(errors, "  help: {}", safe::calm(&safe::escape(help)));
    }
}

/// Tells what a run met on its way to something else than a report, one line each.
fn obstacles(report: &Report, errors: &mut dyn Write) -> io::Result<()> {
    if !report.findings.is_empty() || !report.not_checked.is_empty() {
        output::render_plain(report, errors)?;
    }
    for failure in &report.failures {
        say(errors, failure, None);
    }
    Ok(())
}

fn dispatch(
    arguments: Arguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    match arguments.command {
        Command::Check(check) => {
            let streams = check::CheckStreams { out, errors };
            return cache::run(&check, arguments.color, streams);
        }
        Command::Rules(arguments) => rules::run(&arguments, out, errors)?,
        Command::Explain { rule } => out.write_all(explain_rule(&rule, errors)?.as_bytes())?,
        Command::Baseline(arguments) => return baseline::run(&arguments, out, errors),
        Command::Config(arguments) => config::run(&arguments, out)?,
        Command::Evidence(arguments) => return evidence::run(&arguments, out, errors),
        Command::Facts(arguments) => return facts::run(&arguments, out, errors),
        Command::Input(arguments) => return input::run(&arguments, out, errors),
        Command::Diff(arguments) => return diff::run(&arguments, out, errors),
        Command::Plan(arguments) => return plan::run(&arguments, out, errors),
        Command::Admission(arguments) => return admission::run(&arguments, out),
        Command::Serve(arguments) => return serve::run(&arguments, out),
        Command::Report(arguments) => return report::run(&arguments, out),
        Command::Init { folder, name } => init(&folder, name.as_deref(), out)?,
        Command::Schema { kind } => out.write_all(schema_text(&kind)?.as_bytes())?,
        Command::Policy(arguments) => return policy::run(arguments, out, errors),
        Command::PolicySandbox => {
            serve_policies(&mut io::stdin().lock(), out)?;
        }
        Command::RenderProcess { words } => return Err(become_renderer(&words).into()),
        Command::Completions { shell } => {
            // It panics where a writer fails, and a vector never does.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "servelint", &mut script);
            out.write_all(&script)?;
        }
    }
    out.flush()?;
    Ok(0)
}

/// The rules of the project in which servelint is called, those of its packs included.
fn rules_here(errors: &mut dyn Write) -> Result<Pack, CommandError> {
    let own = Pack::embedded()?;
    let (pack, problems) =
        crate::check::rules_of(&own, Path::new(".")).map_err(crate::check::LintError::from)?;
    for problem in problems {
        say(errors, &problem, None);
    }
    Ok(pack)
}

fn explain_rule(name: &str, errors: &mut dyn Write) -> Result<String, CommandError> {
    let pack = rules_here(errors)?;
    let text = tables::text(rule(&pack, name)?);
    Ok(match columns() {
        Some(columns) => tables::fit::page(&text, columns),
        None => text,
    })
}

/// The rule of this name.
fn rule<'p>(pack: &'p Pack, name: &str) -> Result<&'p Rule, CommandError> {
    match pack.rules().get(name) {
        Some(rule) => Ok(rule),
        None => Err(CommandError::NoSuchRule {
            name: name.into(),
            nearest: nearest(name, pack.rules().keys().map(String::as_str)).map(str::to_owned),
        }),
    }
}

/// The width that `check` fills as well: that of the terminal, or what `COLUMNS` sets; `None` where the output is a file
/// or a pipe and nothing is set, because nobody sees its lines wrapped.
fn columns() -> Option<usize> {
    let is_set = env::var("COLUMNS").is_ok_and(|columns| columns.trim().parse::<usize>().is_ok());
    let is_wrapped = is_set || io::stdout().is_terminal();
    is_wrapped.then(|| check::style(ColorArgument::Never).width)
}

fn schema_text(name: &SchemaName) -> Result<Cow<'static, str>, CommandError> {
    let (api_version, kind) = match name {
        SchemaName::BuiltIn(kind) => return built_in_schema(*kind),
        SchemaName::Declared { api_version, kind } => (api_version.as_deref(), kind),
    };
    let declared = crate::check::declared_schema(Path::new("."), kind, api_version);
    let help = "declare kinds in `[[schemas]]` of servelint.toml or of a pack that it names";
    let schema = declared.map_err(|message| CommandError::usage(message, help))?;
    let Some(schema) = schema else {
        let version = api_version.map_or(String::new(), |version| format!("{version}/"));
        let names = SchemaKind::names();
        let near = nearest(kind, names.iter().map(String::as_str));
        return Err(CommandError::usage(
            format!("nothing here declares the kind `{version}{kind}`"),
            near.map_or(help.to_owned(), question),
        ));
    };
    Ok(Cow::Owned(safe::json(&schema)))
}

fn built_in_schema(kind: SchemaKind) -> Result<Cow<'static, str>, CommandError> {
    let text = match kind.file() {
        Some(file) => schema::text(file).map(Cow::Borrowed),
        None => schema::any().map(Cow::Owned),
    };
    text.ok_or(CommandError::NoSchema(kind.file().unwrap_or("any")))
}

fn init(folder: &Path, name: Option<&str>, out: &mut dyn Write) -> Result<(), CommandError> {
    let written = init::write(folder, name, day::day())?;
    for path in &written.files {
        writeln!(out, "wrote {}", shown(path))?;
    }
    if let Some(file) = &written.governed_by {
        writeln!(
            out,
            "settings come from {}, so no second servelint.toml was written",
            shown(file)
        )?;
    }
    let folder = shown(folder);
    let target = if folder.is_empty() { "." } else { &folder };
    writeln!(
        out,
        "\nReplace every TODO in these files, then run:\n  servelint check {}",
        quoted(target)
    )?;
    Ok(())
}

/// A path as a shell takes it, and no command as an option.
fn quoted(path: &str) -> Cow<'_, str> {
    let is_plain = path
        .chars()
        .all(|c| c.is_alphanumeric() || "-_./".contains(c));
    match is_plain {
        true if path.starts_with('-') => format!("./{path}").into(),
        true => path.into(),
        false => format!("'{}'", path.replace('\'', "'\\''")).into(),
    }
}

/// A path as users see it, safe to print.
fn shown(path: &Path) -> String {
    safe::escape(&crate::document::source::display_name(path)).into_owned()
}
