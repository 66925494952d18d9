//! What `servelint admission` takes.

use crate::finding::FailOn;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Answer a Kubernetes AdmissionReview on standard input
///
/// Reads an AdmissionReview of admission.k8s.io/v1 and writes the response. The object is judged like its
/// file in `servelint check`, by the rules that need nothing but the manifest, with the configuration and the
/// packs of FOLDER. Deletions and subresources are allowed.
#[derive(Debug, Args)]
#[command(after_help = ADMISSION_HELP)]
pub(in crate::cli) struct AdmissionArguments {
    /// Folder whose servelint.toml applies [default: that of --config, or .]
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Use this configuration file instead of searching for servelint.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do with an object that cannot be judged
    #[arg(long, value_enum, default_value_t = OnError::Deny)]
    pub on_error: OnError,
    /// Lowest severity that denies: error, escalation, warning or never
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "escalation",
        hide_possible_values = true
    )]
    pub fail_on: FailOn,
    /// Check as if today were this date, such as 2026-10-09
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

/// What becomes of an object that cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum OnError {
    /// Deny it, with the reason
    Deny,
    /// Allow it, with the reason as a warning
    Allow,
}

const ADMISSION_HELP: &str = "\
Examples:
  servelint admission /etc/servelint < review.json
  servelint admission --config servelint.toml --on-error allow < review.json

Exit codes:
  0  a response was written, whether it allows or denies
  2  standard input is no AdmissionReview of admission.k8s.io/v1";
