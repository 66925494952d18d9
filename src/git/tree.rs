//! The files of a commit, and whether those of the work tree are still the same.
//!
//! Compared are the bytes as they stand: their hash, computed here, is the id that git has for them or
//! it is not.

use super::{
    ChangesError,
    answers::Answers,
    repository::{Git, path},
};
use crate::disk::{self, DiskWalk, OnDisk, WalkPlan};
use crate::units::hex;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io::{self, Read},
    path::{Component, Path, PathBuf},
    sync::OnceLock,
};

/// The ids of SHA-1 have so many digits; those of SHA-256 have more.
const SHORT_ID: usize = 40;
/// Bytes read at once.
const CHUNK: usize = 1 << 16;
/// A folder with more files and folders counts as changed: to look further is not worth the time.
const MOST_ENTRIES: usize = 200_000;
/// No path leads through more links; systems give up at about as many.
pub(super) const MOST_LINKS: usize = 40;

/// What stood at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TreeKind {
    /// A file, whether or not it could be run.
    File,
    /// A symbolic link.
    Link,
    /// A submodule whose files cannot be had: it is not checked out, or lacks the commit.
    Submodule,
}

/// A path of the commit.
#[derive(Debug)]
pub(super) struct TreeEntry {
    pub kind: TreeKind,
    /// The hexadecimal digits of the object.
    pub id: String,
    /// Which of the tree's repositories has the object.
    pub store: usize,
    /// Whether the work tree still has it: what was found once is kept, so that a run has one answer.
    same: OnceLock<bool>,
}

/// The paths of a commit, with those of the submodules that are checked out.
#[derive(Debug)]
pub(super) struct GitTree {
    root: PathBuf,
    entries: BTreeMap<PathBuf, TreeEntry>,
    /// The repository, then those of its submodules.
    stores: Vec<Git>,
    /// Whether each folder is one, and no link leads to it.
    folders: Answers,
}

/// Where a path leads.
#[derive(Debug)]
pub(super) struct Trail {
    /// The links on the way that lie in the work tree: each could have led elsewhere.
    pub links: Vec<PathBuf>,
    /// Where it ends, without links, whether or not anything is there.
    pub end: PathBuf,
}

impl GitTree {
    /// Reads the paths of a commit.
    pub(super) fn read(git: Git, commit: &str) -> Result<Self, ChangesError> {
        let mut tree = Self {
            root: git.root.clone(),
            entries: BTreeMap::new(),
            stores: Vec::new(),
            folders: Answers::default(),
        };
        let mut pending = vec![(git, commit.to_owned())];
        while let Some((git, commit)) = pending.pop() {
            let place = git
                .root
                .strip_prefix(&tree.root)
                .unwrap_or(Path::new(""))
                .to_owned();
            match git.tree(&commit)? {
                Ok(lines) => pending.extend(tree.add(&place, git, &lines)?),
                Err(reason) if tree.stores.is_empty() => return Err(ChangesError::Failed(reason)),
                // A shallow submodule has the commit that is checked out, and may lack this one.
                Err(_) => tree.insert(place, TreeKind::Submodule, commit, 0),
            }
        }
        Ok(tree)
    }

    /// Adds the paths of one repository, and answers with the submodules among them.
    fn add(
        &mut self,
        place: &Path,
        git: Git,
        lines: &[u8],
    ) -> Result<Vec<(Git, String)>, ChangesError> {
        let mut submodules = Vec::new();
        let lines = lines.split(|byte| *byte == 0);
        for line in lines.filter(|line| !line.is_empty()) {
            // What is not understood must not be taken for a file that never was.
            let Some((kind, id, name)) = entry(line) else {
                let reason = "it lists a file in a way that is not known";
                return Err(ChangesError::Failed(reason.to_owned()));
            };
            let name = place.join(name);
            if kind == TreeKind::Submodule
                && let Some(inner) = git.submodule(&self.root.join(&name))
            {
                submodules.push((inner, id));
            } else {
                self.insert(name, kind, id, self.stores.len());
            }
        }
        self.stores.push(git);
        Ok(submodules)
    }

    fn insert(&mut self, name: PathBuf, kind: TreeKind, id: String, store: usize) {
        let entry = TreeEntry {
            kind,
            id,
            store,
            same: OnceLock::new(),
        };
        self.entries.insert(name, entry);
    }

    /// The folder of the work tree, without links.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Every path with what stood there, in order.
    pub(super) fn entries(&self) -> &BTreeMap<PathBuf, TreeEntry> {
        &self.entries
    }

    /// The repositories that have the objects, by [`TreeEntry::store`].
    pub(super) fn stores(&self) -> &[Git] {
        &self.stores
    }

    /// True where the work tree has what stood at the path.
    pub(super) fn keeps(&self, name: &Path, entry: &TreeEntry) -> bool {
        *entry.same.get_or_init(|| {
            let at = self.root.join(name);
            let folder = name.parent().unwrap_or(Path::new(""));
            // Through a link an equal file may stand there, and be another file.
            self.is_folder(folder)
                && match entry.kind {
                    TreeKind::File => file_id(&at, entry.id.len()).is_ok_and(|id| id == entry.id),
                    TreeKind::Link => link_id(&at, entry.id.len()).is_ok_and(|id| id == entry.id),
                    TreeKind::Submodule => false,
                }
        })
    }

    fn is_folder(&self, name: &Path) -> bool {
        let Some(above) = name.parent() else {
            return true;
        };
        self.folders.about(name, || {
            let place = self.root.join(name).look_at_link();
            place.is_ok_and(|place| place.is_dir()) && self.is_folder(above)
        })
    }

    /// True unless the commit had this very file, or link, at a place without links on the way.
    pub(super) fn differs(&self, place: &Path) -> bool {
        let known = place
            .strip_prefix(&self.root)
            .ok()
            .and_then(|name| self.entries.get_key_value(name));
        known.is_none_or(|(name, entry)| !self.keeps(name, entry))
    }

    /// True where a file at the place or below it, which has no links on the way, differs, is gone or
    /// is new. A place that never led anywhere is none.
    pub(super) fn differs_below(&self, place: &Path) -> bool {
        let Ok(name) = place.strip_prefix(&self.root) else {
            return place.is_there();
        };
        match name
            .ancestors()
            .find_map(|above| self.entries.get_key_value(above))
        {
            Some((at, entry)) => at != name || !self.keeps(at, entry),
            None => {
                let after = self.entries.range(name.to_owned()..);
                after
                    .take_while(|(at, _)| at.starts_with(name))
                    .any(|(at, entry)| !self.keeps(at, entry))
                    || self.has_new(place)
            }
        }
    }

    /// True where something at or below the place is not in the commit, whether or not git ignores it:
    /// what says so is a part of the change.
    fn has_new(&self, place: &Path) -> bool {
        let walker = DiskWalk::new(place, WalkPlan::Everything);
        for (count, found) in walker.enumerate() {
            let is_new = match found {
                Ok(_) if count == MOST_ENTRIES => true,
                Ok(found) => !found.is_dir() && !self.holds(found.path()),
                // Nothing is there at all.
                Err(error) if error.is_start => false,
                // A folder that cannot be read may hold anything.
                Err(_) => true,
            };
            if is_new {
                return true;
            }
        }
        false
    }

    /// True where the commit has a file with the content of the one at the place.
    pub(super) fn has_content(&self, place: &Path) -> bool {
        let mut entries = self.entries.values();
        let Some(digits) = self.entries.values().next().map(|entry| entry.id.len()) else {
            return false;
        };
        let id = file_id(place, digits);
        id.is_ok_and(|id| entries.any(|entry| entry.kind == TreeKind::File && entry.id == id))
    }

    fn holds(&self, place: &Path) -> bool {
        place
            .strip_prefix(&self.root)
            .is_ok_and(|name| self.entries.contains_key(name))
    }

    /// True for a submodule that was never checked out: an empty folder stands for it.
    pub(super) fn is_empty(&self, name: &Path) -> bool {
        disk::entries(&self.root.join(name)).is_ok_and(|files| files.is_empty())
    }

    /// Follows a path link by link.
    pub(super) fn trail(&self, path: &Path) -> Trail {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (mut at, mut rest) = match path.strip_prefix(&self.root) {
            Ok(name) => (self.root.clone(), parts(name)),
            Err(_) => (PathBuf::new(), parts(&path)),
        };
        let mut links = Vec::new();
        let mut followed = 0;
        while let Some(part) = rest.pop() {
            if part == Path::new("..") {
                at.pop();
                continue;
            }
            at.push(part);
            let target = at.target().ok().filter(|_| followed < MOST_LINKS);
            let Some(target) = target else { continue };
            followed += 1;
            // Those above the work tree are no part of the change.
            links.extend(self.within(&at).then(|| self.plain(&at)));
            at.pop();
            rest.extend(parts(&target));
        }
        Trail {
            links,
            end: self.plain(&at),
        }
    }

    fn within(&self, at: &Path) -> bool {
        self.plain(at).starts_with(&self.root)
    }

    /// The path in the spelling of the root, where the system has several: its folder is there and has no
    /// links, or nothing is.
    fn plain(&self, at: &Path) -> PathBuf {
        if at.starts_with(&self.root) {
            return at.to_owned();
        }
        let above = at
            .ancestors()
            .skip(1)
            .find_map(|above| Some((above, above.resolve().ok()?)));
        match above {
            Some((above, real)) => real.join(at.strip_prefix(above).unwrap_or(at)),
            None => at.to_owned(),
        }
    }
}

/// The parts of a path, the last one first.
pub(super) fn parts(path: &Path) -> Vec<PathBuf> {
    let parts = path
        .components()
        .rev()
        .filter(|part| *part != Component::CurDir);
    parts.map(|part| PathBuf::from(part.as_os_str())).collect()
}

/// The kind, the id and the path that a line of a listing names.
fn entry(line: &[u8]) -> Option<(TreeKind, String, PathBuf)> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = std::str::from_utf8(line.get(..tab)?).ok()?.split(' ');
    let kind = match words.next()? {
        "120000" => TreeKind::Link,
        "160000" => TreeKind::Submodule,
        mode if mode.starts_with("100") => TreeKind::File,
        _ => return None,
    };
    let id = words.nth(1)?.to_owned();
    let name = path(line.get(tab + 1..)?);
    let is_below = name
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    (is_below && id.len() >= SHORT_ID).then_some((kind, id, name))
}

/// The id that git would give the file as it stands, in so many digits.
fn file_id(at: &Path, digits: usize) -> io::Result<String> {
    let found = at.look_at_link()?;
    // A pipe or a device would block or never end.
    match found.is_file() {
        true => blob_id(found.len(), disk::open(at)?, digits),
        false => Err(io::ErrorKind::InvalidInput.into()),
    }
}

/// The id that git would give the link as it stands.
fn link_id(at: &Path, digits: usize) -> io::Result<String> {
    let target = at.target()?;
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(target.as_os_str()).to_owned();
    #[cfg(not(unix))]
    let bytes = target.to_string_lossy().replace('\\', "/").into_bytes();
    blob_id(bytes.len() as u64, bytes.as_slice(), digits)
}

/// The id of a blob with these bytes.
pub(super) fn blob_id(length: u64, bytes: impl Read, digits: usize) -> io::Result<String> {
    match digits {
        SHORT_ID => digest::<Sha1>(length, bytes),
        _ => digest::<Sha256>(length, bytes),
    }
}

fn digest<D: Digest>(length: u64, mut bytes: impl Read) -> io::Result<String> {
    let mut digest = D::new();
    digest.update(format!("blob {length}\0"));
    // Most files are small: a whole chunk for each would cost more than its hash.
    let mut chunk = vec![0; usize::try_from(length).unwrap_or(CHUNK).clamp(1, CHUNK)];
    loop {
        match bytes.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => digest.update(chunk.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hex(&digest.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_git() {
        let id = |text: &str, digits| {
            blob_id(text.len() as u64, text.as_bytes(), digits).expect("readable")
        };
        assert_eq!(id("", 40), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(
            id("hello\n", 40),
            "ce013625030ba8dba906f756967f9e9ca394464a"
        );
        assert_eq!(
            id("", 64),
            "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"
        );
    }

    #[test]
    fn a_listing_that_leads_out_or_is_odd_is_not_understood() {
        let of = |mode: &str, name: &str| {
            entry(format!("{mode} blob {}\t{name}", "0".repeat(40)).as_bytes())
        };
        assert!(of("100644", "a/b\nc").is_some());
        for (mode, name) in [("100644", "../a"), ("100644", "/a"), ("040000", "a")] {
            assert!(of(mode, name).is_none(), "{mode} {name}");
        }
    }
}
