//! A pack in a folder, on disk or at a revision.

use super::{real, relative};
use crate::{
    archive::{Gathering, PackBytes},
    disk::{self, DiskWalk, OnDisk, WalkPlan},
    document::read::io_reason,
    git::Snapshot,
};
use std::{io::Read, path::Path};

/// So many files and folders are looked at.
const MOST_ENTRIES: usize = 20_000;

pub(super) fn read(location: &Path) -> Result<PackBytes, String> {
    let root = real(location).map_err(|reason| format!("cannot be read: {reason}"))?;
    if !root.holds_folder() {
        return Err("is no folder, and no archive that ends in `.tar.gz`".into());
    }
    let mut gathering = Gathering::default();
    let walker = DiskWalk::new(&root, WalkPlan::Named);
    for (count, entry) in walker.enumerate() {
        if count == MOST_ENTRIES {
            return Err(format!("holds more than {MOST_ENTRIES} files and folders"));
        }
        let entry = entry.map_err(|error| format!("cannot be read: {error}"))?;
        let Some(path) = relative(entry.path(), &root) else {
            continue;
        };
        if entry.is_symlink() {
            return Err(format!("holds `{path}`, which is a symbolic link"));
        }
        if !entry.is_file() {
            continue;
        }
        let bytes = bytes(entry.path(), &path, &mut gathering)?;
        gathering.found.insert(path, bytes);
    }
    Ok(gathering.found)
}

fn bytes(file: &Path, path: &str, gathering: &mut Gathering) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| {
        format!(
            "holds `{path}`, which cannot be read: {}",
            io_reason(&error, "file")
        )
    };
    let length = file.look().map_err(unreadable)?.len();
    gathering.allows(path, length)?;
    let mut bytes = Vec::new();
    // It may have grown since.
    let opened = disk::open(file).map_err(unreadable)?;
    opened
        .take(length)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

/// The same as it was at a revision.
pub(super) fn read_past(location: &Path, base: &Snapshot) -> Result<PackBytes, String> {
    let mut gathering = Gathering::default();
    for file in base.paths().filter(|path| path.starts_with(location)) {
        let Some(path) = relative(&file, location) else {
            continue;
        };
        let bytes = base.read(&file).map_err(|error| error.to_string())?;
        let bytes =
            bytes.ok_or_else(|| format!("holds `{path}`, a symbolic link that leads nowhere"))?;
        gathering.allows(&path, bytes.len() as u64)?;
        gathering.found.insert(path, bytes);
    }
    match gathering.found.is_empty() {
        true => Err("is not there at the revision that judges".into()),
        false => Ok(gathering.found),
    }
}
