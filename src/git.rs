//! What differs from a git revision, and what git tracks.
//!
//! Owns [`Changes`]: which files of the repository at hand are not as they were, and what the others
//! held; [`Snapshot`]: files as they are at a revision; and [`tracked`]: which files belong to the repository, whatever hides
//! them. The only module that runs git. It has one repository, that of the current directory, in which
//! every path must lie; it asks questions only, never writes, takes no lock, and hands git no argument
//! that it could take for an option.
//!
//! A change under review wrote the files that are compared. So git is asked for the objects of the
//! revision alone, and the files are read and hashed here.

mod answers;
mod kept;
mod repository;
mod snapshot;
mod tracked;
mod tree;

pub use answers::Answers;
pub use snapshot::Snapshot;
pub use tracked::{Tracked, tracked};

use crate::{
    disk::{DiskAnswer, GitQuestion},
    document::source::{display_name, real_path},
};
use rayon::prelude::*;
use repository::{Blobs, Git};
use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
};
use tree::{GitTree, TreeEntry, TreeKind};

/// Why it is not known what changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangesError {
    /// Git did not start.
    #[error("a revision is read by git, which cannot be run: {0}")]
    NoGit(io::Error),
    /// The current directory lies in no repository, or in one that git does not open.
    #[error("a revision needs a git repository: {reason}")]
    NoRepository {
        /// What git says.
        reason: String,
    },
    /// A path lies in another repository, or in none.
    #[error(
        "a revision is one of the repository of the current directory, `{repository}`, and `{path}` lies outside of it"
    )]
    Outside {
        /// As it was given.
        path: String,
        /// The folder of the repository.
        repository: String,
    },
    /// There is no such revision.
    #[error("`{revision}` is not a revision of the repository {repository}")]
    NoRevision {
        /// As it was given.
        revision: String,
        /// The folder of the repository.
        repository: String,
        /// What to do.
        help: &'static str,
    },
    /// Git failed on the way.
    #[error("git cannot say what changed: {0}")]
    Failed(String),
}

/// What a commit that is being made starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The commit that is checked out.
    Commit,
    /// Nothing: it is the first one.
    NoCommit,
    /// The current directory lies in no repository.
    NoRepository,
}

/// What a commit in the repository of the current directory starts from.
pub fn start() -> Result<Start, ChangesError> {
    if !Git::is_near() {
        return Ok(Start::NoRepository);
    }
    match Git::here()?.commit("HEAD") {
        Ok(_) => Ok(Start::Commit),
        // Also where HEAD is broken: then everything counts as changed.
        Err(ChangesError::NoRevision { .. }) => Ok(Start::NoCommit),
        Err(error) => Err(error),
    }
}

/// The commit that is checked out where a file lies, if that is in the repository of the current directory.
pub fn head_at(file: &Path) -> Option<String> {
    let git = Git::here().ok()?;
    let is_inside = real_path(file).starts_with(&git.root);
    is_inside.then(|| git.commit("HEAD").ok()).flatten()
}

/// Asks again what [`crate::disk`] recorded of git.
pub fn again(question: &GitQuestion) -> DiskAnswer {
    repository::again(question)
}

/// The name by which git knows who works here.
pub fn user() -> Option<String> {
    repository::user().filter(|name| !name.trim().is_empty())
}

impl ChangesError {
    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::NoGit(_) => Some("install git, or check without `--since` and `--policy-from`"),
            Self::NoRepository { .. } => Some(
                "run servelint in the repository that holds the paths, or check without `--since` and `--policy-from`",
            ),
            Self::Outside { .. } => Some("run servelint in the repository that holds the path"),
            Self::NoRevision { help, .. } => Some(help),
            Self::Failed(_) => None,
        }
    }
}

/// What differs between the files at hand and a revision.
#[derive(Debug)]
pub struct Changes {
    /// The revision as it was given.
    pub revision: String,
    tree: GitTree,
    /// What [`Changes::reach`] answered: the texts of documents name the same paths again and again.
    reached: Answers,
}

/// A text as it was at the revision.
#[derive(Debug)]
pub struct Past {
    /// Where the file stands, or stood.
    pub path: PathBuf,
    /// What it held; `None` where that cannot be had.
    pub bytes: Option<Vec<u8>>,
}

impl Changes {
    /// Compares the repository of the current directory with `revision`. All of `paths` must lie in it.
    pub fn since(revision: &str, paths: &[PathBuf]) -> Result<Self, ChangesError> {
        Ok(Self {
            revision: revision.to_owned(),
            tree: tree_at(revision, paths)?,
            reached: Answers::default(),
        })
    }

    /// The folder of the repository, without links.
    pub fn root(&self) -> &Path {
        self.tree.root()
    }

    /// True unless the file is known to be as it was, and every link that leads to it.
    pub fn touch(&self, path: &Path) -> bool {
        let trail = self.tree.trail(path);
        trail.links.iter().any(|link| self.tree.differs(link)) || self.tree.differs(&trail.end)
    }

    /// True where a file at the path, or one below it, is not as it was. A path that never led
    /// anywhere did not change.
    pub fn reach(&self, path: &Path) -> bool {
        self.reached.about(path, || {
            let trail = self.tree.trail(path);
            trail.links.iter().any(|link| self.tree.differs(link))
                || self.tree.differs_below(&trail.end)
        })
    }

    /// True where the revision had a file at this path, which has no links on the way.
    pub fn had(&self, path: &Path) -> bool {
        let name = path.strip_prefix(self.root());
        name.is_ok_and(|name| self.tree.entries().contains_key(name))
    }

    /// The paths of the revision, in order, each with whether it is a file: else a link, or a submodule.
    pub fn files(&self) -> impl Iterator<Item = (PathBuf, bool)> {
        let entries = self.tree.entries().iter();
        entries.map(|(name, entry)| (self.root().join(name), entry.kind == TreeKind::File))
    }

    /// True where the work tree has, at this very path, the file that the revision has.
    pub fn keeps(&self, path: &Path) -> bool {
        !self.tree.differs(path)
    }

    /// True where the revision had a file with the same content, whatever its name.
    pub fn had_content(&self, path: &Path) -> bool {
        self.tree.has_content(path)
    }

    /// True where some of the files are those of other repositories.
    pub fn has_submodules(&self) -> bool {
        let mut entries = self.tree.entries().values();
        self.tree.stores().len() > 1 || entries.any(|entry| entry.kind == TreeKind::Submodule)
    }

    /// True where a file of this name that the revision had changed or is gone.
    pub fn has_lost(&self, name: &str) -> bool {
        self.any(&|path| path.file_name() == Some(OsStr::new(name)))
    }

    /// True where a file that the revision had, and that `wanted` names, changed or is gone; it is asked
    /// about the path at which the file stands, or stood.
    pub fn any(&self, wanted: &dyn Fn(&Path) -> bool) -> bool {
        let mut entries = self.tree.entries().iter();
        entries
            .any(|(name, entry)| wanted(&self.root().join(name)) && !self.tree.keeps(name, entry))
    }

    /// What the files that changed or are gone held at the revision, for the paths that `wanted` names; it
    /// is asked about the paths at which they stand, or stood.
    pub fn past(&self, wanted: &(dyn Fn(&Path) -> bool + Sync)) -> Result<Vec<Past>, ChangesError> {
        let entries = self.tree.entries().par_iter();
        let gone: Vec<(&PathBuf, &TreeEntry)> = entries
            .filter(|(name, entry)| self.is_gone(name, entry, wanted))
            .collect();
        let held = self.held(&gone)?;
        let mut past = Vec::new();
        for (name, entry) in gone {
            past.push(Past {
                path: self.root().join(name),
                // What a link led to, and the files of a submodule, are not among the objects.
                bytes: match entry.kind {
                    TreeKind::File => held.get(entry.store).and_then(|held| content(entry, held)),
                    TreeKind::Link | TreeKind::Submodule => None,
                },
            });
        }
        Ok(past)
    }

    fn is_gone(&self, name: &Path, entry: &TreeEntry, wanted: &dyn Fn(&Path) -> bool) -> bool {
        match entry.kind {
            // What was in it is unknown, so its folder counts whatever files are wanted.
            TreeKind::Submodule => !self.tree.is_empty(name),
            TreeKind::File | TreeKind::Link => {
                wanted(&self.root().join(name)) && !self.tree.keeps(name, entry)
            }
        }
    }

    /// What each of [`GitTree::stores`] has for these entries, with one call of git each.
    fn held(&self, gone: &[(&PathBuf, &TreeEntry)]) -> Result<Vec<Blobs>, ChangesError> {
        let stores = self.tree.stores();
        let mut ids = vec![Vec::new(); stores.len()];
        for (_, entry) in gone {
            if let (TreeKind::File, Some(ids)) = (entry.kind, ids.get_mut(entry.store)) {
                ids.push(entry.id.as_str());
            }
        }
        let asked = stores.iter().zip(&ids);
        asked.map(|(git, ids)| git.blobs(ids)).collect()
    }
}

/// The files of the repository of the current directory at a revision. All of `paths` must lie in it.
fn tree_at(revision: &str, paths: &[PathBuf]) -> Result<GitTree, ChangesError> {
    let git = Git::here()?;
    let commit = git.commit(revision)?;
    let tree = GitTree::read(git, &commit)?;
    outside(&tree, paths)?;
    Ok(tree)
}

/// Refuses paths that lead out of the repository.
fn outside(tree: &GitTree, paths: &[PathBuf]) -> Result<(), ChangesError> {
    let outside = paths
        .iter()
        .find(|path| !tree.trail(path).end.starts_with(tree.root()));
    match outside {
        Some(path) => Err(ChangesError::Outside {
            path: display_name(path),
            repository: tree.root().display().to_string(),
        }),
        None => Ok(()),
    }
}

/// What the object of an entry holds: the text of a file, or where a link leads.
fn content(entry: &TreeEntry, held: &Blobs) -> Option<Vec<u8>> {
    let bytes = held.get(&entry.id)?;
    // Hashed once more: an object that is damaged, or not the one of this id, counts as missing.
    let id = tree::blob_id(bytes.len() as u64, bytes.as_slice(), entry.id.len()).ok()?;
    (id == entry.id).then(|| bytes.clone())
}
