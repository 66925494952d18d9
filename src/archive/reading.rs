//! The files in a `.tar.gz`, as OPA's bundles are.

use super::{Gathering, PackBytes, is_part, sha256};
use crate::disk;
use crate::{document::read::io_reason, git::Snapshot};
use flate2::read::GzDecoder;
use std::{
    io::{self, Read},
    path::{Component, Path},
};
use tar::EntryType;

/// So large may an archive be, in bytes.
const LONGEST_ARCHIVE: u64 = 32 << 20;
/// So much may come out of it: heads of entries and files that are no part of a pack count as well.
const LONGEST_CONTENT: u64 = 64 << 20;

/// The files of the archive at `location`, or of the one that was there at `base`; they are not looked at unless the archive
/// has this SHA-256.
///
/// # Errors
/// Why it cannot be used, after its name.
pub fn read(
    location: &Path,
    digest: Option<&str>,
    base: Option<&Snapshot>,
) -> Result<PackBytes, String> {
    let bytes = bytes(location, base)?;
    let found = sha256(&bytes);
    if digest != Some(found.as_str()) {
        return Err(format!(
            "has the digest `sha256:{found}`, which is not the one that is demanded"
        ));
    }
    unpacked(&bytes)
}

/// The files in the bytes of an archive.
///
/// # Errors
/// Why it cannot be used, after its name.
pub fn unpacked(bytes: &[u8]) -> Result<PackBytes, String> {
    let content = GzDecoder::new(bytes).take(LONGEST_CONTENT + 1);
    let mut content = Counted { content, read: 0 };
    let gathered = unpack(&mut content);
    match content.read > LONGEST_CONTENT {
        true => Err(format!(
            "unpacks to more than {} MiB",
            LONGEST_CONTENT >> 20
        )),
        false => gathered,
    }
}

fn bytes(location: &Path, base: Option<&Snapshot>) -> Result<Vec<u8>, String> {
    let unreadable = |reason: String| format!("cannot be read: {reason}");
    let bytes = match base {
        Some(base) => base
            .read(location)
            .map_err(|error| unreadable(error.to_string()))?
            .ok_or("is not there at the revision that judges")?,
        None => {
            let failed = |error: io::Error| unreadable(io_reason(&error, "file"));
            let file = disk::open(location).map_err(failed)?;
            let mut bytes = Vec::new();
            file.take(LONGEST_ARCHIVE + 1)
                .read_to_end(&mut bytes)
                .map_err(failed)?;
            bytes
        }
    };
    match bytes.len() as u64 > LONGEST_ARCHIVE {
        true => Err(format!("is larger than {} MiB", LONGEST_ARCHIVE >> 20)),
        false => Ok(bytes),
    }
}

fn unpack(content: &mut impl Read) -> Result<PackBytes, String> {
    let broken = |error: io::Error| format!("is no archive that can be read: {error}");
    let mut archive = tar::Archive::new(content);
    let mut gathering = Gathering::default();
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = plain(&name)?;
        match entry.header().entry_type() {
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            EntryType::Regular | EntryType::Continuous => {}
            EntryType::Symlink | EntryType::Link => return Err(format!("holds a link, `{name}`")),
            _ => return Err(format!("holds `{name}`, which is no file and no folder")),
        }
        if !is_part(&path) {
            continue;
        }
        gathering.allows(&path, entry.size())?;
        let mut bytes = Vec::new();
        entry
            .take(super::LONGEST_FILE)
            .read_to_end(&mut bytes)
            .map_err(broken)?;
        if gathering.found.insert(path, bytes).is_some() {
            return Err(format!("holds `{name}` twice"));
        }
    }
    Ok(gathering.found)
}

/// The path of an entry from the root of the archive. OPA writes them with a slash in front, which leads to the same place;
/// what leads out of it is refused.
fn plain(name: &str) -> Result<String, String> {
    let path = name.strip_prefix('/').unwrap_or(name);
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_string_lossy()),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                return Err(format!("holds `{name}`, which leads out of it"));
            }
        }
    }
    Ok(parts.join("/"))
}

/// Counts what comes through.
struct Counted<R> {
    content: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}
