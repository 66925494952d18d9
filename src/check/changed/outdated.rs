//! What changed under a verdict that stands as it was: it was given over something else.

use super::Changed;
use crate::{
    check::{digest, loosened::PastDocument, paths::texts},
    disk::{self, OnDisk},
    document::source::{display_name, real_path},
    git::Changes,
    review::{Group, Member},
    rule::Subject,
    units::hex,
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// How a file begins that Git LFS keeps elsewhere.
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";

impl Changed {
    /// The names of the files of a service whose meaning is not that of the revision that is compared with;
    /// none where nothing is compared, or where it cannot be read.
    pub(in crate::check) fn differing(
        &self,
        group: &Group,
        members: &[Member],
    ) -> BTreeSet<String> {
        let Some(changes) = &self.changes else {
            return BTreeSet::new();
        };
        let own: Vec<&Member> = digest::own(group, members).collect();
        let manifests = group.manifests().filter_map(|index| members.get(index));
        let manifests: Vec<&Member> = manifests.collect();
        let past = self.past_of(group, &own, members);
        let mut names = differing(changes, &own, &past.documents);
        names.extend(differing(changes, &manifests, &past.manifests));
        names.extend(past.gone);
        // What a document no longer names, or did not name, tells that it changed itself.
        let mut files = BTreeSet::new();
        let is_new = |path: &Path| changes.touch(path) && !changes.had(&in_real_folder(path));
        let is_moved = own
            .iter()
            .any(|member| is_new(&member.document.source.path));
        for member in &own {
            let root = &member.project.root;
            // What is gone was there.
            let is_there =
                |path: &Path| digest::is_file(root, path) || changes.had(&root.join(path));
            for path in digest::paths(&member.document.root, member.subject, &is_there) {
                let path = root.join(path);
                if changes.touch(&path) && !digest::is_one_of(&own, &path) {
                    // Where a link leads now, and what stood in its place.
                    files.insert(real_path(&path));
                    files.insert(in_real_folder(&path));
                    // What a moved document names may have moved with it, and may be another one.
                    if is_moved && is_new(&path) && !is_moved_here(changes, &path) {
                        names.insert(display_name(&path));
                    }
                }
            }
        }
        for member in &own {
            if let Some(folder) = digest::model_folder(member) {
                names.extend(in_folder(changes, &member.project.root.join(folder)));
            }
        }
        for manifest in &manifests {
            names.extend(self.other_layers(manifest, changes, &mut files));
        }
        names.extend(other_contents(changes, &files));
        names
    }

    /// The layers of a manifest that are new or gone; those that changed are added to the `files` to compare. One
    /// that changes nothing which rules rest on is none of them.
    fn other_layers(
        &self,
        manifest: &Member,
        changes: &Changes,
        files: &mut BTreeSet<PathBuf>,
    ) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for change in manifest.layers.iter().filter(|change| change.counts) {
            let own = [Some(&change.by.layer.source.path), change.by.file.as_ref()];
            for file in own.into_iter().flatten() {
                if changes.touch(file) && !changes.had(file) {
                    names.insert(display_name(file));
                } else if changes.touch(file) {
                    files.insert(real_path(file));
                }
            }
        }
        if !self.gone_layers.is_empty() {
            let real = real_path(&manifest.document.source.path);
            let gone = real
                .ancestors()
                .filter_map(|path| self.gone_layers.get(path));
            names.extend(gone.map(|file| display_name(file)));
        }
        names
    }

    /// What of the base belongs to the service.
    fn past_of(&self, group: &Group, own: &[&Member], members: &[Member]) -> PastOf<'_> {
        let services: BTreeSet<&str> = group
            .reviews
            .iter()
            .map(|review| review.service.as_str())
            .collect();
        let roots: BTreeSet<&PathBuf> = own.iter().map(|member| &member.project.root).collect();
        let mut found = PastOf::default();
        for past in self.past.iter().filter(|past| roots.contains(&past.root)) {
            let Some(kind) = past.kind else {
                if past.service().is_some_and(|name| services.contains(name)) {
                    found.documents.push(past);
                }
                continue;
            };
            found.manifests.push(past);
            let name = kind.links(&past.node).name;
            let is_left = members.iter().any(|member| {
                let is_kind = member.kind().is_some_and(|known| known.name == kind.name);
                is_kind && kind.links(&member.document.root).name == name
            });
            let mut is_its = false;
            texts(&past.node, &mut |text| is_its |= services.contains(text));
            if is_its && !is_left {
                found.gone.insert(display_name(&past.path));
            }
        }
        found
    }

    /// True where the revision that is compared with has the very verdict of a checklist, in the same file or in the one from which it
    /// was moved.
    pub(in crate::check) fn stood(&self, checklist: &Member) -> bool {
        let (Some(changes), Some(verdict)) = (&self.changes, digest::verdict(checklist)) else {
            return false;
        };
        let verdict = digest::plain(verdict);
        !changes.touch(&checklist.document.source.path) || self.had_verdict(checklist, &verdict)
    }
}

/// The path without links but the last one.
fn in_real_folder(path: &Path) -> PathBuf {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => real_path(folder).join(name),
        _ => path.to_owned(),
    }
}

/// Documents of the base.
#[derive(Default)]
struct PastOf<'c> {
    documents: Vec<&'c PastDocument>,
    /// Those of changed files, whether or not they were tied to the service.
    manifests: Vec<&'c PastDocument>,
    /// The files of manifests that spoke of the service and are gone.
    gone: BTreeSet<String>,
}

/// The files of documents at hand that no document of the base equals, and of those of the base that none at
/// hand equals.
fn differing(changes: &Changes, members: &[&Member], past: &[&PastDocument]) -> BTreeSet<String> {
    let mut before: BTreeMap<String, Vec<&PastDocument>> = BTreeMap::new();
    for past in past {
        let text = digest::meaning(&past.node, past.subject);
        before.entry(text).or_default().push(past);
    }
    let mut names = BTreeSet::new();
    for member in members {
        let source = &member.document.source;
        if !changes.touch(&source.path) {
            continue;
        }
        let text = digest::meaning(&member.document.root, member.subject);
        let same = before.get_mut(&text).and_then(Vec::pop);
        if same.is_none() {
            names.insert(source.name.clone());
        }
    }
    for past in before.into_values().flatten() {
        // A manifest of a changed file may be that of another service.
        if past.subject != Subject::Artifact {
            names.insert(display_name(&past.path));
        }
    }
    names
}

/// The files of a folder that are other ones, new or gone.
fn in_folder(changes: &Changes, folder: &Path) -> BTreeSet<String> {
    let real = real_path(folder);
    let mut names = BTreeSet::new();
    if changes.reach(&real) {
        let old = changes.files().map(|(path, _)| path);
        let old = old.filter(|path| path.starts_with(&real) && !changes.keeps(path));
        names.extend(old.map(|path| display_name(&path)));
        if names.is_empty() {
            names.insert(display_name(folder));
        }
    }
    names
}

/// Those of the files that the revision had and that held something else there.
fn other_contents(changes: &Changes, files: &BTreeSet<PathBuf>) -> Vec<String> {
    if files.is_empty() {
        return Vec::new();
    }
    // Whoever cannot read the revision has been told so.
    let held = changes
        .past(&|path| files.contains(path))
        .unwrap_or_default();
    let mut names = Vec::new();
    for past in held.iter().filter(|past| files.contains(&past.path)) {
        let is_same = match (&past.bytes, disk::read(&past.path)) {
            (Some(before), Ok(now)) => is_same(&past.path, before, now),
            (None, _) | (_, Err(_)) => false,
        };
        if !is_same {
            names.push(display_name(&past.path));
        }
    }
    names
}

/// True for a file that the revision had under the same name in another folder, which has it no longer.
fn is_moved_here(changes: &Changes, path: &Path) -> bool {
    let is_one = |old: &Path| old.file_name() == path.file_name() && old.look_at_link().is_err();
    let past = changes.past(&is_one).unwrap_or_default();
    past.iter()
        .any(|past| match (&past.bytes, disk::read(path)) {
            (Some(before), Ok(now)) => is_same(path, before, now),
            (None, _) | (_, Err(_)) => false,
        })
}

/// True where both say the same; `before` may be what Git LFS has in the place of the file.
fn is_same(path: &Path, before: &[u8], now: Vec<u8>) -> bool {
    if before.starts_with(LFS) && !now.starts_with(LFS) {
        let text = String::from_utf8_lossy(before);
        let mut lines = text.lines();
        let known = lines.find_map(|line| line.strip_prefix("oid sha256:"));
        return known == Some(hex(&Sha256::digest(now)).as_str());
    }
    digest::of_bytes(path, before.to_vec()) == digest::of_bytes(path, now)
}
