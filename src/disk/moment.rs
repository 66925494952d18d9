//! What a run was told, for the rest of it: a run is one moment, and asks for the same paths again and again.
//!
//! Only what was there is kept. What was not may be something that the run makes itself.

use super::{PathKind, links::ResolvedFolders};
use std::{
    cell::RefCell,
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

/// So many paths are kept of each kind: a service names the same ones, and the next service others.
const MOST: usize = 4096;

thread_local! {
    /// Of the run that this thread works for, if it works for one.
    static OF_RUN: RefCell<Option<DiskMoment>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct DiskMoment {
    folders: ResolvedFolders,
    real: HashMap<PathBuf, PathBuf>,
    kinds: HashMap<PathBuf, PathKind>,
}

/// From now on, this thread takes what it found for what is there: it works for one run, and ends with it.
pub fn begin_moment() {
    OF_RUN.set(Some(DiskMoment::default()));
}

/// The path without links.
pub(super) fn resolved(path: &Path) -> io::Result<PathBuf> {
    OF_RUN.with_borrow_mut(|moment| {
        let Some(moment) = moment else {
            return fs::canonicalize(path);
        };
        if let Some(known) = moment.real.get(path) {
            return Ok(known.clone());
        }
        let real = moment.folders.resolve(path)?;
        keep(&mut moment.real, path, real.clone());
        Ok(real)
    })
}

/// What stands at the end of links, as `look` finds it.
pub(super) fn kind(
    path: &Path,
    look: impl FnOnce() -> io::Result<PathKind>,
) -> io::Result<PathKind> {
    let known = OF_RUN.with_borrow(|moment| moment.as_ref()?.kinds.get(path).copied());
    if let Some(known) = known {
        return Ok(known);
    }
    let found = look()?;
    OF_RUN.with_borrow_mut(|moment| {
        if let Some(moment) = moment {
            keep(&mut moment.kinds, path, found);
        }
    });
    Ok(found)
}

fn keep<T>(known: &mut HashMap<PathBuf, T>, path: &Path, found: T) {
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(path.to_owned(), found);
}

#[cfg(test)]
mod tests {
    use crate::disk::{self, OnDisk};
    use std::{fs, thread};

    #[test]
    fn what_was_found_stays_for_this_thread_and_what_was_not_is_looked_for_again() {
        let guard = tempfile::tempdir().expect("a temporary folder");
        let (here, later) = (guard.path().join("here"), guard.path().join("later"));
        fs::write(&here, "text").expect("a file");
        thread::scope(|scope| {
            scope.spawn(|| {
                disk::begin_moment();
                assert!(here.holds_file() && !later.holds_file());
                assert!(later.resolve().is_err());
                let real = here.resolve().expect("a path");
                fs::remove_file(&here).expect("removed");
                fs::write(&later, "text").expect("a file");
                assert!(here.holds_file() && later.holds_file());
                assert_eq!(here.resolve().expect("a path"), real);
                assert!(later.resolve().is_ok());
            });
        });
        assert!(!here.holds_file() && here.resolve().is_err());
    }
}
