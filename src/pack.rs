//! Packs of rules that a team keeps beside its services: their files, and nothing about what is in them.
//!
//! Owns [`PackFiles`]. A pack is a folder or an archive; with a revision that judges it is read as it was there. Whatever is
//! read is limited in number and size, and no link is followed: a change under review may bring the pack.

mod folder;

use crate::{
    archive::{self, PackBytes, is_part, slashed},
    config::{ConfigError, PACK_FILE, PackManifest, PolicySource},
    disk::OnDisk,
    document::{
        read::decode,
        source::{Source, display_name},
    },
    git::Snapshot,
    units::hex,
};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The folder of what a bundle has for OPA beside the pack: libraries of servelint, the entry point, schemas.
pub const ADDED: &str = "servelint/";
/// The module in it that asks the rules of the pack, `data.<pack>.main`.
pub const ENTRY_POINT: &str = "main.rego";
/// What packages of ours begin with, and of their copies below that of a pack.
pub const COPIED: &str = "servelint.";
/// The schema of what a team sets for a pack.
pub const SETTINGS: &str = "schemas/settings.json";

/// Why a pack cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Its `servelint-pack.toml` is wrong.
    #[error(transparent)]
    Manifest(#[from] ConfigError),
    /// The folder, the archive or a file in it cannot be used.
    #[error("{origin}: the pack `{path}` {reason}")]
    Unusable {
        /// `servelint.toml:12`
        origin: String,
        /// As it is named there.
        path: String,
        /// Why, after the name.
        reason: String,
    },
}

impl PackError {
    /// What to do about it, where that is known. It may hold text from files.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Manifest(error) => error.help(),
            Self::Unusable { .. } => None,
        }
    }
}

/// The files of a pack.
#[derive(Debug, Clone)]
pub struct PackFiles {
    /// What it says it is.
    pub manifest: PackManifest,
    /// Its `servelint-pack.toml`.
    pub source: Arc<Source>,
    /// All other files, by their path from the root of the pack, with forward slashes.
    pub files: BTreeMap<String, Arc<Source>>,
    /// The SHA-256 over all paths and bytes.
    pub digest: String,
}

impl PackFiles {
    /// The pack that an entry of `[[policies]]` names; as it was at `base`, if there is one.
    ///
    /// # Errors
    /// Where it is not there, is more than a pack may be, or has no valid `servelint-pack.toml`.
    pub fn read(entry: &PolicySource, base: Option<&Snapshot>) -> Result<Self, PackError> {
        let unusable = |reason: String| PackError::Unusable {
            origin: entry.place.line(),
            path: entry.path.clone(),
            reason,
        };
        let location = entry.location();
        let found = match (entry.is_archive(), base) {
            (true, _) => archive::read(&location, entry.digest.as_deref(), base),
            (false, Some(base)) => folder::read_past(&location, base),
            (false, None) => folder::read(&location),
        };
        let files = Self::of(found.map_err(unusable)?, &location, &unusable)?;
        Ok(match entry.is_archive() {
            true => files.without_additions(),
            false => files,
        })
    }

    /// The pack in the bytes of an archive that is to lie at `location`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn of_archive(bytes: &[u8], location: &Path) -> Result<Self, PackError> {
        let unusable = named_by_hand(location);
        let found = archive::unpacked(bytes).map_err(&unusable)?;
        Ok(Self::of(found, location, &unusable)?.without_additions())
    }

    /// The pack in a folder that somebody names on the command line.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn of_folder(location: &Path) -> Result<Self, PackError> {
        let unusable = named_by_hand(location);
        let found = folder::read(location).map_err(&unusable)?;
        Self::of(found, location, &unusable)
    }

    fn of(
        found: PackBytes,
        location: &Path,
        unusable: &dyn Fn(String) -> PackError,
    ) -> Result<Self, PackError> {
        let digest = digest(&found);
        // In an archive the files have names that lead nowhere on this machine.
        let mut files = BTreeMap::new();
        for (path, bytes) in found {
            let place = location.join(&path);
            let text =
                decode(bytes).map_err(|error| unusable(format!("holds `{path}`: {error}")))?;
            files.insert(
                path,
                Arc::new(Source {
                    name: display_name(&place),
                    path: place,
                    text,
                }),
            );
        }
        let Some(source) = files.remove(PACK_FILE) else {
            return Err(unusable(format!("has no `{PACK_FILE}`")));
        };
        Ok(Self {
            manifest: PackManifest::parse(&source)?,
            source,
            files,
            digest,
        })
    }

    /// Without what a bundle has for OPA alone. An archive never brings libraries of servelint: its own are in the binary,
    /// and policies read them there again.
    fn without_additions(mut self) -> Self {
        let root = self.manifest.root();
        self.files
            .retain(|path, source| !is_addition(path, &source.text, &root));
        let copied = format!("{root}.{COPIED}");
        let policies = || {
            self.files
                .iter()
                .filter(|(path, _)| path.ends_with(".rego"))
        };
        if policies().any(|(_, source)| package(&source.text).starts_with(&copied)) {
            return self;
        }
        for (path, source) in &mut self.files {
            if path.ends_with(".rego") && source.text.contains(&copied) {
                *source = Arc::new(Source {
                    name: source.name.clone(),
                    path: source.path.clone(),
                    text: with_our_names(&source.text, &root),
                });
            }
        }
        self
    }

    /// Where the pack lies.
    pub fn root(&self) -> &Path {
        self.source.path.parent().unwrap_or(Path::new(""))
    }

    /// The files whose path begins and ends so, in order.
    pub fn within<'f>(
        &'f self,
        folder: &'f str,
        end: &'f str,
    ) -> impl Iterator<Item = (&'f str, &'f Arc<Source>)> {
        let files = self.files.iter();
        files
            .filter(move |(path, _)| path.starts_with(folder) && path.ends_with(end))
            .map(|(path, source)| (path.as_str(), source))
    }
}

fn digest(found: &PackBytes) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in found {
        // Lengths, so that no path or file can look like another.
        for part in [path.as_bytes(), bytes] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hex(&hash.finalize())
}

/// Names a pack that somebody names on the command line.
fn named_by_hand(location: &Path) -> impl Fn(String) -> PackError {
    |reason| PackError::Unusable {
        origin: "the command line".to_owned(),
        path: display_name(location),
        reason,
    }
}

/// True for what stands in [`ADDED`] and is no policy of the pack's own: those stay, wherever they are.
fn is_addition(path: &str, text: &str, root: &str) -> bool {
    let Some(rest) = path.strip_prefix(ADDED) else {
        return false;
    };
    let package = package(text);
    let own = package
        .strip_prefix(root)
        .and_then(|rest| rest.strip_prefix('.'));
    let is_library = |package: &str| package == "servelint" || package.starts_with(COPIED);
    !path.ends_with(".rego")
        || is_library(package)
        || own.is_some_and(is_library)
        || (rest == ENTRY_POINT && own == Some("main"))
}

/// What a policy reads of ours that a bundle has a copy of.
const COPIES: [&str; 2] = ["servelint.lib.", "servelint.platforms"];

/// A policy that reads our libraries below `data.<root>`, where a bundle has its copy of them: two bundles of one OPA
/// cannot both own `data.servelint`.
pub fn with_copied_names(text: &str, root: &str) -> String {
    COPIES.iter().fold(text.to_owned(), |text, name| {
        text.replace(&format!("data.{name}"), &format!("data.{root}.{name}"))
    })
}

/// The policy that [`with_copied_names`] was made of.
fn with_our_names(text: &str, root: &str) -> String {
    COPIES.iter().fold(text.to_owned(), |text, name| {
        text.replace(&format!("data.{root}.{name}"), &format!("data.{name}"))
    })
}

/// `servelint.lib.team` of `package servelint.lib.team`.
pub fn package(text: &str) -> &str {
    text.lines()
        .find_map(|line| line.strip_prefix("package "))
        .unwrap_or_default()
        .trim()
}

/// The path of a file in a pack that lies in a folder.
fn relative(path: &Path, root: &Path) -> Option<String> {
    slashed(path.strip_prefix(root).ok()?).filter(|path| is_part(path))
}

/// A folder without links, or why it is none.
fn real(location: &Path) -> Result<PathBuf, String> {
    location
        .resolve()
        .map_err(|error| crate::document::read::io_reason(&error, "folder"))
}
