//! What can be typed.

use crate::{
    finding::FailOn,
    output::{self, ColorChoice},
};
use clap::{Args, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser};
use std::path::PathBuf;

/// Production-readiness review for model serving
///
/// A team writes down, in YAML, TOML or JSON, what it is about to put in front of users: a serving
/// specification, a decision log and a verification checklist. servelint reads them together and
/// says go, no-go or escalate for each service, pointing at the exact characters that are wrong.
#[derive(Debug, Parser)]
#[command(name = "servelint", version, arg_required_else_help = true, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Use colour: auto, always or never
    ///
    /// `auto` colours what a terminal shows. NO_COLOR and TERM=dumb turn that off, FORCE_COLOR turns
    /// it on everywhere.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    pub(super) color: ColorArgument,
}

const AFTER_HELP: &str = "\
Examples:
  servelint init                           write the first files, with TODOs
  servelint check                          check everything below this folder
  servelint check specs/ --format concise  one line for each finding
  servelint explain bake-too-few-samples   what a rule means and what to do

`servelint COMMAND --help` says more about a command.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check specifications and give each service a verdict
    ///
    /// Folders are searched for .yaml, .yml, .toml, .json, .jsonc and .pbtxt files. Hidden files and
    /// what git ignores are left out. A file that is named itself is checked in any case, and the other
    /// documents of its service are looked up in its project, so that a hook may name changed files
    /// only. Team thresholds come from the nearest servelint.toml upwards from each file.
    Check(CheckArguments),
    /// List all rules
    Rules {
        /// How to print them
        #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
        format: RulesFormat,
    },
    /// Explain a rule: what it finds, why it matters, what to do
    #[command(after_help = "Example:\n  servelint explain timeouts-order")]
    Explain {
        /// The rule's id, as findings print it in brackets
        rule: String,
    },
    /// Print what one file of evidence says: statistics, load, and what is missing
    Evidence(EvidenceArguments),
    /// Print what each rule sees, so that OPA can be asked the same
    Input(InputArguments),
    /// Print what each step of a rollout will see, and what a failing version would cost
    Plan(PlanArguments),
    /// Write down today's findings, so that checks report only new ones
    ///
    /// Known findings are recognised by rule, file, document, place and message, never by line numbers.
    /// What keeps other rules from running is never known: it has to be mended.
    Baseline(BaselineArguments),
    /// Print the settings in effect, and where each comes from
    Config(ConfigArguments),
    /// Write a starter specification and a commented servelint.toml
    ///
    /// Existing files are never overwritten. A folder whose settings come from a servelint.toml in it
    /// or above it gets no second one.
    #[command(after_help = INIT_HELP)]
    Init {
        /// Where to write; the folder is created if it does not exist
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Name of the service, instead of the folder's name
        #[arg(long)]
        name: Option<String>,
    },
    /// Print a JSON Schema: of documents, servelint.toml or JSON output
    ///
    /// Editors complete and validate with it.
    #[command(after_help = SCHEMA_HELP)]
    Schema {
        /// What to print the schema of
        #[arg(value_enum, default_value_t = SchemaKind::Any)]
        kind: SchemaKind,
    },
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  servelint completions bash > ~/.local/share/bash-completion/completions/servelint"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What `servelint check` takes.
#[derive(Debug, Args)]
#[command(after_help = CHECK_HELP)]
pub(super) struct CheckArguments {
    /// Files and folders to check, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_name = "FORMAT", default_value = "rich", value_parser = PossibleValuesParser::new(output::FORMATS.iter().map(|format| clap::builder::PossibleValue::new(format.name).help(format.description))))]
    pub format: String,
    /// Write the report to a file as well; may be given several times
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// Use this configuration instead of any servelint.toml that is found
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Check as if today were this date, such as 2026-10-09
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Use only these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave out these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// The name that standard input stands for: it tells the format and the project
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    /// Check the named files alone, without the rest of their services
    #[arg(long)]
    pub isolated: bool,
    /// Pass over named files that hold no specification, as hooks name every changed file
    #[arg(long)]
    pub hook: bool,
    /// Mend what only one thing can be meant by, such as misspelt keys, and report what is left
    #[arg(long)]
    pub fix: bool,
    /// Print what `--fix` would change, and change nothing
    #[arg(long, conflicts_with = "fix", conflicts_with = "format")]
    pub diff: bool,
    /// With `--fix` or `--diff`: also add what is missing, with a TODO to fill in
    #[arg(long = "unsafe")]
    pub all: bool,
    /// Report only services that changed since this git revision, such as origin/main
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Show no progress bar
    #[arg(long)]
    pub no_progress: bool,
    #[command(flatten)]
    pub exceptions: ExceptionArguments,
}

/// What counts, and what does not.
#[derive(Debug, Args)]
pub(super) struct ExceptionArguments {
    /// Show the truth: let neither waivers nor a baseline take anything away
    #[arg(long)]
    pub no_waivers: bool,
    /// Report only what is not in this file, which `servelint baseline` wrote
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Give a rule or category this severity (error, escalation, warning, info, off), as timeouts-order=warning
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',')]
    pub severity: Vec<String>,
    /// Fail from this severity on: error, escalation, warning or never
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "escalation",
        hide_possible_values = true
    )]
    pub fail_on: FailOnArgument,
}

/// From which severity on a run fails.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FailOnArgument {
    /// Never
    Never,
    /// Errors
    Error,
    /// Errors and escalations
    Escalation,
    /// Errors, escalations and warnings
    Warning,
}

impl From<FailOnArgument> for FailOn {
    fn from(argument: FailOnArgument) -> Self {
        match argument {
            FailOnArgument::Never => Self::Never,
            FailOnArgument::Error => Self::Error,
            FailOnArgument::Escalation => Self::Escalation,
            FailOnArgument::Warning => Self::Warning,
        }
    }
}

/// What `servelint baseline` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  servelint baseline                 write servelint-baseline.json\n  servelint baseline --update        take out what is gone, add nothing\n\nName the file in servelint.toml:\n  [check]\n  baseline = \"servelint-baseline.json\""
)]
pub(super) struct BaselineArguments {
    /// Files and folders to check
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The file to write; by default the one that the configuration names, or servelint-baseline.json
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Take out what is gone, and add nothing
    #[arg(long)]
    pub update: bool,
    /// Use this configuration instead of any servelint.toml that is found
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Check as if today were this date, such as 2026-10-09
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

/// What `servelint config` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  servelint config specs/ranker.yaml\n  servelint config --format json --fail-on warning"
)]
pub(super) struct ConfigArguments {
    /// The file or folder that the settings are for
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// How to print them
    #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
    pub format: RulesFormat,
    /// Use this configuration instead of any servelint.toml that is found
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use only these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave out these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    #[command(flatten)]
    pub exceptions: ExceptionArguments,
}

const INIT_HELP: &str = "\
Examples:
  servelint init                       name the service after this folder
  servelint init services/feed-ranker
  servelint init specs --name ranker";

const SCHEMA_HELP: &str = "\
Examples:
  servelint schema > .schemas/servelint.json
  servelint schema config > .schemas/servelint-toml.json";

const CHECK_HELP: &str = "\
Examples:
  servelint check                              everything below this folder
  servelint check deploy/ranker.yaml           a file with all of its service
  servelint check --ignore review-overdue,slo  leave out a rule and a category
  servelint check --as-of 2026-10-09 specs/    reproduce an earlier verdict
  servelint check - --stdin-filename a.yaml < a.yaml
  servelint check --output sarif=out.sarif --output markdown=summary.md
  servelint check --diff                       what --fix would change
  servelint check --since origin/main          what a branch changed

Exit codes:
  0  go: nothing stands against any service, or nothing from --fail-on on
  1  no-go: an error stands, or a warning with --fail-on warning
  2  servelint could not do its work, or found nothing to check
  3  escalate: only escalations stand, so someone must approve";

/// Print what one file of evidence says.
///
/// The format is told by the content. Exit code 2 where the file is no evidence.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  servelint evidence evidence/k6.json\n  servelint evidence evidence/sweep.json --select /benchmarks/1\n  servelint evidence evidence/drill.json --expect json --select /duration_seconds"
)]
pub(super) struct EvidenceArguments {
    /// The file that a load test or an analysis wrote
    pub file: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
    pub format: RulesFormat,
    /// The run to read where a file holds several, or the value within any JSON (a JSON Pointer)
    #[arg(long, value_name = "POINTER")]
    pub select: Option<String>,
    /// The format that it should have, as `format` says in a specification
    #[arg(long, value_name = "NAME")]
    pub expect: Option<String>,
}

/// Print what each rule sees, so that OPA can be asked the same
///
/// Prints an entry for each document, and for each service as a whole: its `input`, which holds the
/// facts that are derived from it, its `data`, and the rules that apply to it. With the policies of
/// servelint, OPA reports the same findings for it.
#[derive(Debug, Args)]
#[command(after_help = INPUT_HELP)]
pub(super) struct InputArguments {
    /// Files and folders with specifications
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Print only what this rule applies to
    #[arg(long, value_name = "ID")]
    pub rule: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = InputFormat::Json)]
    pub format: InputFormat,
    /// Use this configuration instead of any servelint.toml that is found
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use this date as today, such as 2026-10-09
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Read the named files alone, without the rest of their services
    #[arg(long)]
    pub isolated: bool,
}

/// How to print what rules see.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum InputFormat {
    /// For programs: OPA takes it as its input
    Json,
    /// For people
    Yaml,
}

const INPUT_HELP: &str = "\
Examples:
  servelint input specs/ranker.yaml --rule timeouts-order --format yaml
  servelint input specs/ > input.json
  opa eval --data policies --input input.json data.servelint.main.finding

Exit codes:
  0  everything that was found is printed
  2  a document is broken, or there is no input to print";

/// Print what each step of a rollout will see, and what a failing version would cost
///
/// For each step: its traffic at trough and on average, when each analysis can fail, how many
/// requests it has and needs by then, and how much of the error budget a version that fails every
/// request spends before it is stopped.
#[derive(Debug, Args)]
#[command(after_help = PLAN_HELP)]
pub(super) struct PlanArguments {
    /// Files and folders with specifications
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
    pub format: RulesFormat,
    /// Use this configuration instead of any servelint.toml that is found
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

const PLAN_HELP: &str = "\
Examples:
  servelint plan specs/ranker.yaml
  servelint plan --format json > plan.json

Exit codes:
  0  every specification was planned, or says why there is nothing to plan
  1  a specification does not have its shape; `servelint check` says more
  2  servelint could not do its work, or found no specification";

/// When to use colour.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ColorArgument {
    /// Where a terminal shows it, unless the environment objects
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<ColorArgument> for ColorChoice {
    fn from(argument: ColorArgument) -> Self {
        match argument {
            ColorArgument::Auto => Self::Auto,
            ColorArgument::Always => Self::Always,
            ColorArgument::Never => Self::Never,
        }
    }
}

/// How to print the list of rules.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RulesFormat {
    /// For reading
    Table,
    /// For programs
    Json,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SchemaKind {
    /// A document of any kind, told by its `kind`
    #[value(name = "any")]
    Any,
    /// A serving specification
    #[value(name = "ServingSpec", alias = "serving-spec", alias = "servingspec")]
    ServingSpec,
    /// A decision log
    #[value(name = "DecisionLog", alias = "decision-log", alias = "decisionlog")]
    DecisionLog,
    /// A verification checklist
    #[value(
        name = "VerificationChecklist",
        alias = "verification-checklist",
        alias = "verificationchecklist"
    )]
    VerificationChecklist,
    /// The configuration, servelint.toml
    #[value(name = "config")]
    Config,
    /// The report that `check --format json` prints
    #[value(name = "report")]
    Report,
    /// What `plan --format json` prints
    #[value(name = "plan")]
    Plan,
}

impl SchemaKind {
    /// The embedded file; `None` for the schema that is composed of several.
    pub(super) fn file(self) -> Option<&'static str> {
        Some(match self {
            Self::Any => return None,
            Self::ServingSpec => "serving-spec/v1alpha1.json",
            Self::DecisionLog => "decision-log/v1alpha1.json",
            Self::VerificationChecklist => "verification-checklist/v1alpha1.json",
            Self::Config => "config/v1.json",
            Self::Report => "report/v1.json",
            Self::Plan => "plan/v1.json",
        })
    }
}
