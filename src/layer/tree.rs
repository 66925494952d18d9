//! The files and folders below the root of a repository, by their paths from there.

use crate::disk;
use std::{collections::BTreeSet, path::Path};

/// So many files and folders are met.
const MOST_MET: usize = 50_000;

/// What a repository holds, links and what git keeps for itself left out.
#[derive(Debug, Default)]
pub struct FileTree {
    /// Its folders, with slashes; the root is the empty text.
    pub(super) folders: BTreeSet<String>,
    /// Its files.
    pub(super) files: BTreeSet<String>,
    /// True where not all of it was walked.
    pub(super) is_cut: bool,
}

impl FileTree {
    /// Walks the folders below a root.
    pub fn read(root: &Path) -> Self {
        let mut tree = Self::default();
        let mut left = vec![(root.to_owned(), String::new())];
        let mut met = 0;
        while let Some((folder, name)) = left.pop() {
            for entry in disk::entries(&folder).into_iter().flatten() {
                met += 1;
                if met > MOST_MET {
                    tree.is_cut = true;
                    return tree;
                }
                // Argo CD names no path that is no text.
                let own = entry.path.file_name().and_then(|name| name.to_str());
                let (Some(own), Some(kind)) = (own, entry.kind) else {
                    continue;
                };
                let path = match name.as_str() {
                    "" => own.to_owned(),
                    above => format!("{above}/{own}"),
                };
                if kind.is_dir() && own != ".git" {
                    left.push((entry.path.clone(), path));
                } else if kind.is_file() {
                    tree.files.insert(path);
                }
            }
            tree.folders.insert(name);
        }
        tree
    }
}
