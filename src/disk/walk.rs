//! Walks through folders.
//!
//! A walk is recorded as far as somebody went with it.

use super::{
    plan::WalkPlan,
    recording::{self, DiskAnswer, DiskQuestion},
};
use sha2::{Digest, Sha256};
use std::{
    ffi::OsStr,
    fs::FileType,
    io,
    path::{Path, PathBuf},
};

/// Something that a walk met.
#[derive(Debug)]
pub struct FoundPath {
    path: PathBuf,
    kind: Option<FileType>,
}

impl FoundPath {
    /// Where it is, from where the walk began.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same, taken.
    pub fn into_path(self) -> PathBuf {
        self.path
    }

    /// What it is itself, where the system says so.
    pub fn file_type(&self) -> Option<FileType> {
        self.kind
    }

    /// True for a file that is no link.
    pub fn is_file(&self) -> bool {
        self.kind.is_some_and(|kind| kind.is_file())
    }

    /// True for a folder that is no link.
    pub fn is_dir(&self) -> bool {
        self.kind.is_some_and(|kind| kind.is_dir())
    }

    /// True for a link.
    pub fn is_symlink(&self) -> bool {
        self.kind.is_some_and(|kind| kind.is_symlink())
    }
}

/// What a walk could not read.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct FoundError {
    message: String,
    /// Where, if that is known.
    pub path: Option<PathBuf>,
    /// True for the path at which the walk was to begin.
    pub is_start: bool,
    /// What the system says, where it says something.
    pub cause: Option<io::Error>,
}

type WalkStep = Result<FoundPath, FoundError>;

/// A walk under way.
pub struct DiskWalk {
    steps: Box<dyn Iterator<Item = WalkStep>>,
    /// Nothing where no run is recorded.
    walked: Option<WalkedPart>,
}

impl std::fmt::Debug for DiskWalk {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("DiskWalk")
    }
}

/// How far a walk went, and what it met.
struct WalkedPart {
    start: PathBuf,
    plan: WalkPlan,
    steps: u64,
    is_ended: bool,
    hash: Sha256,
}

impl DiskWalk {
    /// Begins a walk.
    pub fn new(start: &Path, plan: WalkPlan) -> Self {
        let walked = recording::is_on().then(|| WalkedPart {
            start: start.to_owned(),
            plan,
            steps: 0,
            is_ended: false,
            hash: Sha256::new(),
        });
        Self {
            steps: steps(start, plan),
            walked,
        }
    }
}

impl Iterator for DiskWalk {
    type Item = WalkStep;

    fn next(&mut self) -> Option<WalkStep> {
        let step = self.steps.next();
        if let Some(part) = &mut self.walked {
            match &step {
                Some(step) => {
                    part.steps += 1;
                    add(&mut part.hash, step);
                }
                None => part.is_ended = true,
            }
        }
        step
    }
}

impl Drop for DiskWalk {
    fn drop(&mut self) {
        if let Some(part) = self.walked.take() {
            let question = |path| DiskQuestion::Walk(path, part.plan, part.steps, part.is_ended);
            let answer = DiskAnswer::of_hash(part.hash);
            recording::note(question, &part.start, || answer);
        }
    }
}

fn add(hash: &mut Sha256, step: &WalkStep) {
    match step {
        Ok(found) => recording::add_path(hash, &found.path, found.kind),
        Err(error) => {
            hash.update([u8::MAX]);
            hash.update((error.message.len() as u64).to_le_bytes());
            hash.update(&error.message);
        }
    }
}

/// Walks again, as far.
pub(super) fn again(start: &Path, plan: WalkPlan, count: u64, is_ended: bool) -> DiskAnswer {
    let mut hash = Sha256::new();
    let mut steps = steps(start, plan);
    for _ in 0..count {
        match steps.next() {
            Some(step) => add(&mut hash, &step),
            None => break,
        }
    }
    // One more, where there was none.
    if is_ended && let Some(step) = steps.next() {
        add(&mut hash, &step);
    }
    DiskAnswer::of_hash(hash)
}

/// What a repository keeps for itself.
fn is_gits(name: &OsStr) -> bool {
    name == ".git"
}

fn is_dotted(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with('.'))
}

fn steps(start: &Path, plan: WalkPlan) -> Box<dyn Iterator<Item = WalkStep>> {
    match plan {
        WalkPlan::Plain => {
            let walker = ignoring(start).build();
            Box::new(walker.map(|entry| entry.map(kept).map_err(from_ignore)))
        }
        WalkPlan::Hidden => {
            let walker = ignoring(start)
                .hidden(false)
                .filter_entry(|entry| !is_gits(entry.file_name()))
                .build();
            Box::new(walker.map(|entry| entry.map(kept).map_err(from_ignore)))
        }
        WalkPlan::Everything => all(start, |entry| {
            entry.depth() == 0 || !is_gits(entry.file_name())
        }),
        WalkPlan::Folders => all(start, |entry| {
            !is_gits(entry.file_name()) && entry.file_type().is_dir()
        }),
        WalkPlan::Named => all(start, |entry| {
            entry.depth() == 0 || !is_dotted(entry.file_name())
        }),
        WalkPlan::BehindLink => {
            let walker = walkdir::WalkDir::new(start)
                .sort_by_file_name()
                .follow_root_links(true);
            Box::new(walker.into_iter().map(found))
        }
    }
}

fn ignoring(start: &Path) -> ignore::WalkBuilder {
    let mut walker = ignore::WalkBuilder::new(start);
    walker
        .follow_links(false)
        .require_git(false)
        .sort_by_file_name(Ord::cmp);
    walker
}

fn all(start: &Path, keep: fn(&walkdir::DirEntry) -> bool) -> Box<dyn Iterator<Item = WalkStep>> {
    let walker = walkdir::WalkDir::new(start).sort_by_file_name();
    Box::new(walker.into_iter().filter_entry(keep).map(found))
}

fn kept(entry: ignore::DirEntry) -> FoundPath {
    FoundPath {
        kind: entry.file_type(),
        path: entry.into_path(),
    }
}

fn from_ignore(error: ignore::Error) -> FoundError {
    FoundError {
        message: error.to_string(),
        path: None,
        is_start: error.depth() == Some(0),
        cause: error.into_io_error(),
    }
}

fn found(entry: walkdir::Result<walkdir::DirEntry>) -> WalkStep {
    match entry {
        Ok(entry) => Ok(FoundPath {
            kind: Some(entry.file_type()),
            path: entry.into_path(),
        }),
        Err(error) => Err(FoundError {
            message: error.to_string(),
            path: error.path().map(Path::to_owned),
            is_start: error.depth() == 0,
            cause: error.into_io_error(),
        }),
    }
}
