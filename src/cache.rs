//! Runs that are kept, so that a run in which nothing changed is not done again.
//!
//! Owns [`CacheShelf`] (a folder of the user with one file for each kept run), what tells that a kept run is current, and
//! what a file holds. A kept run is its output and every question that it asked the disk, with a digest of each answer
//! (`disk`). It is current while each of them has the same answer; nothing is guessed from times. What cannot be read,
//! is cut short or was kept by another build counts for nothing, and no failure to keep a run is told to anybody.

mod current;
mod folder;
mod kept;

pub use folder::CacheError;
pub use kept::KeptRun;

use crate::{
    built_in,
    disk::{self, Record},
    units::hex,
};
use sha2::{Digest, Sha256};
use std::{
    env,
    fmt::{self, Debug, Write as _},
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// All runs together; the oldest give way.
const MOST_BYTES: u64 = 256 << 20;
/// A larger run is not kept.
pub const LARGEST: usize = 64 << 20;
/// How the names of kept runs end.
const ENDING: &str = "run";

/// A folder of kept runs.
#[derive(Debug)]
pub struct CacheShelf {
    folder: PathBuf,
}

/// What a run is asked for: the program, the folder at hand, the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunKey([u8; 32]);

impl RunKey {
    /// The key of a request, by all that its answer depends on beside the disk.
    pub fn of(parts: &[&dyn Debug]) -> Option<Self> {
        Self::by(&built_in::build(), parts)
    }

    /// The same for this build of the program.
    fn by(build: &str, parts: &[&dyn Debug]) -> Option<Self> {
        let mut text = KeyText(Sha256::new());
        let here = env::current_dir().ok()?;
        write!(text, "{build:?} {here:?}").ok()?;
        for part in parts {
            write!(text, "\n{part:?}").ok()?;
        }
        Some(Self(text.0.finalize().into()))
    }
}

/// A text of which only the digest is kept: it may hold all of standard input.
struct KeyText(Sha256);

impl fmt::Write for KeyText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}

impl CacheShelf {
    /// A folder that was named: it is made where it is not there.
    ///
    /// # Errors
    /// Where a change could write it, or somebody else.
    pub fn named(folder: &Path, checked: &[PathBuf]) -> Result<Self, CacheError> {
        folder::own(folder, checked).map(|folder| Self { folder })
    }

    /// The folder that the system has for caches; `None` where it has none that is safe.
    pub fn usual(checked: &[PathBuf]) -> Option<Self> {
        Self::named(&folder::usual()?, checked).ok()
    }

    /// The run of this key, where it is kept and current.
    pub fn current(&self, key: RunKey) -> Option<KeptRun> {
        let bytes = disk::read(&self.file(key)).ok()?;
        let (run, questions) = kept::parse(&bytes, key)?;
        current::is_current(&questions).then_some(run)
    }

    /// Keeps a run, unless it rests on more than its record.
    pub fn keep(&self, key: RunKey, run: &KeptRun, record: &Record) {
        if record.gap.is_some() {
            return;
        }
        let written = kept::text(key, run, record).filter(|bytes| bytes.len() <= LARGEST);
        if let Some(bytes) = written {
            // A run that is not kept is done again: nobody needs to know.
            let _ = self.write(key, &bytes);
            self.tidy();
        }
    }

    fn file(&self, key: RunKey) -> PathBuf {
        self.folder.join(format!("{}.{ENDING}", hex(&key.0)))
    }

    /// In one step, so that nobody reads half of it.
    fn write(&self, key: RunKey, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(self.file(key))?;
        Ok(())
    }

    /// Removes the oldest files while there are too many.
    fn tidy(&self) {
        let mut files = Vec::new();
        for entry in disk::entries(&self.folder).into_iter().flatten() {
            if let Ok((time, length)) = written_at(&entry.path) {
                files.push((time, length, entry.path));
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in files {
            if total <= MOST_BYTES {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total -= length;
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the age of a kept run decides no finding"
)]
fn written_at(file: &Path) -> io::Result<(SystemTime, u64)> {
    let found = fs::symlink_metadata(file)?;
    Ok((found.modified()?, found.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_build_or_request_has_another_key() {
        let key = |build: &str, part: &str| RunKey::by(build, &[&part]).expect("a key");
        assert_eq!(key("one", "check"), key("one", "check"));
        assert_ne!(key("one", "check"), key("two", "check"));
        assert_ne!(key("one", "check"), key("one", "check ."));
        assert_eq!(
            RunKey::of(&[&"check"]),
            Some(key(&built_in::build(), "check"))
        );
    }

    #[test]
    fn what_another_build_kept_counts_for_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = CacheShelf {
            folder: folder.path().to_owned(),
        };
        let [ours, theirs] = ["ours", "theirs"].map(|build| RunKey::by(build, &[]).expect("a key"));
        let run = KeptRun {
            out: b"go".to_vec(),
            ..KeptRun::default()
        };
        shelf.keep(theirs, &run, &Record::default());
        assert_eq!(shelf.current(theirs), Some(run));
        assert_eq!(shelf.current(ours), None);
        // Also where somebody gives it our name.
        fs::rename(shelf.file(theirs), shelf.file(ours)).expect("renamed");
        assert_eq!(shelf.current(ours), None);
    }
}
