//! `--output FORMAT=FILE`: reports that go to files, beside the one on standard output.
//!
//! A file is replaced in one step, so that nobody reads half a report.

use super::CommandError;
use crate::{
    check::mend,
    did_you_mean::question_or_list,
    document::source::{display_name, folder},
    finding::Report,
    output::{self, FORMATS, OutputFormat, Style},
};
use std::{
    io,
    path::{Path, PathBuf},
};

/// A report to write.
pub(super) struct Target {
    format: &'static OutputFormat,
    path: PathBuf,
}

/// What was asked for. `inputs` are the paths to check: none of them is overwritten.
pub(super) fn targets(words: &[String], inputs: &[PathBuf]) -> Result<Vec<Target>, CommandError> {
    let mut targets: Vec<Target> = Vec::new();
    for word in words {
        let target = target(word)?;
        let file = identity(&target.path);
        if targets.iter().any(|other| identity(&other.path) == file) {
            return Err(refusal(
                &target.path,
                "two outputs name this file",
                "give each format its own file",
            ));
        }
        if inputs
            .iter()
            .any(|input| input.is_file() && identity(input) == file)
        {
            return Err(refusal(
                &target.path,
                "it is one of the files to check",
                "name another file",
            ));
        }
        targets.push(target);
    }
    Ok(targets)
}

fn target(word: &str) -> Result<Target, CommandError> {
    let Some((name, path)) = word.split_once('=').filter(|(_, path)| !path.is_empty()) else {
        return Err(CommandError::usage(
            format!("`--output {word}` names no file"),
            "write it as --output sarif=out.sarif",
        ));
    };
    let format = OutputFormat::named(name).ok_or_else(|| {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        let help = question_or_list(name, &names, "the formats are ");
        CommandError::usage(format!("`--output {word}` names no format: `{name}`"), help)
    })?;
    let path = PathBuf::from(path);
    match folder(&path).is_dir() {
        true if path.is_dir() => Err(refusal(&path, "it is a folder", "name a file")),
        true => Ok(Target { format, path }),
        false => Err(refusal(
            &path,
            "its folder does not exist",
            "create the folder first",
        )),
    }
}

fn refusal(path: &Path, reason: &str, help: &str) -> CommandError {
    CommandError::usage(
        format!("cannot write {}: {reason}", display_name(path)),
        help,
    )
}

/// The file itself, however it is spelt; it need not exist.
fn identity(path: &Path) -> PathBuf {
    if let Ok(file) = path.canonicalize() {
        return file;
    }
    // A file that is not there yet has no real path, but its folder has.
    match (folder(path).canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

impl Target {
    /// Writes the report, or says why not; answers with what it wrote.
    pub(super) fn write(&self, report: &Report) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        output::render(self.format, report, &Style::PLAIN, &mut bytes)
            .map_err(|error| self.unwritten(&error))?;
        self.put(&bytes).map(|()| bytes)
    }

    /// Writes a report that is rendered already.
    pub(super) fn put(&self, bytes: &[u8]) -> Result<(), String> {
        mend::replace(&self.path, bytes).map_err(|error| self.unwritten(&error))
    }

    fn unwritten(&self, error: &io::Error) -> String {
        format!("cannot write {}: {error}", display_name(&self.path))
    }
}
