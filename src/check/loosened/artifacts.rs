//! What a specification no longer declares: the rules read a manifest by the role that it is given.

use super::Loosened;
use crate::disk::OnDisk;
use crate::document::{Pointer, Spot, source::real_path};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// The role of what runs beside the revision under review. It may go with its file.
const STABLE: &str = "stable-workload";

/// The declared artifacts that are gone, by role and path. One that another of its role replaced is not, and
/// neither is the file of a former revision that was removed as well.
pub(super) fn compare(
    before: &Spot<'_>,
    after: &Spot<'_>,
    member: usize,
    root: &Path,
) -> Vec<Loosened> {
    let (old, mut new) = (declared(before), declared(after));
    let mut gone = Vec::new();
    for artifact in old {
        match new.iter().position(|other| *other == artifact) {
            Some(same) => drop(new.remove(same)),
            None => gone.push(artifact),
        }
    }
    let mut found = Vec::new();
    for (role, path) in gone {
        if let Some(other) = new.iter().position(|(other, _)| *other == role) {
            new.remove(other);
            continue;
        }
        if role == STABLE && !root.join(&path).is_there() {
            continue;
        }
        let at = match after.find(&["spec", "artifacts"]) {
            Some(list) => list.at,
            None => Pointer::default().key("spec").key("artifacts"),
        };
        found.push(Loosened {
            member,
            at,
            owner: format!("artifact `{path}` of role `{role}`"),
            key: String::new(),
            before: String::new(),
            after: None,
            unknown: false,
        });
    }
    found
}

/// The files that a specification declares, without links.
pub(super) fn files(spec: &Spot<'_>, root: &Path) -> BTreeSet<PathBuf> {
    let declared = declared(spec).into_iter();
    declared
        .map(|(_, path)| real_path(&root.join(path)))
        .collect()
}

/// Role and path of each declared artifact.
fn declared(spec: &Spot<'_>) -> Vec<(String, String)> {
    let mut declared = Vec::new();
    for entry in spec.items_at(&["spec", "artifacts"]) {
        let text = |key| entry.string_at(&[key]);
        if let (Some(role), Some(path)) = (text("role"), text("path")) {
            let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
            declared.push((role, path));
        }
    }
    declared
}
