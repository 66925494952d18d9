//! What `servelint serve` takes.

use super::ExceptionArguments;
use clap::Args;
use std::path::PathBuf;

/// Check again and again, asked over standard input
///
/// Reads one request a line, as JSON, and answers each with one line: `open`, `change` and `close` a document whose text
/// stands for the file, `check` a service or everything, `version`, `shutdown`. Rules stay compiled, and what they
/// answered is remembered. docs/serve.md describes requests and answers.
#[derive(Debug, Args)]
#[command(after_help = SERVE_HELP)]
pub(in crate::cli) struct ServeArguments {
    /// Files and folders to check where a request names none
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Use this configuration file instead of searching for servelint.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use this date as today, such as 2026-10-09
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Use only these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Skip these rules or categories, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    #[command(flatten)]
    pub exceptions: ExceptionArguments,
}

const SERVE_HELP: &str = "\
Examples:
  echo '{\"id\": 1, \"request\": \"check\"}' | servelint serve specs/

Exit codes:
  0  the input ended, or `shutdown` was requested
  2  the arguments do not fit together";
