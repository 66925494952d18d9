//! The first files of a project.
//!
//! Owns the commented `servelint.toml` and the starter documents that `servelint init` writes.
//! They fit their schemas, and every placeholder in them is a finding until it is filled in.

use crate::document::source::display_name;
use jiff::civil::Date;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What is written, in this order. [`TODAY`] and [`SOON`] stand for dates in them.
const FILES: &[(&str, &str)] = &[
    ("servelint.toml", include_str!("init/servelint.toml")),
    ("my-service.serving.yaml", include_str!("init/serving.yaml")),
    (
        "my-service.decisions.yaml",
        include_str!("init/decisions.yaml"),
    ),
    (
        "my-service.checklist.yaml",
        include_str!("init/checklist.yaml"),
    ),
    ("evidence/TODO.txt", include_str!("init/evidence.txt")),
];

/// Becomes the day of writing.
const TODAY: &str = "2001-01-01";
/// Becomes a day that is near enough for the due date of a risk.
const SOON: &str = "2001-02-01";
/// How many days away that is; the default of `maxRiskDueDays` is 90.
const SOON_DAYS: i64 = 60;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StarterError {
    /// One of the files is there already.
    #[error("{} exists already; nothing was written\n  help: choose another folder: servelint init FOLDER", display_name(.0))]
    Exists(PathBuf),
    /// The folder or a file cannot be written.
    #[error(
        "cannot write {}: {reason}\n  help: choose a folder that you may write to: servelint init FOLDER",
        display_name(path)
    )]
    Unwritable {
        /// Which one.
        path: PathBuf,
        /// The operating system's reason.
        reason: io::Error,
    },
}

/// Writes the files into `folder`, which is made if need be. Where one of them exists, nothing is
/// written at all.
pub fn write(folder: &Path, today: Date) -> Result<Vec<PathBuf>, StarterError> {
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |reason| StarterError::Unwritable { path, reason }
    };
    let paths: Vec<PathBuf> = FILES.iter().map(|(name, _)| folder.join(name)).collect();
    if let Some(path) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(StarterError::Exists(path.clone()));
    }
    fs::create_dir_all(folder).map_err(unwritable(folder))?;
    let soon = today.saturating_add(jiff::Span::new().days(SOON_DAYS));
    for (path, (_, text)) in paths.iter().zip(FILES) {
        let text = text
            .replace(TODAY, &today.to_string())
            .replace(SOON, &soon.to_string());
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .map_err(unwritable(path))?;
        fs::write(path, text).map_err(unwritable(path))?;
    }
    Ok(paths)
}
