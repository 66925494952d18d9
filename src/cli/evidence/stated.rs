//! A statement that is about to be written beside a result.

use crate::{
    check::{self, Request, ServedSpec, mend},
    cli::{CommandError, day::day, obstacles, plan::SHAPE},
    document::source::display_name,
    evidence::{MeasurementRecord, ResourceDescriptor, Statement, sha256_of, statement_path},
    git,
    policy::Pack,
};
use jiff::Timestamp;
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// The specification that is measured: the one in the file, or the only one below the current directory.
pub(super) fn specification(
    file: Option<&Path>,
    errors: &mut dyn Write,
) -> Result<ServedSpec, CommandError> {
    let request = Request {
        paths: vec![file.unwrap_or(Path::new(".")).to_owned()],
        today: day(),
        select: SHAPE.map(str::to_owned).into(),
        ..Request::default()
    };
    let (mut specs, mut report) = check::served(&request, &Pack::embedded()?)?;
    let place = file.map_or_else(|| "this folder".to_owned(), display_name);
    match (specs.pop(), specs.len()) {
        (Some(spec), 0) => Ok(spec),
        (Some(_), more) => Err(CommandError::usage(
            format!("{place} holds {} specifications", more + 1),
            "name the file of the one that is measured with --spec",
        )),
        (None, _) => {
            report.not_checked.clear();
            obstacles(&report, errors)?;
            Err(CommandError::usage(
                format!("{place} holds no specification that can be read"),
                "name the file of the one that is measured with --spec; `servelint check` tells what is wrong with it",
            ))
        }
    }
}

/// The place of the statement beside a result.
///
/// # Errors
/// Where one is there already, unless it is to be replaced.
pub(super) fn place(result: &Path, force: bool) -> Result<PathBuf, CommandError> {
    let mut name = result.as_os_str().to_owned();
    name.push(statement_path(""));
    let place = PathBuf::from(name);
    match place.symlink_metadata() {
        Ok(_) if !force => Err(CommandError::usage(
            format!("{} exists already", display_name(&place)),
            "replace it with --force",
        )),
        _ => Ok(place),
    }
}

/// The SHA-256 of a file.
pub(super) fn digest(file: &Path) -> Result<String, CommandError> {
    let unreadable = |reason: String| {
        let name = display_name(file);
        CommandError::Usage {
            message: format!("cannot read {name}: {reason}"),
            help: None,
        }
    };
    // A pipe or a device would block or never end.
    let found = file
        .metadata()
        .map_err(|error| unreadable(error.to_string()))?;
    if !found.is_file() {
        return Err(unreadable("it is no regular file".to_owned()));
    }
    match sha256_of(file) {
        Ok(Some(sha256)) => Ok(sha256),
        Ok(None) => Err(unreadable("it is larger than 100 MB".to_owned())),
        Err(error) => Err(unreadable(error.to_string())),
    }
}

/// What servelint knows of a measurement of this specification, whoever made it.
pub(super) fn known(spec: &ServedSpec) -> MeasurementRecord {
    let unknown = spec.subject.unknown().into_iter();
    MeasurementRecord {
        git_commit: git::head_at(&spec.file),
        unknown: unknown
            .map(|what| format!("{what}: no document states it for certain"))
            .collect(),
        subject: spec.subject.clone(),
        ..MeasurementRecord::default()
    }
}

/// The files that state the subject, with their digests.
pub(super) fn configuration(spec: &ServedSpec) -> Result<Vec<ResourceDescriptor>, CommandError> {
    let files = std::iter::once(&spec.file).chain(&spec.manifests);
    let mut configuration = Vec::new();
    for file in files {
        let below = file.strip_prefix(&spec.root).unwrap_or(file);
        let name = below.to_string_lossy().replace('\\', "/");
        let descriptor = ResourceDescriptor::new(name, digest(file)?);
        if !configuration.contains(&descriptor) {
            configuration.push(descriptor);
        }
    }
    Ok(configuration)
}

/// Writes the statement, and tells where.
pub(super) fn write(
    (result, place): (&Path, &Path),
    configuration: Vec<ResourceDescriptor>,
    measurement: MeasurementRecord,
    errors: &mut dyn Write,
) -> Result<(), CommandError> {
    let name = result.file_name().unwrap_or_default().to_string_lossy();
    let about = ResourceDescriptor::new(name.into_owned(), digest(result)?);
    let text = Statement::new(about, configuration, measurement).to_text();
    mend::replace(place, text.as_bytes()).map_err(|reason| CommandError::Unwritable {
        path: place.to_owned(),
        reason,
    })?;
    crate::cli::say(errors, &format!("wrote {}", display_name(place)), None);
    Ok(())
}

/// Now, to the second.
pub(super) fn now() -> String {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second())
        .unwrap_or(now)
        .to_string()
}

/// An error of the system on the way to a result.
pub(super) fn refused(message: String, error: &io::Error) -> CommandError {
    CommandError::Usage {
        message: format!("{message}: {error}"),
        help: None,
    }
}
