//! Whether a reference to evidence leads to a file inside the project.
//!
//! Nothing outside the project's root is ever opened, also not through a symbolic link.

use crate::disk::{self, OnDisk};
use crate::units::hex;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{
    borrow::Cow,
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

/// The largest file that is read to compute a checksum.
pub const MAX_BYTES: u64 = 100 * 1024 * 1024;

/// What a reference leads to. Serialised as rules see it: `{"status": "present", "sha256": "..."}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum FileFact {
    /// A file in the project, with its SHA-256 in hex where that was asked for.
    Present {
        /// 64 lower-case hex digits.
        #[serde(skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
    },
    /// Nothing is there.
    Missing,
    /// The path leaves the project, by `..`, as an absolute path or through a link.
    Outside,
    /// A folder is there.
    Directory,
    /// The file is larger than [`MAX_BYTES`], so its checksum was not computed.
    TooLarge,
    /// The file is there and cannot be read.
    Unreadable,
    /// A URL: never fetched.
    Remote,
}

impl JsonSchema for FileFact {
    fn schema_name() -> Cow<'static, str> {
        "FileFact".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "status": {
                    "type": "string",
                    "description": "What the path leads to: `present`, `missing`, `outside` (of the project), `directory`, `too-large`, `unreadable` or `remote` (a URL, which is never fetched).",
                },
                "sha256": {
                    "type": "string",
                    "description": "The SHA-256 of the file in hex, where a checksum is recorded for it.",
                },
            },
            "additionalProperties": false,
        })
    }
}

impl FileFact {
    /// The word for rules.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Present { .. } => "present",
            Self::Missing => "missing",
            Self::Outside => "outside",
            Self::Directory => "directory",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
            Self::Remote => "remote",
        }
    }

    /// What `reference` leads to from the project's `root`, an absolute path without links. The
    /// checksum costs a read, so it is computed only on demand.
    pub fn of(root: &Path, reference: &str, wants_checksum: bool) -> Self {
        match Self::locate(root, reference) {
            Ok(real) if wants_checksum => checksum(&real),
            Ok(_) => Self::Present { sha256: None },
            Err(fact) => fact,
        }
    }

    /// The real path of the regular file inside the project that `reference` leads to, or what it
    /// leads to instead.
    ///
    /// # Errors
    /// Where there is no such file, or it lies outside `root`, an absolute path without links.
    pub fn locate(root: &Path, reference: &str) -> Result<PathBuf, Self> {
        if is_url(reference) {
            // `file://` is no page elsewhere: it names a file of this machine.
            return Err(if reference.starts_with("file:") {
                Self::Outside
            } else {
                Self::Remote
            });
        }
        // A fragment names a place within a page, as in `docs/runbook.md#rollback`.
        let path = reference.split('#').next().unwrap_or(reference);
        let path = inside(root, path).ok_or(Self::Outside)?;
        match path.resolve() {
            Ok(real) if !real.starts_with(root) => Err(Self::Outside),
            Ok(real) => match real.look() {
                Ok(found) if found.is_file() => Ok(real),
                Ok(found) if found.is_dir() => Err(Self::Directory),
                // A pipe or a device would block or never end.
                _ => Err(Self::Unreadable),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Self::Missing),
            Err(_) => Err(Self::Unreadable),
        }
    }

    /// True where there is something to rest on: a file, or a page that is not ours to fetch.
    pub fn is_usable(&self) -> bool {
        matches!(self, Self::Present { .. } | Self::Remote)
    }

    /// Its SHA-256 in hex, where it was computed.
    pub(super) fn sha256(&self) -> Option<&str> {
        match self {
            Self::Present { sha256 } => sha256.as_deref(),
            _ => None,
        }
    }

    /// True where the file is as it was when this checksum was recorded. A remote one is not known
    /// to differ.
    pub fn has_checksum(&self, recorded: &str) -> bool {
        match self {
            Self::Present { sha256 } => sha256
                .as_deref()
                .is_some_and(|sha256| sha256.eq_ignore_ascii_case(recorded)),
            Self::Remote => true,
            _ => false,
        }
    }
}

/// True for `https://...`, `s3://...` and the like.
pub fn is_url(reference: &str) -> bool {
    reference.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

/// The path below `root`, unless its text alone leads out.
fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    let mut depth = 0usize;
    for component in Path::new(path).components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir => depth = depth.checked_sub(1)?,
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!path.is_empty() && !path.contains('\0')).then(|| root.join(path))
}

/// The SHA-256 of a file in hex; `None` where it is larger than [`MAX_BYTES`].
///
/// # Errors
/// Where it cannot be read.
pub fn sha256_of(path: &Path) -> io::Result<Option<String>> {
    digest(path)
}

pub(super) fn checksum(path: &Path) -> FileFact {
    match digest(path) {
        Ok(Some(sha256)) => FileFact::Present {
            sha256: Some(sha256),
        },
        Ok(None) => FileFact::TooLarge,
        Err(_) => FileFact::Unreadable,
    }
}

fn digest(path: &Path) -> io::Result<Option<String>> {
    // One byte more than the limit tells a file that grew from one that fits.
    let mut file = disk::open(path)?.take(MAX_BYTES + 1);
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    let mut total = 0;
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        total += read as u64;
        hash.update(&chunk[..read]);
    }
    if total > MAX_BYTES {
        return Ok(None);
    }
    Ok(Some(hex(&hash.finalize())))
}

/// The checksum of bytes that are at hand, as [`FileFact::Present`] has it.
pub(super) fn checksum_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn references_stay_inside_the_root() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let root = folder
            .path()
            .canonicalize()
            .expect("a path")
            .join("project");
        fs::create_dir_all(root.join("evidence")).expect("folder");
        fs::write(root.join("evidence/a.json"), "abc").expect("file");
        fs::write(folder.path().join("secret.json"), "x").expect("file");
        let fact = |reference: &str| FileFact::of(&root, reference, false);
        assert_eq!(fact("evidence/a.json"), FileFact::Present { sha256: None });
        assert_eq!(
            fact("evidence/../evidence/a.json#/p99"),
            FileFact::Present { sha256: None }
        );
        assert_eq!(fact("evidence"), FileFact::Directory);
        assert_eq!(fact("evidence/b.json"), FileFact::Missing);
        assert_eq!(fact("../secret.json"), FileFact::Outside);
        assert_eq!(fact("evidence/../../secret.json"), FileFact::Outside);
        assert_eq!(fact("/etc/hostname"), FileFact::Outside);
        assert_eq!(fact(""), FileFact::Outside);
        assert_eq!(fact("file:///etc/hostname"), FileFact::Outside);
        assert_eq!(fact("https://example.com/a.json"), FileFact::Remote);
        assert_eq!(fact("s3://bucket/a.json"), FileFact::Remote);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_leave_the_root_are_refused() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let root = folder
            .path()
            .canonicalize()
            .expect("a path")
            .join("project");
        fs::create_dir_all(&root).expect("folder");
        fs::write(folder.path().join("secret.json"), "x").expect("file");
        std::os::unix::fs::symlink("../secret.json", root.join("link.json")).expect("link");
        std::os::unix::fs::symlink("loop.json", root.join("loop.json")).expect("link");
        assert_eq!(FileFact::of(&root, "link.json", true), FileFact::Outside);
        assert_eq!(FileFact::of(&root, "loop.json", true), FileFact::Unreadable);
    }

    #[test]
    fn the_checksum_is_computed_on_demand() {
        let folder = tempfile::tempdir().expect("temporary folder");
        fs::write(folder.path().join("a"), "abc").expect("file");
        let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(
            FileFact::of(&folder.path().canonicalize().expect("a path"), "a", true),
            FileFact::Present {
                sha256: Some(wanted.into())
            }
        );
    }
}
