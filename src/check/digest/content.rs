//! The content of a file as a digest of inputs covers it.

use super::values::{self, ReadAs};
use crate::{
    check::open,
    disk::{self, DiskWalk, OnDisk, WalkPlan},
    document::{
        read::{self, Format},
        source::Source,
    },
    evidence::{FileFact, MAX_BYTES},
    git::{self, Tracked},
    recall::Recall,
    schema::{Recognition, recognise},
    units::hex,
};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    hash::{Hash, Hasher},
    path::Path,
    sync::{Arc, LazyLock},
};

/// Files above this count by their text: reading them as trees would take too long for what it tells.
const LARGE: usize = 1024 * 1024;

/// A model has no more files than that.
const MOST_FILES: usize = 10_000;

/// Digests by format and content.
static KNOWN: LazyLock<Recall<String>> = LazyLock::new(|| Recall::new(20_000));

/// The digest of the file that a path leads to from the root of its project; what it leads to instead where that is
/// no file that can be read.
pub(super) fn of_file(root: &Path, path: &str) -> Result<String, FileFact> {
    let real = FileFact::locate(root, path)?;
    let length = real.look().map(|found| found.len());
    if length.is_ok_and(|length| length > MAX_BYTES) {
        return Err(FileFact::TooLarge);
    }
    let bytes = disk::read(&real).map_err(|_| FileFact::Unreadable)?;
    Ok(of_bytes(&real, bytes))
}

/// The files in a folder, as paths from the root of its project: those that git tracks, and those that no ignore file
/// leaves out, so that what only one machine has is no part of it. Of more than a model has, the folder stands for all.
pub(super) fn below(root: &Path, folder: &Path) -> BTreeSet<String> {
    let start = root.join(folder);
    let mut found = BTreeSet::new();
    for entry in DiskWalk::new(&start, WalkPlan::Hidden).flatten() {
        if entry.is_file() {
            found.insert(entry.into_path());
        }
        if found.len() > MOST_FILES {
            return folder.to_str().map(str::to_owned).into_iter().collect();
        }
    }
    for answer in git::tracked(std::slice::from_ref(&start)) {
        if let Tracked::Files { files, .. } = answer {
            found.extend(files.into_iter().map(|name| start.join(name)));
        }
    }
    let names = found.iter().filter_map(|path| path.strip_prefix(root).ok());
    names.filter_map(Path::to_str).map(str::to_owned).collect()
}

/// The digest of what a file holds: of its values where it can be read as what its name says, else of its text.
pub(in crate::check) fn of_bytes(path: &Path, bytes: Vec<u8>) -> String {
    let mut hash = Sha256::new();
    if bytes.contains(&0) {
        hash.update(bytes);
    } else if let Some(format) = Format::of(path).filter(|_| bytes.len() <= LARGE) {
        return of_values(path, format, bytes);
    } else {
        hash_lines(&mut hash, &bytes);
    }
    hex(&hash.finalize())
}

/// The digest of values. Parsing takes most of its time, and services have files in common.
fn of_values(path: &Path, format: Format, bytes: Vec<u8>) -> String {
    let key = KNOWN.key(|hash| {
        format.hash(hash);
        hash.write(&bytes);
    });
    if let Some(known) = KNOWN.get(&key) {
        return known;
    }
    let mut hash = Sha256::new();
    match values_of(path, format, &bytes) {
        Some(values) => hash.update(values),
        None => hash_lines(&mut hash, &bytes),
    }
    let digest = hex(&hash.finalize());
    KNOWN.keep(key, digest.clone(), 1);
    digest
}

/// The values of every document of a file, as one text.
fn values_of(path: &Path, format: Format, bytes: &[u8]) -> Option<String> {
    let text = read::decode(bytes.to_vec()).ok()?;
    let source = Arc::new(Source {
        name: String::new(),
        path: path.to_owned(),
        text,
    });
    let parsed = open::parsed(&source, format)?;
    let is_whole = parsed.errors.is_empty() && !parsed.documents.is_empty();
    is_whole.then(|| {
        let mut text = String::new();
        for document in &parsed.documents {
            text.push_str("---");
            let read_as = match recognise(&document.root) {
                Recognition::Artifact(_) => ReadAs::Manifest,
                _ => ReadAs::Opaque,
            };
            text.push_str(&values::text(&document.root, read_as, None));
        }
        text
    })
}

/// The lines without what ends them, and without empty ones at the end.
fn hash_lines(hash: &mut Sha256, bytes: &[u8]) {
    let mut empty = 0_usize;
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii_end();
        if line.is_empty() {
            empty += 1;
            continue;
        }
        hash.update(vec![b'\n'; empty]);
        empty = 1;
        hash.update(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(path: &str, one: &str, other: &str) -> bool {
        let of = |text: &str| of_bytes(Path::new(path), text.as_bytes().to_vec());
        of(one) == of(other)
    }

    #[test]
    fn layout_does_not_count() {
        assert!(same(
            "a.json",
            "{\"a\": [1, 2], \"b\": 0.5}",
            "{\"b\":0.50,\n\"a\":[1,2]}\n"
        ));
        assert!(same("a.yaml", "a: 5m # five\n", "---\na: \"5m\"\n"));
        assert!(same("a.md", "one\ntwo", "one  \r\ntwo\r\n\n"));
        assert!(same("a.csv", "", "\n\n"));
    }

    #[test]
    fn what_it_says_counts() {
        assert!(!same("a.json", "{\"a\": 1}", "{\"a\": 2}"));
        assert!(!same("a.yaml", "a: 1\n", "a: 1\n---\nb: 1\n"));
        assert!(!same("a.md", "one\ntwo", "one\n\ntwo"));
        assert!(!same("a.md", "  one", "one"));
        assert!(!same("a.yaml", "a: 5m", "a: 300s"));
        assert!(!same("a.md", "onetwo", "one\ntwo"));
        // What does not parse is compared as a text.
        assert!(!same("a.json", "{\"a\": 1", "{ \"a\": 1"));
        assert!(!same("a.bin", "a\0 \n", "a\0\n"));
    }
}
