//! Which files of a repository may be layers.

use crate::{
    disk::{self, DiskWalk, OnDisk, WalkPlan},
    document::read::Format,
    git::{self, Tracked},
    layer::LayerGraph,
};
use rayon::prelude::*;
use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    thread,
};

/// So many files and folders of a repository are met.
const MOST_MET: usize = 50_000;
/// So many files, and so much text, are searched for objects of Argo CD and Flux.
const MOST_FILES: usize = 20_000;
const MOST_BYTES: u64 = 100_000_000;

/// The files of a repository that may be layers.
#[derive(Default)]
pub(super) struct LayerSearch {
    pub(super) kustomizations: BTreeSet<PathBuf>,
    /// Those that may hold objects of Argo CD or Flux, or what overrides them.
    pub(super) outside: Vec<PathBuf>,
    /// Set where not everything was looked at: what was.
    pub(super) cut: Option<String>,
    /// What is still to be searched.
    texts: BTreeSet<PathBuf>,
    bytes: u64,
}

impl LayerSearch {
    /// Searches a repository. An ignore file that hides what git tracks is no reason to leave it out: it is a part
    /// of the repository.
    pub(super) fn of(root: &Path, unsaved: &HashMap<PathBuf, String>) -> Self {
        let mut search = Self::default();
        let asked = vec![root.to_owned()];
        let tracked = thread::spawn(move || git::tracked(&asked));
        search.walk(root);
        let tracked = tracked.join().unwrap_or_default();
        if let Some(Tracked::Files { files, .. }) = tracked.into_iter().next() {
            for file in files {
                search.meet_tracked(&root.join(file));
            }
        }
        let texts = Vec::from_iter(std::mem::take(&mut search.texts));
        let mut outside = texts
            .into_par_iter()
            .filter(|path| may_hold(path, unsaved))
            .collect();
        search.outside.append(&mut outside);
        search.outside.sort();
        search
    }

    fn walk(&mut self, root: &Path) {
        // As manifests are found: only what git keeps for itself is left out.
        let walker = DiskWalk::new(root, WalkPlan::Hidden);
        for (number, entry) in walker.enumerate() {
            if number == MOST_MET {
                self.cut = Some(format!("only the first {MOST_MET} files and folders"));
                break;
            }
            let Ok(entry) = entry else { continue };
            if let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) {
                let size = || {
                    entry
                        .path()
                        .look_at_link()
                        .map_or(0, |metadata| metadata.len())
                };
                self.meet(entry.path(), kind.is_file(), size);
            }
        }
    }

    fn meet_tracked(&mut self, path: &Path) {
        if self.kustomizations.contains(path) || self.texts.contains(path) {
            return;
        }
        // Deleted, or not checked out.
        let Ok(metadata) = path.look_at_link() else {
            return;
        };
        if !metadata.is_dir() {
            self.meet(path, metadata.is_file(), || metadata.len());
        }
    }

    fn meet(&mut self, path: &Path, is_file: bool, size: impl FnOnce() -> u64) {
        // Other links are left out: what they lead to is met where it is.
        if LayerGraph::is_name(path) {
            self.kustomizations.insert(path.to_owned());
            return;
        }
        let is_read = matches!(Format::of(path), Some(Format::Yaml | Format::Json));
        if !is_file || !is_read {
            return;
        }
        if LayerGraph::is_override(path) {
            self.outside.push(path.to_owned());
            return;
        }
        let size = size();
        // No object of theirs is as long.
        if size > super::MOST_LAYER_BYTES as u64 {
            return;
        }
        let files = self.texts.len();
        if files == MOST_FILES || self.bytes + size > MOST_BYTES {
            self.cut
                .get_or_insert(format!("only the first {files} files"));
            return;
        }
        self.bytes += size;
        self.texts.insert(path.to_owned());
    }
}

fn may_hold(path: &Path, unsaved: &HashMap<PathBuf, String>) -> bool {
    match unsaved.get(path) {
        Some(text) => LayerGraph::may_hold(text.as_bytes()),
        None => disk::read(path).is_ok_and(|bytes| LayerGraph::may_hold(&bytes)),
    }
}
