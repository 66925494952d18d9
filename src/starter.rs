//! The first files of a project.
//!
//! Owns the commented `servelint.toml` and the starter documents that `servelint init` writes.
//! They fit their schemas, and every placeholder in them is a finding until it is filled in.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What is written, in this order.
pub const FILES: &[(&str, &str)] = &[
    ("servelint.toml", include_str!("starter/servelint.toml")),
    ("my-service.serving.yaml", include_str!("starter/serving.yaml")),
    ("my-service.decisions.yaml", include_str!("starter/decisions.yaml")),
    ("my-service.checklist.yaml", include_str!("starter/checklist.yaml")),
];

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StarterError {
    /// One of the files is there already.
    #[error("{} exists already; nothing was written\n  help: choose an empty folder: servelint init FOLDER", .0.display())]
    Exists(PathBuf),
    /// The folder or a file cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// Which one.
        path: PathBuf,
        /// The operating system's reason.
        reason: io::Error,
    },
}

/// Writes the files into `folder`, which is made if need be. Where one of them exists, nothing is
/// written at all.
pub fn write(folder: &Path) -> Result<Vec<PathBuf>, StarterError> {
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |reason| StarterError::Unwritable { path, reason }
    };
    let paths: Vec<PathBuf> = FILES.iter().map(|(name, _)| folder.join(name)).collect();
    if let Some(path) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(StarterError::Exists(path.clone()));
    }
    fs::create_dir_all(folder).map_err(unwritable(folder))?;
    for (path, (_, text)) in paths.iter().zip(FILES) {
        fs::write(path, text).map_err(unwritable(path))?;
    }
    Ok(paths)
}
