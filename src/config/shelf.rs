//! Where configurations are read from: the disk, or a revision.

use super::{Config, ConfigError, FILE_NAME, policies::PolicySource, profile::ReadFiles};
use crate::{
    archive::{self, PackBytes},
    disk::{self, OnDisk, PathKind},
    document::{
        read::{decode, io_reason},
        source::{Source, display_name},
    },
    git::Snapshot,
    units::hex,
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

/// The largest configuration that is read.
const MAX_BYTES: u64 = 1_000_000;

/// A configuration in effect: a file over all that it inherits from.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelved {
    pub config: Config,
    /// The files that it comes from, the uppermost first.
    pub files: Vec<PathBuf>,
    /// The SHA-256 of the uppermost one.
    pub digest: Option<String>,
}

/// Reads configurations, each file once.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// `None` for the disk.
    pub snapshot: Option<Arc<Snapshot>>,
    known: HashMap<PathBuf, Shelved>,
}

impl Shelf {
    pub(super) fn of(snapshot: &Arc<Snapshot>) -> Self {
        Self {
            snapshot: Some(Arc::clone(snapshot)),
            known: HashMap::new(),
        }
    }

    /// The configuration in effect in a folder without links: that of the nearest file over those above it, up to
    /// the root of the repository.
    pub(super) fn effective(&mut self, folder: &Path) -> Result<Shelved, ConfigError> {
        let mut files = Vec::new();
        for ancestor in folder.ancestors() {
            let file = ancestor.join(FILE_NAME);
            if self.has(&file) {
                // Opening a pipe waits for someone who writes; one that is named on the command line may have one.
                if self.snapshot.is_none() && file.look().is_ok_and(is_special) {
                    return Err(unreadable(&file, "it is not a regular file".into()));
                }
                files.push(file);
            }
            // What stands above a repository was not decided by its team.
            if self.is_repository(ancestor) {
                break;
            }
        }
        let mut effective = Shelved::default();
        for file in files.into_iter().rev() {
            effective = self.below(&effective, &file)?;
        }
        Ok(effective)
    }

    /// A repository that a change brings is none of the revision: what stands above it still decides.
    fn is_repository(&self, folder: &Path) -> bool {
        match &self.snapshot {
            Some(snapshot) if folder.starts_with(snapshot.root()) => snapshot.is_repository(folder),
            _ => folder.join(".git").is_there(),
        }
    }

    /// The configuration of one file alone.
    pub(super) fn alone(&mut self, file: &Path) -> Result<Shelved, ConfigError> {
        self.below(&Shelved::default(), file)
    }

    fn below(&mut self, upper: &Shelved, file: &Path) -> Result<Shelved, ConfigError> {
        if let Some(known) = self.known.get(file) {
            return Ok(known.clone());
        }
        let (source, digest) = self.source(file)?;
        let config = Config::below(&upper.config, &source, self)?;
        // One that starts anew is in effect alone, and still must be the one that is expected.
        let mut files = match config.starts_anew {
            true => Vec::new(),
            false => upper.files.clone(),
        };
        files.push(file.to_owned());
        let shelved = Shelved {
            config,
            files,
            digest: upper.digest.clone().or(Some(digest)),
        };
        self.known.insert(file.to_owned(), shelved.clone());
        Ok(shelved)
    }

    /// A file, and its SHA-256.
    fn source(&self, file: &Path) -> Result<(Arc<Source>, String), ConfigError> {
        let bytes = self
            .bytes(file)
            .map_err(|reason| unreadable(file, reason))?;
        let digest = hex(&Sha256::digest(&bytes));
        let text = decode(bytes).map_err(|error| unreadable(file, error.to_string()))?;
        let source = Source {
            name: display_name(file),
            path: file.to_owned(),
            text,
        };
        Ok((Arc::new(source), digest))
    }

    /// A folder or a link to nowhere of this name is an error when it is read, not passed over.
    pub(super) fn has(&self, file: &Path) -> bool {
        match &self.snapshot {
            Some(snapshot) => snapshot.has(file),
            None => file.look_at_link().is_ok(),
        }
    }

    fn bytes(&self, file: &Path) -> Result<Vec<u8>, String> {
        let Some(snapshot) = &self.snapshot else {
            return content(file).map_err(|error| io_reason(&error, "file"));
        };
        let bytes = snapshot.read(file).map_err(|error| error.to_string())?;
        let bytes = bytes.ok_or("the symbolic link leads nowhere")?;
        match bytes.len() as u64 > MAX_BYTES {
            true => Err(TOO_LARGE.to_owned()),
            false => Ok(bytes),
        }
    }
}

impl ReadFiles for Shelf {
    fn file(&self, path: &Path) -> Result<Arc<Source>, ConfigError> {
        self.source(path).map(|(source, _)| source)
    }

    fn archive(&self, entry: &PolicySource) -> Result<PackBytes, String> {
        let digest = entry.digest.as_deref();
        archive::read(&entry.location(), digest, self.snapshot.as_deref())
    }
}

const TOO_LARGE: &str = "it is larger than 1 MB, so it is not a configuration";

fn unreadable(path: &Path, reason: String) -> ConfigError {
    ConfigError::Unreadable {
        path: path.to_owned(),
        reason,
    }
}

/// True for a pipe, a socket or a device.
fn is_special(found: PathKind) -> bool {
    !found.is_file() && !found.is_dir()
}

/// The text of a configuration is short; a device or a folder of that name has none.
fn content(file: &Path) -> io::Result<Vec<u8>> {
    if file.look()?.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large from one that just fits.
    disk::open(file)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(io::Error::other(TOO_LARGE)),
        false => Ok(bytes),
    }
}
