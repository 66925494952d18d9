//! `servelint evidence record`: runs a load test and states what it measured.

use super::{machine, running, secrets, stated};
use crate::{
    check::mend,
    cli::{CommandError, FAILED, arguments::evidence::RecordArguments, say},
    document::source::{display_name, folder},
    evidence::{MeasurementRecord, sha256_of},
};
use std::{
    ffi::OsString,
    fs,
    io::{self, Write},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    time::SystemTime,
};

/// Runs the command, writes the statement, and answers with the exit code of the command.
pub(super) fn run(
    arguments: &RecordArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    let Some(result) = arguments.stdout.as_ref().or(arguments.result.as_ref()) else {
        let help = "name the file that the command writes with --result";
        return Err(CommandError::usage("there is no result", help));
    };
    let place = stated::place(result, arguments.force)?;
    // What is measured is what is specified when it begins.
    let spec = stated::specification(arguments.spec.as_deref(), errors)?;
    let configuration = stated::configuration(&spec)?;
    let mut measurement = stated::known(&spec);
    match machine::gpus() {
        Ok(names) => measurement.machine_gpus = names,
        Err(why) => {
            let what = format!("the GPUs of the machine: {why}");
            measurement.unknown.push(what);
        }
    }
    let before = Trace::of(result);
    out.flush()?;
    measurement.started_at = Some(stated::now());
    let status = match arguments.stdout.is_some() {
        true => into_file(&arguments.command, result)?,
        false => started(&arguments.command, Stdio::inherit())?,
    };
    measurement.ended_at = Some(stated::now());
    measurement.exit_code = status.code();
    measurement.signal = signal(status);
    measurement.command = secrets::without(&arguments.command);
    let code = code(&measurement);
    if let Some(fault) = before.fault(result) {
        let help = "name the file that the command writes with --result, or use --stdout";
        say(errors, &fault, Some(help));
        return Ok(if code == 0 { FAILED } else { code });
    }
    stated::write((result, &place), configuration, measurement, errors)?;
    Ok(code)
}

/// Runs the command without a shell, with the streams of this process but for its output.
fn started(words: &[OsString], output: Stdio) -> Result<ExitStatus, CommandError> {
    let program = words.first().cloned().unwrap_or_default();
    let mut command = Command::new(&program);
    command.args(words.iter().skip(1)).stdout(output);
    running::run(&mut command).map_err(|error| {
        let program = program.to_string_lossy();
        stated::refused(format!("cannot run `{program}`"), &error)
    })
}

/// Runs the command, and puts what it prints under the name of the result once all of it is there: a command that does
/// not start leaves what was there.
fn into_file(words: &[OsString], result: &Path) -> Result<ExitStatus, CommandError> {
    let refused = |error: io::Error| {
        stated::refused(format!("cannot write {}", display_name(result)), &error)
    };
    if result.is_dir() {
        return Err(refused(io::Error::other("it is a folder")));
    }
    let file = mend::temporary(folder(result)).map_err(refused)?;
    let output = file.as_file().try_clone().map_err(refused)?;
    let status = started(words, Stdio::from(output))?;
    let kept = file.persist(result);
    kept.map_err(|error| refused(error.error))?;
    Ok(status)
}

/// What the command ended with, as a shell has it.
fn code(measurement: &MeasurementRecord) -> u8 {
    let code = match (measurement.exit_code, measurement.signal) {
        (Some(code), _) => code,
        (None, Some(signal)) => signal.saturating_add(128),
        (None, None) => 1,
    };
    u8::try_from(code).unwrap_or(1)
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// What a file is like, so that it is known whether a command wrote it.
#[derive(PartialEq)]
struct Trace {
    modified: Option<SystemTime>,
    sha256: Option<String>,
}

impl Trace {
    fn of(path: &Path) -> Self {
        let found = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        Self {
            // A file that is replaced within the same instant may have the same time.
            sha256: found.as_ref().and_then(|_| sha256_of(path).ok().flatten()),
            modified: found.and_then(|found| found.modified().ok()),
        }
    }

    /// Why the file cannot be what the command wrote, if it was like this before.
    fn fault(&self, path: &Path) -> Option<String> {
        let name = display_name(path);
        let now = Self::of(path);
        if now.modified.is_none() && now.sha256.is_none() {
            return Some(format!("the command did not write {name}"));
        }
        (now == *self).then(|| format!("the command left {name} as it was"))
    }
}
