//! Patches of Kustomize: parts of objects, which mean nothing before they are merged.

use super::open;
use crate::document::{Node, read::Format, source::Source};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// How many folders above a patch its kustomization may stand.
const MOST_LEVELS: usize = 4;
/// The longest kustomization that is read.
const MOST_BYTES: u64 = 1_000_000;

/// What is said of a patch.
pub(super) const REASON: &str =
    "a Kustomize patch holds a part of an object only; check what `kustomize build` prints";

/// True where a kustomization in the file's folder, or above it within `root`, merges the file into
/// another object.
pub(super) fn is_patch(path: &Path, root: &Path) -> bool {
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    let folders = path
        .ancestors()
        .skip(1)
        .take(MOST_LEVELS)
        .take_while(|folder| folder.starts_with(root));
    folders
        .flat_map(|folder| NAMES.map(|name| (folder, folder.join(name))))
        .any(|(folder, kustomization)| patches(folder, &kustomization).contains(&path))
}

/// The files that a kustomization uses as patches.
fn patches(folder: &Path, kustomization: &Path) -> Vec<PathBuf> {
    let is_small =
        fs::metadata(kustomization).is_ok_and(|file| file.is_file() && file.len() <= MOST_BYTES);
    let read = || {
        let mut text = String::new();
        fs::File::open(kustomization)
            .ok()?
            .take(MOST_BYTES)
            .read_to_string(&mut text)
            .ok()?;
        Some(text)
    };
    let Some(text) = is_small.then(read).flatten() else {
        return Vec::new();
    };
    let Some(parsed) = open::parsed(&Source::new("kustomization", text), Format::Yaml) else {
        return Vec::new();
    };
    let Some(root) = parsed.documents.first().map(|document| &document.root) else {
        return Vec::new();
    };
    let items = |key: &str| root.get(key).map(Node::items).unwrap_or_default();
    let named = items("patches")
        .iter()
        .chain(items("patchesJson6902"))
        .filter_map(|patch| patch.get("path"));
    let paths = named
        .chain(items("patchesStrategicMerge"))
        .filter_map(Node::as_str);
    // A patch may also stand in the list itself, as text.
    let paths = paths.filter(|path| !path.contains('\n'));
    paths
        .filter_map(|path| folder.join(path).canonicalize().ok())
        .collect()
}
