//! What a run asks the disk, and what it is told.
//!
//! Owns every question that `check` puts to the file system, so that a run can be recorded: which files it read, what
//! was not there, what folders held. [`recorded`] hands out those questions, and [`DiskQuestion::answer`] puts one of them
//! again. A clippy rule (`clippy.toml`) keeps the others from asking past this room. It keeps nothing, and never writes.

#![expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]

mod links;
mod moment;
mod overlay;
mod plan;
mod recording;
mod text;
mod walk;

pub use links::ResolvedFolders;
pub use moment::begin_moment;
pub use overlay::{Overlay, lay_over};
pub use plan::{PLANS, WalkPlan};
pub use recording::{
    DiskAnswer, DiskQuestion, GitQuestion, Record, git_answered, recorded, unprovable,
};
pub use text::DiskFile;
pub use walk::{DiskWalk, FoundError, FoundPath};

use std::{
    fs::{self, File, FileType, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// What stands at a path.
#[derive(Debug, Clone, Copy)]
pub struct PathKind {
    kind: FileType,
    length: u64,
}

impl PathKind {
    /// True for a file.
    pub fn is_file(&self) -> bool {
        self.kind.is_file()
    }

    /// True for a folder.
    pub fn is_dir(&self) -> bool {
        self.kind.is_dir()
    }

    /// True for a link that was not followed.
    pub fn is_symlink(&self) -> bool {
        self.kind.is_symlink()
    }

    /// Which of them.
    pub fn file_type(&self) -> FileType {
        self.kind
    }

    /// The bytes of a file; 0 for everything else.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl From<Metadata> for PathKind {
    fn from(found: Metadata) -> Self {
        let kind = found.file_type();
        Self {
            kind,
            // Of a folder the length tells nothing, and changes by itself.
            length: if kind.is_file() { found.len() } else { 0 },
        }
    }
}

/// What a path is asked. The names are others than those of the standard library, which nobody records.
pub trait OnDisk {
    /// True for a file, also behind a link.
    fn holds_file(&self) -> bool;
    /// True for a folder, also behind a link.
    fn holds_folder(&self) -> bool;
    /// True where something is there, also behind a link.
    fn is_there(&self) -> bool;
    /// True for a link, wherever it leads.
    fn is_link(&self) -> bool;
    /// What stands at the end of links.
    ///
    /// # Errors
    /// Those of the system.
    fn look(&self) -> io::Result<PathKind>;
    /// What stands there, which may be a link.
    ///
    /// # Errors
    /// Those of the system.
    fn look_at_link(&self) -> io::Result<PathKind>;
    /// The path without links.
    ///
    /// # Errors
    /// Those of the system.
    fn resolve(&self) -> io::Result<PathBuf>;
    /// Where a link leads, as it is written.
    ///
    /// # Errors
    /// Those of the system; the path may be none.
    fn target(&self) -> io::Result<PathBuf>;
}

impl OnDisk for Path {
    fn holds_file(&self) -> bool {
        self.look().is_ok_and(|found| found.is_file())
    }

    fn holds_folder(&self) -> bool {
        self.look().is_ok_and(|found| found.is_dir())
    }

    fn is_there(&self) -> bool {
        self.look().is_ok()
    }

    fn is_link(&self) -> bool {
        self.look_at_link().is_ok_and(|found| found.is_symlink())
    }

    fn look(&self) -> io::Result<PathKind> {
        let look = || Ok(overlay::seen(self, fs::metadata(self)?.into()));
        let found = moment::kind(self, look);
        recording::note(DiskQuestion::Kind, self, || DiskAnswer::of_kind(&found));
        found
    }

    fn look_at_link(&self) -> io::Result<PathKind> {
        let found = fs::symlink_metadata(self).map(|found| overlay::seen(self, found.into()));
        recording::note(DiskQuestion::OwnKind, self, || DiskAnswer::of_kind(&found));
        found
    }

    fn resolve(&self) -> io::Result<PathBuf> {
        let found = moment::resolved(self);
        recording::note(DiskQuestion::Real, self, || DiskAnswer::of_path(&found));
        found
    }

    fn target(&self) -> io::Result<PathBuf> {
        let found = fs::read_link(self);
        recording::note(DiskQuestion::Target, self, || DiskAnswer::of_path(&found));
        found
    }
}

/// Opens a file; what is read of it is recorded.
///
/// # Errors
/// Those of the system.
pub fn open(path: &Path) -> io::Result<DiskFile> {
    DiskFile::open(path)
}

/// All bytes of a file.
///
/// # Errors
/// Those of the system.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = open(path)?;
    let mut bytes = Vec::with_capacity(file.room());
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// Those of the system, and where it is no UTF-8.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// What a file holds, for whoever tells by it whether something else is as it was; `None` where nothing can be read, or
/// more than so many bytes. It is not recorded: what is recorded is the answer that it stands for.
pub fn peek(path: &Path, most: u64) -> Option<Vec<u8>> {
    let is_small = |found: Metadata| found.is_file() && found.len() <= most;
    // To open a pipe may mean to wait.
    let file = fs::metadata(path)
        .is_ok_and(is_small)
        .then(|| File::open(path).ok())??;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Something in a folder.
#[derive(Debug)]
pub struct FolderEntry {
    /// Where it stands.
    pub path: PathBuf,
    /// What it is itself, where the system says so.
    pub kind: Option<FileType>,
}

/// What a folder holds, in order of names; what cannot be read of it is left out.
///
/// # Errors
/// Those of the system.
pub fn entries(folder: &Path) -> io::Result<Vec<FolderEntry>> {
    let found = listed(folder);
    recording::note(DiskQuestion::Entries, folder, || {
        DiskAnswer::of_entries(&found)
    });
    found
}

fn listed(folder: &Path) -> io::Result<Vec<FolderEntry>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        found.push(FolderEntry {
            path: entry.path(),
            kind: entry.file_type().ok(),
        });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

impl DiskQuestion {
    /// Asks it again; `None` for a question to git.
    pub fn answer(&self, folders: &mut ResolvedFolders) -> Option<DiskAnswer> {
        Some(match self {
            Self::Kind(path) => DiskAnswer::of_kind(&path.look()),
            Self::OwnKind(path) => DiskAnswer::of_kind(&path.look_at_link()),
            Self::Real(path) => DiskAnswer::of_path(&folders.resolve(path)),
            Self::Target(path) => DiskAnswer::of_path(&path.target()),
            Self::Entries(path) => DiskAnswer::of_entries(&listed(path)),
            Self::Text(path, bytes, is_ended) => text::again(path, *bytes, *is_ended),
            Self::Walk(path, plan, steps, is_ended) => walk::again(path, *plan, *steps, *is_ended),
            Self::Git(_) => return None,
        })
    }
}
