//! Answers about paths that are asked for again and again.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Answers to one question about paths, each of which costs calls of the system.
#[derive(Debug, Default)]
pub struct Answers(Mutex<HashMap<PathBuf, bool>>);

impl Answers {
    /// The answer about `path`, which `find` gives where it is not known. Two threads that ask at once
    /// may both find it: they find the same.
    pub fn about(&self, path: &Path, find: impl FnOnce() -> bool) -> bool {
        let known = self.known().get(path).copied();
        if let Some(known) = known {
            return known;
        }
        // Nothing is locked meanwhile: to find it may mean to ask about the folder above.
        let found = find();
        self.known().insert(path.to_owned(), found);
        found
    }

    /// A panic elsewhere leaves the answers whole: each is written in one step.
    fn known(&self) -> MutexGuard<'_, HashMap<PathBuf, bool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
