//! Packs as bytes: what is read of a `.tar.gz` or a folder, with its limits, and the `.tar.gz` that is made of it.
//!
//! Owns the limits of number and size. No link is followed and no path leads out of an archive; what is written is the same
//! bytes for the same files, on every machine and at any time. What the files mean is not known here.

mod reading;
mod writing;

pub use reading::{read, unpacked};
pub use writing::{packed, sha256};

use std::{collections::BTreeMap, path::Path};

/// Bytes by their path from the root, with forward slashes.
pub type PackBytes = BTreeMap<String, Vec<u8>>;

/// So many files may be in a pack.
const MOST_FILES: usize = 2_000;
/// So large may one file be, in bytes.
const LONGEST_FILE: u64 = 4 << 20;
/// So large may all of them be together.
const MOST_BYTES: u64 = 32 << 20;

/// What is gathered of a pack, with its limits.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    /// The files so far.
    pub found: PackBytes,
    bytes: u64,
}

impl Gathering {
    /// Whether one more file of this length may be read; the reason where not.
    pub(crate) fn allows(&mut self, path: &str, length: u64) -> Result<(), String> {
        self.bytes = self.bytes.saturating_add(length);
        if length > LONGEST_FILE {
            return Err(format!(
                "holds `{path}`, which is larger than {} MiB",
                LONGEST_FILE >> 20
            ));
        }
        if self.found.len() >= MOST_FILES || self.bytes > MOST_BYTES {
            return Err(format!(
                "holds more than {MOST_FILES} files or {} MiB",
                MOST_BYTES >> 20
            ));
        }
        Ok(())
    }
}

/// What a pack consists of: other files beside them, such as a readme or pictures, are not read.
pub(crate) fn is_part(path: &str) -> bool {
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    let ends = [".rego", ".json", ".yaml", ".yml", ".toml"];
    !is_hidden && ends.iter().any(|end| path.ends_with(end))
}

/// A path from the root of a pack, with forward slashes; `None` for one that is no text.
pub(crate) fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}
