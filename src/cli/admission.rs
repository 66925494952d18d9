//! `servelint admission`.

use super::{
    CommandError,
    arguments::admission::{AdmissionArguments, OnError},
    check::read_stdin,
    day::today,
};
use crate::{
    check::{self, AdmissionSettings, LintError},
    document::{read::io_reason, source::folder},
    output::safe,
    policy::Pack,
};
use std::{
    io::Write,
    path::{Path, PathBuf},
};

pub(super) fn run(arguments: &AdmissionArguments, out: &mut dyn Write) -> Result<u8, CommandError> {
    let settings = AdmissionSettings {
        folder: folder_of(arguments)?,
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

/// The real path of the folder: what configuration says of paths is compared with real ones.
fn folder_of(arguments: &AdmissionArguments) -> Result<PathBuf, CommandError> {
    let of_config = arguments.config.as_deref().map(folder);
    let path = arguments.folder.as_deref().or(of_config);
    let path = path.unwrap_or(Path::new(".")).to_owned();
    // A mistyped folder would mean no configuration, and so no pack.
    match path.canonicalize() {
        Ok(real) if real.is_dir() => Ok(real),
        Ok(_) => {
            let reason = "it is no folder".to_owned();
            Err(LintError::Path { path, reason }.into())
        }
        Err(error) => {
            let reason = io_reason(&error, "folder");
            Err(LintError::Path { path, reason }.into())
        }
    }
}
