//! Patches of Kustomize: parts of objects, which mean nothing before they are merged.

use super::open;
use crate::document::{
    Node,
    read::{self, Format},
    source::Source,
};
use std::path::{Path, PathBuf};

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// How many folders above a patch its kustomization may stand.
const MOST_LEVELS: usize = 4;
/// The longest kustomization that is read.
const MOST_BYTES: usize = 1_000_000;

/// What is said of a patch.
pub(super) const REASON: &str =
    "a Kustomize patch holds a part of an object only; check what `kustomize build` prints";

/// True where a kustomization in the file's folder, or above it within `root`, merges the file into
/// another object.
pub(super) fn is_patch(path: &Path, root: &Path) -> bool {
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    for folder in path.ancestors().skip(1).take(MOST_LEVELS) {
        if !folder.starts_with(root) {
            break;
        }
        for name in NAMES {
            if patches(folder, name).contains(&path) {
                return true;
            }
        }
    }
    false
}

/// The files that the kustomization of this name uses as patches.
fn patches(folder: &Path, name: &str) -> Vec<PathBuf> {
    let Some(root) = content(&folder.join(name)) else {
        return Vec::new();
    };
    let mut named: Vec<&Node> = Vec::new();
    for key in ["patches", "patchesJson6902"] {
        named.extend(items(&root, key).iter().filter_map(|item| item.get("path")));
    }
    named.extend(items(&root, "patchesStrategicMerge"));
    let mut patches = Vec::new();
    for path in named.into_iter().filter_map(Node::as_str) {
        // A patch may also stand in the list itself, as text.
        if !path.contains('\n') {
            patches.extend(folder.join(path).canonicalize());
        }
    }
    patches
}

fn items<'n>(root: &'n Node, key: &str) -> &'n [Node] {
    root.get(key).map(Node::items).unwrap_or_default()
}

/// What a kustomization says; `None` where there is none that can be read.
fn content(path: &Path) -> Option<Node> {
    let bytes = read::bytes_of(path).ok()?;
    if bytes.len() > MOST_BYTES {
        return None;
    }
    let source = Source::new("kustomization", read::decode(bytes).ok()?);
    let parsed = open::parsed(&source, Format::Yaml)?;
    Some(parsed.documents.into_iter().next()?.root)
}
