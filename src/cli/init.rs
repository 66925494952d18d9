//! The first files of a project.
//!
//! Owns the commented `servelint.toml` and the starter documents that `servelint init` writes,
//! named after the service. They fit their schemas, and every placeholder in them is a finding
//! until it is filled in. A folder that a `servelint.toml` governs already gets no second one.

mod name;

use crate::{
    config,
    document::source::{display_name, real_folder},
};
use jiff::civil::Date;
use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// The configuration, written where none governs the folder yet.
const CONFIGURATION: &str = include_str!("init/servelint.toml");

/// What else is written, in this order. [`SERVICE`], [`EVIDENCE`], [`TODAY`] and [`SOON`] stand for
/// something else in names and texts.
const FILES: &[(&str, &str)] = &[
    ("my-service.serving.yaml", include_str!("init/serving.yaml")),
    (
        "my-service.decisions.yaml",
        include_str!("init/decisions.yaml"),
    ),
    (
        "my-service.checklist.yaml",
        include_str!("init/checklist.yaml"),
    ),
    (EVIDENCE, include_str!("init/evidence.txt")),
];

/// Becomes the name of the service.
const SERVICE: &str = "my-service";
/// Becomes the path of this file from the root of the project, which evidence is relative to.
const EVIDENCE: &str = "evidence/TODO.txt";
/// Becomes the day of writing.
const TODAY: &str = "2001-01-01";
/// Becomes a day that is near enough for the due date of a risk.
const SOON: &str = "2001-02-01";
/// How many days away that is; the default of `maxRiskDueDays` is 90.
const SOON_DAYS: i64 = 60;

/// What was written, and what was there before.
#[derive(Debug)]
pub struct StarterFiles {
    /// The files, in the order of writing.
    pub files: Vec<PathBuf>,
    /// The `servelint.toml` that governs the folder already, so that no second one was written.
    pub governed_by: Option<PathBuf>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StarterError {
    /// One of the files is there already.
    #[error("{} exists already; nothing was written", display_name(.0))]
    Exists(PathBuf),
    /// A name was asked for that no service can have.
    #[error("`{name}` cannot name a service: use at most 63 lower-case letters, digits and dashes")]
    Name {
        /// The name.
        name: String,
        /// The nearest name that a service can have.
        instead: String,
    },
    /// The folder or a file cannot be written.
    #[error("cannot write {}: {reason}", display_name(path))]
    Unwritable {
        /// Which one.
        path: PathBuf,
        /// The operating system's reason.
        reason: io::Error,
    },
}

impl StarterError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Exists(_) => {
                "choose another folder or name: servelint init FOLDER --name NAME".to_owned()
            }
            Self::Name { instead, .. } => format!("servelint init --name {instead}"),
            Self::Unwritable { .. } => {
                "choose a folder that you may write to: servelint init FOLDER".to_owned()
            }
        }
    }
}

/// Writes the files of the service `name`, or of one named after the folder, into `folder`, which
/// is created if need be. Where one of them exists, nothing is written at all.
pub fn write(folder: &Path, name: Option<&str>, today: Date) -> Result<StarterFiles, StarterError> {
    let name = match name {
        Some(name) => name::checked(name)?.to_owned(),
        None => name::of(folder),
    };
    let governed_by = config::governing(folder);
    let files = files(folder, &name, governed_by.as_deref(), today);
    if let Some((path, _)) = files
        .iter()
        .find(|(path, _)| path.symlink_metadata().is_ok())
    {
        return Err(StarterError::Exists(path.clone()));
    }
    for (path, text) in &files {
        write_file(path, text).map_err(|(path, reason)| StarterError::Unwritable {
            path: path.to_owned(),
            reason,
        })?;
    }
    Ok(StarterFiles {
        files: files.into_iter().map(|(path, _)| path).collect(),
        governed_by,
    })
}

/// Each file with its text.
fn files(
    folder: &Path,
    name: &str,
    governed_by: Option<&Path>,
    today: Date,
) -> Vec<(PathBuf, String)> {
    let soon = today.saturating_add(jiff::Span::new().days(SOON_DAYS));
    let evidence = evidence(folder, governed_by);
    let mut templates = Vec::new();
    if governed_by.is_none() {
        templates.push((config::FILE_NAME, CONFIGURATION));
    }
    templates.extend(FILES);
    let mut files = Vec::new();
    for (path, text) in templates {
        let evidence = match path.ends_with(".yaml") {
            true => name::scalar(&evidence),
            false => evidence.clone(),
        };
        let text = text
            .replace(TODAY, &today.to_string())
            .replace(SOON, &soon.to_string())
            .replace(SERVICE, &name::scalar(name))
            // Last, because a folder may be named like any of the others.
            .replace(EVIDENCE, &evidence);
        files.push((folder.join(path.replace(SERVICE, name)), text));
    }
    files
}

/// [`EVIDENCE`] from the root of the project: of the folder itself, or of the one whose
/// configuration governs it.
fn evidence(folder: &Path, governed_by: Option<&Path>) -> String {
    let folder = real_folder(folder);
    let below = governed_by
        .and_then(Path::parent)
        .and_then(|root| folder.strip_prefix(root).ok())
        .unwrap_or(Path::new(""));
    let steps = below.components().filter_map(|step| match step {
        Component::Normal(step) => Some(step.to_string_lossy()),
        _ => None,
    });
    steps.chain([EVIDENCE.into()]).collect::<Vec<_>>().join("/")
}

fn write_file<'p>(path: &'p Path, text: &str) -> Result<(), (&'p Path, io::Error)> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|reason| (folder, reason))?;
    }
    fs::write(path, text).map_err(|reason| (path, reason))
}
