//! What lies below a folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The files below a folder, by their paths in it, sorted.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("readable"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(folder).expect("below").to_owned())
        .collect();
    files.sort();
    files
}

/// Those whose names end in this extension, by their whole paths.
pub(crate) fn with_extension(folder: &Path, extension: &str) -> Vec<PathBuf> {
    below(folder)
        .into_iter()
        .filter(|file| file.extension().is_some_and(|end| end == extension))
        .map(|file| folder.join(file))
        .collect()
}

/// Copies what lies below a folder, its empty folders as well; `keep` sees the paths within it.
pub(crate) fn copy(from: &Path, to: &Path, keep: &dyn Fn(&Path) -> bool) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("readable");
        let name = entry.path().strip_prefix(from).expect("below the folder");
        let target = to.join(name);
        if !keep(name) {
            continue;
        }
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(&target).expect("a folder"),
            false => drop(fs::copy(entry.path(), &target).expect("a file")),
        }
    }
}

/// Makes a pipe, from which nobody ever reads anything.
#[cfg(unix)]
pub(crate) fn pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
}
