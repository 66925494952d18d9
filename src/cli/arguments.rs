//! The commands and arguments of the command line.

pub(super) mod admission;
mod cache;
mod choices;
pub(super) mod evidence;
mod schema;
mod serve;

use cache::CacheArguments;
use schema::SchemaNameParser;
pub(super) use schema::{SchemaKind, SchemaName};
pub(super) use serve::ServeArguments;

use super::{policy::PolicyArguments, report::ReportArguments, rules::RulesArguments};
use crate::{check::RenderWhen, finding::FailOn, output};
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser},
};
use std::{ffi::OsString, path::PathBuf};

/// Production-readiness review for model serving
///
/// A team describes a model-serving release in YAML, TOML or JSON: a serving specification, a
/// decision log and a verification checklist. servelint reads them together, gives each service the
/// verdict go, no-go or escalate, and points at the exact characters that are wrong.
#[derive(Debug, Parser)]
#[command(name = "servelint", version, arg_required_else_help = true, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Use colour: auto, always or never
    ///
    /// `auto` uses colour on terminals. NO_COLOR and TERM=dumb turn that off, FORCE_COLOR turns colour
    /// on everywhere.
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
  servelint init                           write starter files with TODOs
  servelint check                          check everything below this folder
  servelint check specs/ --format concise  print one line for each finding
  servelint explain bake-too-few-samples   explain a rule and its fix

See `servelint COMMAND --help` for details of a command.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check specifications and give each service a verdict
    ///
    /// Folders are searched for .yaml, .yml, .toml, .json, .jsonc and .pbtxt files, except hidden files
    /// and files that git ignores. A file given by name is always checked, together with the other
    /// documents of its service in the same project, so a hook can name only the changed files. Team
    /// thresholds come from the nearest servelint.toml in the folder of each file or above it.
    Check(CheckArguments),
    /// List all rules, or those for a control of a standard
    Rules(RulesArguments),
    /// Explain a rule: what it finds, why it matters, how to fix it
    #[command(after_help = "Example:\n  servelint explain timeouts-order")]
    Explain {
        /// Id of the rule, which findings show in brackets
        rule: String,
    },
    /// Print the contents of an evidence file, or state what was measured
    Evidence(evidence::EvidenceArguments),
    /// Check again and again, asked over standard input
    Serve(ServeArguments),
    /// Print the facts of each service that checks can compare with
    Facts(FactsArguments),
    /// Print the input of each rule, for evaluation with OPA
    Input(InputArguments),
    /// Print the traffic, samples and risk of each rollout step
    Plan(PlanArguments),
    /// Print the facts that changed since a revision, and what each needs
    Diff(DiffArguments),
    /// Record the current findings, so that later checks report only new ones
    ///
    /// Recorded findings are recognised by rule, file, document, place and message, never by line
    /// numbers. Findings that keep other rules from running are never recorded: fix them instead.
    Baseline(BaselineArguments),
    /// Answer a Kubernetes AdmissionReview on standard input
    Admission(admission::AdmissionArguments),
    /// Combine reports
    Report(ReportArguments),
    /// Print the settings in effect and the origin of each
    Config(ConfigArguments),
    /// Write a starter specification and a commented servelint.toml
    ///
    /// Existing files are never overwritten. No servelint.toml is written if one already exists in the
    /// folder or above it.
    #[command(after_help = INIT_HELP)]
    Init {
        /// Folder to write to; created if it does not exist
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Use this service name instead of the folder's name
        #[arg(long)]
        name: Option<String>,
    },
    /// Print the JSON Schema of documents, servelint.toml or JSON output
    ///
    /// Editors use it to complete and validate files.
    #[command(after_help = SCHEMA_HELP)]
    Schema {
        /// Schema to print, or a kind that this folder's `servelint.toml` or a pack declares, such as `ModelCard` or
        /// `acme.dev/v1/ModelCard`
        #[arg(value_parser = SchemaNameParser, default_value = "any")]
        kind: SchemaName,
    },
    /// Write, test and trace rules in Rego
    Policy(PolicyArguments),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  servelint completions bash > ~/.local/share/bash-completion/completions/servelint"
    )]
    Completions {
        /// Shell to print the script for
        shell: clap_complete::Shell,
    },
    /// Answer for the rules of a pack, as a process of servelint asks
    #[command(hide = true)]
    PolicySandbox,
    /// Become a renderer within limits, as a process of servelint asks
    #[command(hide = true, name = crate::render::RENDER_COMMAND)]
    RenderProcess {
        /// The program and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
}

/// What `servelint check` takes.
#[derive(Debug, Args)]
#[command(after_help = CHECK_HELP)]
pub(super) struct CheckArguments {
    /// Files and folders to check, or `-` for standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Output format of the findings
    #[arg(long, value_name = "FORMAT", default_value = "rich", value_parser = PossibleValuesParser::new(output::FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.description))))]
    pub format: String,
    /// Also write the report to a file; may be repeated
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// Use this configuration file instead of searching for servelint.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Check as if today were this date, such as 2026-10-09
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Use only these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Skip these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// File name to assume for standard input; selects the format and the project
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    /// Check only the named files, without the other documents of their services
    #[arg(long)]
    pub isolated: bool,
    /// Check what a commit changes, for git hooks and pre-commit
    ///
    /// Reports the services that changed since HEAD (before the first commit, all of them), and those
    /// that rest on the named files. Files that hold no specification are skipped. Named folders are
    /// checked as a whole. The exit code is 0 if there is nothing to check.
    #[arg(long)]
    pub hook: bool,
    /// Apply unambiguous fixes, such as misspelled keys, and report the remaining findings
    #[arg(long)]
    pub fix: bool,
    /// Print the changes of `--fix` as a diff without writing them
    #[arg(long, conflicts_with = "fix", conflicts_with = "format")]
    pub diff: bool,
    /// With `--fix` or `--diff`, also add missing fields with a TODO to fill in
    #[arg(long = "unsafe")]
    pub all: bool,
    /// Report only services changed since this git revision, such as origin/main
    ///
    /// Lists the findings that are new since REV, and counts those that these services had at REV
    /// already. The verdict and the exit code include both.
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// With `--since` or `--hook`, also list the findings that are not new
    #[arg(long = "all")]
    pub list_all: bool,
    /// Judge by the policy of this git revision, and report what the files at hand weaken
    ///
    /// The configuration, waivers, baselines, resource definitions, CODEOWNERS and ignore files of REV
    /// apply, and documents are compared with those of REV. Name the commit where the branch left its
    /// target: what the target changed since then would count as undone. An empty REV means that the
    /// change has no base: its own policy applies, and the report states `policy: new`.
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    pub policy_from: Option<String>,
    /// Accept weakened policies that an owner approved, by this file of reviews outside of the repository
    ///
    /// A review counts for the commit that is checked out, by an owner of the file in the CODEOWNERS of
    /// REV who is not the author. Without CODEOWNERS at REV, no review counts.
    #[arg(long, value_name = "FILE", requires = "policy_from")]
    pub approvals: Option<PathBuf>,
    /// Refuse to run unless the uppermost servelint.toml has this SHA-256
    #[arg(long, value_name = "SHA256")]
    pub locked_config: Option<String>,
    /// Render overlays and charts before checking them: found, declared, required or never
    ///
    /// `declared` renders what `[[render]]` and `spec.artifacts` name. `found`, which `--render` alone means, also
    /// renders every overlay and chart below the paths. `required` is `found`, and what cannot be rendered is an
    /// error. It runs your own kustomize (or kubectl) and helm without a network.
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "declared",
        default_missing_value = "found",
        num_args = 0..=1,
        require_equals = true,
        hide_possible_values = true
    )]
    pub render: RenderWhen,
    /// Hide the progress bar
    #[arg(long)]
    pub no_progress: bool,
    #[command(flatten)]
    pub exceptions: ExceptionArguments,
    #[command(flatten)]
    pub cache: CacheArguments,
}

impl CheckArguments {
    /// True for a format that people read in a terminal.
    pub(super) fn is_read(&self) -> bool {
        matches!(self.format.as_str(), "rich" | "concise")
    }
}

/// Exceptions, severities and the level that fails a run.
#[derive(Debug, Args)]
pub(super) struct ExceptionArguments {
    /// Report every finding, ignoring waivers and baselines
    #[arg(long)]
    pub no_waivers: bool,
    /// Hide findings recorded in this baseline file
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Set the severity of a rule or category: error, escalation, warning, info or off
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',')]
    pub severity: Vec<String>,
    /// Lowest severity that fails the run: error, escalation, warning or never
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "escalation",
        hide_possible_values = true
    )]
    pub fail_on: FailOn,
}

/// What `servelint baseline` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  servelint baseline                 write servelint-baseline.json\n  servelint baseline --update        remove fixed findings, add none\n\nName the file in servelint.toml:\n  [check]\n  baseline = \"servelint-baseline.json\""
)]
pub(super) struct BaselineArguments {
    /// Files and folders to check
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// File to write [default: the baseline of the configuration, or servelint-baseline.json]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Remove entries of fixed findings and add none
    #[arg(long)]
    pub update: bool,
    /// Use this configuration file instead of searching for servelint.toml
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
    /// File or folder to print the settings for
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
    pub format: RulesFormat,
    /// Use this configuration file instead of searching for servelint.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use only these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Skip these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Print the settings of this git revision
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    pub policy_from: Option<String>,
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
  servelint schema config > .schemas/servelint-toml.json
  servelint schema ModelCard                   a kind of your own";

const CHECK_HELP: &str = "\
Examples:
  servelint check                              check this folder
  servelint check deploy/ranker.yaml           a file and its whole service
  servelint check --ignore review-overdue,slo  skip a rule and a category
  servelint check --as-of 2026-10-09 specs/    reproduce an earlier verdict
  servelint check - --stdin-filename a.yaml < a.yaml
  servelint check --output sarif=out.sarif --output markdown=summary.md
  servelint check --diff                       preview the changes of --fix
  servelint check --since origin/main          report what a branch changed
  servelint check --policy-from \"$(git merge-base origin/main HEAD)\"
                                               judge a branch by the policy that it left

Exit codes:
  0  go: no finding at or above the --fail-on level
  1  no-go: an error was found, or a warning with --fail-on warning;
     or a draft, in which placeholders remain
  2  the run failed, or found nothing to check
  3  escalate: escalations but no errors, so an approver must decide";

/// Print the input of each rule, for evaluation with OPA
///
/// Prints an entry for each document and for each service as a whole: its `input` with the derived
/// facts, its `data`, and the rules that apply to it. OPA reports the same findings for it with the
/// policies of servelint.
#[derive(Debug, Args)]
#[command(after_help = INPUT_HELP)]
pub(super) struct InputArguments {
    /// Files and folders with specifications
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Print only entries that this rule applies to
    #[arg(long, value_name = "ID")]
    pub rule: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = InputFormat::Json)]
    pub format: InputFormat,
    /// Use this configuration file instead of searching for servelint.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use this date as today, such as 2026-10-09
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Read only the named files, without the other documents of their services
    #[arg(long)]
    pub isolated: bool,
}

/// The output formats of `servelint input`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum InputFormat {
    /// For programs, such as OPA
    Json,
    /// For people
    Yaml,
    /// The digest of each service's inputs, which `verdict.inputs` of a checklist records
    Digest,
}

const INPUT_HELP: &str = "\
Examples:
  servelint input specs/ranker.yaml --format digest
  servelint input specs/ranker.yaml --rule timeouts-order --format yaml
  servelint input specs/ > input.json
  opa eval --data policies --input input.json data.servelint.main.finding

Exit codes:
  0  every document was printed
  2  a document is broken, or there is no input to print";

/// Print the traffic, samples and risk of each rollout step
///
/// Shows for each step the trough and average traffic, when each analysis can first fail, how many
/// requests it receives and needs by then, and the share of the error budget that a version failing
/// every request spends before it is stopped. The path `-` stands for standard input.
#[derive(Debug, Args)]
#[command(after_help = PLAN_HELP)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    pub read: ReadArguments,
}

const PLAN_HELP: &str = "\
Examples:
  servelint plan specs/ranker.yaml
  servelint plan --format json > plan.json
  git show main:specs/ranker.yaml | servelint plan -

Exit codes:
  0  every specification has a plan, or a reason why there is none
  1  a specification does not match its schema; see `servelint check`
  2  the run failed, or found no specification";

/// What commands take that print what specifications state.
#[derive(Debug, Args)]
pub(super) struct ReadArguments {
    /// Files and folders with specifications
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
    pub format: RulesFormat,
    /// Use this configuration file instead of searching for servelint.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Print the facts that changed since a revision, and what each needs
///
/// Compares the facts of specifications and manifests, not their text: other units, formats, comments
/// and orders are no change. Shows for each changed fact whether `spec.change` declares it, which
/// blocking items have to be measured again, and which results are judged again as they are.
#[derive(Debug, Args)]
#[command(after_help = DIFF_HELP)]
pub(super) struct DiffArguments {
    /// Git revision to compare with, such as origin/main
    #[arg(value_name = "REV", allow_hyphen_values = true)]
    pub revision: String,
    #[command(flatten)]
    pub read: ReadArguments,
}

/// Print the facts of each service that checks can compare with
///
/// Lists each fact that a `check` of a constraint or an assumption can name, with the value for each
/// service, its unit, and the file and line that state it; or the reason why it is unknown.
#[derive(Debug, Args)]
#[command(after_help = FACTS_HELP)]
pub(super) struct FactsArguments {
    #[command(flatten)]
    pub read: ReadArguments,
}

const DIFF_HELP: &str = "\
Examples:
  servelint diff origin/main
  servelint diff HEAD~1 specs/ranker.yaml --format json > diff.json

Exit codes:
  0  every service was compared, whether or not it changed
  2  the run failed, a document has errors, or there is nothing to compare";

const FACTS_HELP: &str = "\
Examples:
  servelint facts specs/ranker.yaml
  servelint facts --format json > facts.json

Exit codes:
  0  the facts of each service were printed
  2  a document is broken, the run failed, or no specification was found";

/// When to use colour.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ColorArgument {
    /// On terminals, unless the environment turns it off
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How `config`, `diff`, `evidence`, `facts` and `plan` print their answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RulesFormat {
    /// For reading
    Table,
    /// For programs
    Json,
}
