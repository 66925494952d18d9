//! `servelint admission`.

use super::{
    CommandError,
    check::{read_stdin, today},
};
use crate::{
    check::{self, AdmissionSettings, LintError},
    document::read::io_reason,
    finding::FailOn,
    output::safe,
    policy::Pack,
};
use clap::{Args, ValueEnum};
use std::{io::Write, path::PathBuf};

/// Answer a Kubernetes AdmissionReview on standard input
///
/// Reads an AdmissionReview of admission.k8s.io/v1 and writes the response. The object is judged like its
/// file in `servelint check`, by the rules that need nothing but the manifest, with the configuration and the
/// packs of FOLDER. Deletions and subresources are allowed.
#[derive(Debug, Args)]
#[command(after_help = ADMISSION_HELP)]
pub(super) struct AdmissionArguments {
    /// Folder whose servelint.toml applies
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Use this configuration file instead of searching for servelint.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What to do with an object that cannot be judged
    #[arg(long, value_enum, default_value_t = OnError::Deny)]
    on_error: OnError,
    /// Lowest severity that denies: error, escalation, warning or never
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "escalation",
        hide_possible_values = true
    )]
    fail_on: FailOn,
    /// Check as if today were this date, such as 2026-10-09
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// What becomes of an object that cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnError {
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

pub(super) fn run(arguments: &AdmissionArguments, out: &mut dyn Write) -> Result<u8, CommandError> {
    let folder = &arguments.folder;
    // A mistyped folder would mean no configuration, and so no pack.
    let is_folder = folder.metadata().map(|metadata| metadata.is_dir());
    if !is_folder.as_ref().is_ok_and(|is_folder| *is_folder) {
        let reason = match is_folder {
            Err(error) => io_reason(&error, "folder"),
            Ok(_) => "it is no folder".into(),
        };
        let path = folder.clone();
        return Err(LintError::Path { path, reason }.into());
    }
    let settings = AdmissionSettings {
        folder: folder.clone(),
        config: arguments.config.clone(),
        today: today(arguments.as_of.as_deref())?,
        allows_unjudged: arguments.on_error == OnError::Allow,
        fail_on: arguments.fail_on,
    };
    let answer = check::admit(&read_stdin()?, &settings, &Pack::embedded()?)?;
    out.write_all(safe::json(&answer).as_bytes())?;
    out.flush()?;
    Ok(0)
}
