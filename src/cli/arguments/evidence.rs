//! The arguments of `servelint evidence`.

use super::RulesFormat;
use clap::{Args, Subcommand};
use std::{ffi::OsString, path::PathBuf};

/// Print the contents of an evidence file, or state what was measured
///
/// Without a command, prints what is read from the file: statistics, load, cautions, the statement
/// beside it, and the claims of the documents around it that it can prove. Several files are compared
/// in a table. The format is recognised by the content. The exit code is 2 if a file is not evidence.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  servelint evidence evidence/k6.json\n  servelint evidence evidence/before.json evidence/after.json --plot\n  servelint evidence evidence/sweep.json --select /benchmarks/1\n  servelint evidence evidence/drill.json --expect json --select /duration_seconds\n  servelint evidence record --result evidence/k6.json -- k6 run load.js"
)]
pub(in crate::cli) struct EvidenceArguments {
    #[command(subcommand)]
    pub command: Option<EvidenceCommand>,
    /// Result files; several are compared; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
    pub format: RulesFormat,
    /// JSON Pointer to a run in a file with several runs, or to a value in any JSON
    #[arg(long, value_name = "POINTER")]
    pub select: Option<String>,
    /// Draw the distribution of each time: from samples, buckets or percentiles, whichever the file has
    #[arg(long)]
    pub plot: bool,
    /// Expected format, named as in the `format` field of a specification
    #[arg(long, value_name = "NAME")]
    pub expect: Option<String>,
}

/// What `servelint evidence` writes.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum EvidenceCommand {
    /// Run a load test and state beside its result what was measured
    Record(RecordArguments),
    /// State beside an existing result what it measured, in your name
    Bind(BindArguments),
}

/// Run a load test and state beside its result what was measured
///
/// Runs COMMAND without a shell and writes FILE.intoto.json beside its result: an in-toto statement with
/// the command line, exit code, start, end, git commit, the SHA-256 of the result, the GPUs of this
/// machine, and the model, image, GPUs, parallelism, arguments and tokens that the specification and its
/// manifests state. `servelint check` reports the result once they state something else. Values of
/// arguments that are called like a secret are left out.
#[derive(Debug, Args)]
#[command(after_help = RECORD_HELP)]
pub(in crate::cli) struct RecordArguments {
    /// Specification that is measured [default: the only one below this folder]
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Result file that the command writes
    #[arg(long, value_name = "FILE", required_unless_present = "stdout")]
    pub result: Option<PathBuf>,
    /// Write the standard output of the command to this file: it is the result
    #[arg(long, value_name = "FILE", conflicts_with = "result")]
    pub stdout: Option<PathBuf>,
    /// Replace an existing statement
    #[arg(long)]
    pub force: bool,
    /// Load test to run, with its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

const RECORD_HELP: &str = "\
Examples:
  servelint evidence record --result evidence/k6.json -- \\
    k6 run --summary-export evidence/k6.json load.js
  servelint evidence record --spec specs/chat.yaml --stdout evidence/hey.txt -- \\
    hey -z 20m -q 40 http://chat.staging/

Exit codes:
  that of the command, and 128 plus the signal that ended it
  2  the command did not start, or did not write its result";

/// State beside an existing result what it measured, in your name
///
/// Writes FILE.intoto.json as `record` does, without a command: you attest that the result was measured
/// on what the specification and its manifests state now. Blocking items that rest on it are attested.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  servelint evidence bind evidence/k6.json --spec specs/ranker.yaml\n  servelint evidence bind evidence/run.yaml --spec specs/ranker.yaml --by ada"
)]
pub(in crate::cli) struct BindArguments {
    /// Result file
    pub file: PathBuf,
    /// Specification that was measured [default: the only one below this folder]
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Who attests it [default: user.name of git]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Replace an existing statement
    #[arg(long)]
    pub force: bool,
}
