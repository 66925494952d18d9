//! Files as they are at a revision, whatever the work tree holds now.
//!
//! What judges a change is read from here: nothing that the change wrote has a say in it.

use super::{
    ChangesError, content,
    tree::{GitTree, MOST_LINKS, TreeEntry, TreeKind, blob_id, parts},
    tree_at,
};
use crate::disk::OnDisk;
use std::{
    collections::HashMap,
    path::{Component, Path, PathBuf},
};

/// The files of the repository of the current directory at one revision.
#[derive(Debug)]
pub struct Snapshot {
    /// The revision as it was given.
    pub revision: String,
    tree: GitTree,
}

impl Snapshot {
    /// The files at `revision`. All of `paths` must lie in the repository.
    pub fn at(revision: &str, paths: &[PathBuf]) -> Result<Self, ChangesError> {
        Ok(Self {
            revision: revision.to_owned(),
            tree: tree_at(revision, paths)?,
        })
    }

    /// The folder of the repository, without links.
    pub fn root(&self) -> &Path {
        self.tree.root()
    }

    /// The commit that is checked out.
    pub fn head(&self) -> Result<String, ChangesError> {
        match self.tree.stores().first() {
            Some(git) => git.commit("HEAD"),
            None => Err(ChangesError::Failed("it has no repository".to_owned())),
        }
    }

    /// True where something of this path is there: a file, or a link, wherever it leads.
    pub fn has(&self, path: &Path) -> bool {
        self.name(path)
            .is_some_and(|name| self.tree.entries().contains_key(name))
    }

    /// True where the work tree has, at this very path, the file that the revision has.
    pub fn keeps(&self, path: &Path) -> bool {
        !self.tree.differs(path)
    }

    /// A path of the repository as it is spelt, whatever links the work tree has now: a change may have put one there.
    /// `None` for a path outside of it.
    pub fn place(&self, path: &Path) -> Option<PathBuf> {
        let mut plain = PathBuf::new();
        for part in std::path::absolute(path).ok()?.components() {
            match part {
                Component::ParentDir => drop(plain.pop()),
                part => plain.push(part),
            }
        }
        if plain.starts_with(self.root()) {
            return Some(plain);
        }
        let real = path.resolve().ok()?;
        real.starts_with(self.root()).then_some(real)
    }

    /// True for the folder of the repository, or of one that is a submodule of it at the revision.
    pub fn is_repository(&self, folder: &Path) -> bool {
        let mut stores = self.tree.stores().iter();
        let entry = self
            .name(folder)
            .and_then(|name| self.tree.entries().get(name));
        stores.any(|git| git.root == folder)
            || entry.is_some_and(|entry| entry.kind == TreeKind::Submodule)
    }

    /// The paths of all files and links, in order.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> {
        let names = self.tree.entries().keys();
        names.map(|name| self.root().join(name))
    }

    /// What a file held; `None` where there was none.
    pub fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, ChangesError> {
        let Some((name, entry)) = self.resolve(path)? else {
            return Ok(None);
        };
        self.bytes(&name, entry).map(Some)
    }

    fn name<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(self.root()).ok()
    }

    /// The file to which a path leads, through links that stay in the repository.
    fn resolve(&self, path: &Path) -> Result<Option<(PathBuf, &TreeEntry)>, ChangesError> {
        let Some(name) = self.name(path) else {
            return Ok(None);
        };
        let (mut rest, mut at, mut followed) = (parts(name), PathBuf::new(), 0);
        while let Some(part) = rest.pop() {
            if part == Path::new("..") {
                if !at.pop() {
                    return Ok(None);
                }
                continue;
            }
            at.push(part);
            let Some(entry) = self.tree.entries().get(&at) else {
                continue;
            };
            if entry.kind == TreeKind::Link {
                followed += 1;
                let target = super::repository::path(&self.bytes(&at, entry)?);
                if followed > MOST_LINKS || target.is_absolute() {
                    return Ok(None);
                }
                at.pop();
                rest.extend(parts(&target));
            }
        }
        let entry = self.tree.entries().get(&at);
        let entry = entry.filter(|entry| entry.kind == TreeKind::File);
        Ok(entry.map(|entry| (at, entry)))
    }

    fn bytes(&self, name: &Path, entry: &TreeEntry) -> Result<Vec<u8>, ChangesError> {
        // Most files are still as they were, and equal bytes are the same wherever they come from.
        let here = crate::document::read::bytes_of(&self.root().join(name)).unwrap_or_default();
        let id = blob_id(here.len() as u64, here.as_slice(), entry.id.len());
        if id.is_ok_and(|id| id == entry.id) {
            return Ok(here);
        }
        let missing = || {
            let shown = name.to_string_lossy();
            let revision = &self.revision;
            ChangesError::Failed(format!(
                "the content of `{shown}` at `{revision}` is missing or too large"
            ))
        };
        let git = self.tree.stores().get(entry.store).ok_or_else(missing)?;
        let mut held = HashMap::new();
        held.extend(git.blobs(&[entry.id.as_str()])?);
        content(entry, &held).ok_or_else(missing)
    }
}
