//! The record of a run: what it asked, and what it was told.
//!
//! One run of a process is recorded at a time. What others ask meanwhile is recorded along, which can only make the
//! record longer: a question too many never makes an old answer look current.

use super::{FolderEntry, PathKind, plan::WalkPlan};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::FileType,
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, Ordering},
    },
};

/// A question about the disk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiskQuestion {
    /// What stands at the end of links, and how long a file is.
    Kind(PathBuf),
    /// The same of what may be a link.
    OwnKind(PathBuf),
    /// The path without links.
    Real(PathBuf),
    /// Where a link leads.
    Target(PathBuf),
    /// What a folder holds.
    Entries(PathBuf),
    /// So many bytes of a file, and whether they are all.
    Text(PathBuf, u64, bool),
    /// So many steps of a walk, and whether they are all.
    Walk(PathBuf, WalkPlan, u64, bool),
    /// Something that git answers.
    Git(GitQuestion),
}

/// A question that git answers from its folder; the room `git` puts it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum GitQuestion {
    /// Where git keeps the repository of a work tree.
    Folder(PathBuf),
    /// What it tracks at or below a path of a work tree.
    Index(PathBuf, PathBuf),
}

/// What was answered: equal answers are equal, and different ones differ as far as SHA-256 does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskAnswer([u8; 32]);

impl DiskAnswer {
    /// An answer by its bytes.
    pub fn of_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A text that stands for an answer.
    pub fn of_text(text: &[u8]) -> Self {
        Self(Sha256::digest(text).into())
    }

    pub(super) fn of_hash(hash: Sha256) -> Self {
        Self(hash.finalize().into())
    }

    pub(super) fn of_error(error: &io::Error) -> Self {
        Self::of_text(format!("error {:?} {error}", error.kind()).as_bytes())
    }

    pub(super) fn of_kind(found: &io::Result<PathKind>) -> Self {
        let found = match found {
            Ok(found) => found,
            Err(error) => return Self::of_error(error),
        };
        let kind = kind_number(Some(found.file_type()));
        let mut bytes = [0; 32];
        bytes[0] = kind;
        bytes[1..9].copy_from_slice(&found.len().to_le_bytes());
        Self(bytes)
    }

    pub(super) fn of_path(found: &io::Result<PathBuf>) -> Self {
        match found {
            Ok(path) => Self::of_text(path.as_os_str().as_encoded_bytes()),
            Err(error) => Self::of_error(error),
        }
    }

    pub(super) fn of_entries(found: &io::Result<Vec<FolderEntry>>) -> Self {
        let found = match found {
            Ok(found) => found,
            Err(error) => return Self::of_error(error),
        };
        let mut hash = Sha256::new();
        for entry in found {
            add_path(&mut hash, &entry.path, entry.kind);
        }
        Self::of_hash(hash)
    }
}

/// Adds what was met at a path.
pub(super) fn add_path(hash: &mut Sha256, path: &Path, kind: Option<FileType>) {
    let path = path.as_os_str().as_encoded_bytes();
    hash.update([kind_number(kind)]);
    hash.update((path.len() as u64).to_le_bytes());
    hash.update(path);
}

fn kind_number(kind: Option<FileType>) -> u8 {
    match kind {
        None => 1,
        Some(kind) if kind.is_file() => 2,
        Some(kind) if kind.is_dir() => 3,
        Some(kind) if kind.is_symlink() => 4,
        Some(_) => 5,
    }
}

/// What a run asked, with the answers.
#[derive(Debug, Default)]
pub struct Record {
    /// Each question once, in order.
    pub questions: BTreeMap<DiskQuestion, DiskAnswer>,
    /// Why they are not all that the run rests on; nothing where they are.
    pub gap: Option<&'static str>,
}

static IS_ON: AtomicBool = AtomicBool::new(false);
static RECORD: Mutex<Option<Record>> = Mutex::new(None);
/// Held by whoever records.
static TURN: Mutex<()> = Mutex::new(());

fn lock() -> MutexGuard<'static, Option<Record>> {
    // Whoever panicked with the lock in hand left a record that is whole.
    RECORD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// True while a run is recorded.
pub(super) fn is_on() -> bool {
    IS_ON.load(Ordering::Acquire)
}

/// Does the work, and records what it asks. While another run is recorded, the record has a gap.
pub fn recorded<T>(work: impl FnOnce() -> T) -> (T, Record) {
    let _turn = match TURN.try_lock() {
        Ok(turn) => turn,
        Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
        Err(TryLockError::WouldBlock) => {
            let gap = Some("another run is recorded");
            let record = Record {
                gap,
                ..Record::default()
            };
            return (work(), record);
        }
    };
    *lock() = Some(Record::default());
    IS_ON.store(true, Ordering::Release);
    let _end = RecordEnd;
    let done = work();
    IS_ON.store(false, Ordering::Release);
    (done, lock().take().unwrap_or_default())
}

/// Ends the record, also where the work panics.
struct RecordEnd;

impl Drop for RecordEnd {
    fn drop(&mut self) {
        IS_ON.store(false, Ordering::Release);
        *lock() = None;
    }
}

/// Says that the run rests on something that cannot be asked again, such as a program.
pub fn unprovable(why: &'static str) {
    if let Some(record) = lock().as_mut() {
        record.gap.get_or_insert(why);
    }
}

/// Records what git answered.
pub fn git_answered(question: impl FnOnce() -> GitQuestion, answer: impl FnOnce() -> DiskAnswer) {
    if is_on() {
        add(DiskQuestion::Git(question()), answer());
    }
}

pub(super) fn note(
    question: impl FnOnce(PathBuf) -> DiskQuestion,
    path: &Path,
    answer: impl FnOnce() -> DiskAnswer,
) {
    if is_on() {
        add(question(path.to_owned()), answer());
    }
}

fn add(question: DiskQuestion, answer: DiskAnswer) {
    let mut lock = lock();
    let Some(record) = lock.as_mut() else { return };
    match record.questions.entry(question) {
        Entry::Vacant(place) => drop(place.insert(answer)),
        // Somebody writes while we read.
        Entry::Occupied(known) if *known.get() != answer => {
            record.gap.get_or_insert("a file changed during the run");
        }
        Entry::Occupied(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{self, OnDisk};

    #[test]
    fn what_is_asked_is_recorded_and_answered_alike() {
        let guard = tempfile::tempdir().expect("a temporary folder");
        let root = guard.path();
        std::fs::write(root.join("a"), "text").expect("a file");
        let ask = || {
            let found = [root.join("a").holds_file(), root.join("gone").is_there()];
            let text = disk::read(&root.join("a")).expect("a file");
            let names = disk::entries(root).expect("a folder").len();
            (found, text, names, root.join("a").resolve().is_ok())
        };
        let (answers, record) = recorded(ask);
        assert_eq!(answers, ([true, false], b"text".to_vec(), 1, true));
        let is_ours = |path: &Path| path.starts_with(root);
        let ours = record
            .questions
            .iter()
            .filter(|(question, _)| match question {
                DiskQuestion::Kind(path)
                | DiskQuestion::Text(path, ..)
                | DiskQuestion::Entries(path)
                | DiskQuestion::Real(path) => is_ours(path),
                _ => false,
            });
        let mut count = 0;
        for (question, known) in ours {
            count += 1;
            let mut folders = disk::ResolvedFolders::default();
            assert_eq!(question.answer(&mut folders), Some(*known), "{question:?}");
        }
        assert_eq!(count, 5);
        std::fs::write(root.join("gone"), "").expect("a file");
        let mut folders = disk::ResolvedFolders::default();
        let question = DiskQuestion::Kind(root.join("gone"));
        assert_ne!(
            question.answer(&mut folders),
            record.questions.get(&question).copied()
        );
    }
}
