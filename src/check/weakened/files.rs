//! Configurations that appear or go, owners, and definitions of resources.

use super::{Compared, Sides, Weakening, digest_of, documents, line, list, whole};
use crate::{
    check::crds,
    config::{CodeOwners, FILE_NAME, OWNERS_PLACES, plain_name},
    disk::OnDisk,
    document::{
        read,
        source::{display_name, real_path},
    },
    git::Snapshot,
    units::first_named,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Names in a message.
const NAMES: usize = 3;

/// Configurations of the project that the base does not have, or whose files it no longer inherits from.
pub(super) fn appeared(sides: &Sides<'_>, found: &mut Vec<Weakening>) {
    let (base, proposal) = (sides.compared.base, sides.proposal);
    if let Some(reason) = &proposal.unreadable {
        let file = proposal.files.last().unwrap_or(&sides.project.root);
        let what = format!(
            "the policy of `{}` cannot be used, so that of the change is",
            base.revision
        );
        found.push(Weakening::new(
            whole(file),
            what,
            reason,
            "the change's own",
        ));
        return;
    }
    let is_adopted = is_adopted(base);
    for file in &proposal.files {
        let is_new = base.place(file).is_some_and(|place| !base.has(&place));
        if is_adopted && is_new && !proposal.past.contains(file) {
            let what = format!("a {FILE_NAME} appears");
            found.push(Weakening::new(whole(file), what, "none", held(file)));
        }
    }
    for file in &proposal.past {
        if !proposal.files.contains(file) && file.look_at_link().is_ok() {
            let what = format!("{} is inherited no longer", display_name(file));
            found.push(Weakening::new(
                sides.place("root"),
                what,
                "root = false",
                "root = true",
            ));
        }
    }
}

/// True where the base has a configuration anywhere: what a change adds is then no first one.
pub(super) fn is_adopted(base: &Snapshot) -> bool {
    base.paths().any(|path| is_configuration(&path))
}

fn is_configuration(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE_NAME)
}

fn held(file: &Path) -> String {
    digest_of(&read::bytes_of(file).unwrap_or_default())
}

/// Configurations of the base that are gone, where they governed what is checked.
pub(super) fn gone(compared: &Compared<'_>, found: &mut Vec<Weakening>) {
    let starts: Vec<PathBuf> = compared
        .request
        .paths
        .iter()
        .map(|path| real_path(path))
        .collect();
    for file in compared.base.paths().filter(|path| is_configuration(path)) {
        let folder = file.parent().unwrap_or(&file);
        let mut starts = starts.iter();
        let governs = starts.any(|start| start.starts_with(folder) || folder.starts_with(start));
        if governs && file.look_at_link().is_err() {
            let old = compared.base.read(&file).ok().flatten().unwrap_or_default();
            let what = format!("a {FILE_NAME} is gone");
            found.push(Weakening::new(whole(&file), what, digest_of(&old), "none"));
        }
    }
}

/// Owners that are added, or all gone, of documents and of the files that judge them.
pub(super) fn owners(compared: &Compared<'_>, found: &mut Vec<Weakening>) {
    // Nothing judged before the first policy; its owners are told beside it.
    let is_first = compared.projects.past_owners().is_none();
    if is_first && !is_adopted(compared.base) {
        return;
    }
    for change in owner_changes(compared) {
        let place = match change.line {
            Some(number) => line(&change.place, number),
            None => whole(&change.place),
        };
        let what = format!("the owners of {} change", change.files);
        found.push(Weakening::new(place, what, change.old, change.new));
    }
}

/// Other owners of some files.
pub(super) struct OwnerChange {
    /// The `CODEOWNERS` at hand, or where it was.
    pub place: PathBuf,
    /// The number of the line that names them, if one does.
    line: Option<usize>,
    /// The files, as a message names them.
    pub files: String,
    old: String,
    pub new: String,
}

/// The owners that the change adds or takes away, by the files that they own.
pub(super) fn owner_changes(compared: &Compared<'_>) -> Vec<OwnerChange> {
    let (before, place) = (compared.projects.past_owners(), owners_file(compared.base));
    let after = CodeOwners::of(compared.base.root());
    let mut changes: BTreeMap<(String, String, Option<usize>), Vec<String>> = BTreeMap::new();
    for file in judged(compared, &place) {
        let old = before
            .map(|owners| owners.owners(&file))
            .unwrap_or_default();
        let row = after.as_ref().and_then(|owners| owners.row(&file));
        let (number, new) =
            row.map_or((None, [].as_slice()), |(line, owners)| (Some(line), owners));
        let (known, now) = (plain(old), plain(new));
        if !now.is_subset(&known) || (now.is_empty() && !known.is_empty()) {
            let change = (list(old), list(new), number);
            changes.entry(change).or_default().push(display_name(&file));
        }
    }
    let mut found = Vec::new();
    for ((old, new, line), names) in changes {
        found.push(OwnerChange {
            place: place.clone(),
            line,
            files: first_named(&names, NAMES),
            old,
            new,
        });
    }
    found
}

fn plain(owners: &[String]) -> BTreeSet<String> {
    owners.iter().map(|owner| plain_name(owner)).collect()
}

/// The `CODEOWNERS` that counts; where there is none, the one that the base had, or would have.
fn owners_file(base: &Snapshot) -> PathBuf {
    let places = || OWNERS_PLACES.iter().map(|place| base.root().join(place));
    let found = places().find(|place| place.holds_file());
    found
        .or_else(|| places().find(|place| base.has(place)))
        .unwrap_or_else(|| base.root().join(OWNERS_PLACES[0]))
}

/// The files whose owners matter.
fn judged(compared: &Compared<'_>, owners: &Path) -> BTreeSet<PathBuf> {
    let mut files = documents(compared.loaded);
    files.insert(owners.to_owned());
    for project in compared.projects.all() {
        let proposal = project.proposal.as_ref();
        files.extend(project.baselines());
        if let Some(proposal) = proposal {
            files.extend(proposal.files.iter().chain(&proposal.past).cloned());
        }
    }
    files
}

/// Kinds that are declared no longer, or whose schema is not what it was: more may fit it.
pub(super) fn kinds(sides: &Sides<'_>, found: &mut Vec<Weakening>) {
    let base = sides.compared.base;
    for old in &sides.before().kinds {
        let (what, file) = (format!("`{} {}`", old.api_version, old.kind), old.path());
        let mut proposed = sides.proposed().kinds.iter();
        let kept = proposed.find(|new| new.kind == old.kind && new.api_version == old.api_version);
        let before = base.read(&file).ok().flatten().unwrap_or_default();
        let Some(kept) = kept else {
            let what = format!("the kind {what} is declared no longer");
            let place = sides.place_of_gone(Some(&old.place));
            found.push(Weakening::new(place, what, digest_of(&before), "none"));
            continue;
        };
        let now = kept.path();
        let after = read::bytes_of(&now).unwrap_or_default();
        if before != after {
            let what = format!("the schema of {what} changes");
            let after = digest_of(&after);
            found.push(Weakening::new(whole(&now), what, digest_of(&before), after));
        }
    }
}

/// Definitions of resources that are not what they were: they may accept more.
pub(super) fn definitions(sides: &Sides<'_>, found: &mut Vec<Weakening>) {
    let base = sides.compared.base;
    for (file, entry) in crds::past(base, &sides.before().schemas) {
        let is_named = sides
            .proposed()
            .schemas
            .iter()
            .any(|new| crds::is_named(new, &file));
        if is_named && base.keeps(&file) {
            continue;
        }
        let old = base.read(&file).ok().flatten().unwrap_or_default();
        let (how, new) = match (is_named, file.holds_file()) {
            (true, true) => ("change", held(&file)),
            (false, true) => ("are named no longer", "none".to_owned()),
            (_, false) => ("are gone", "none".to_owned()),
        };
        let what = format!("the definitions in {} {how}", display_name(&file));
        let place = match is_named || !file.holds_file() {
            true => whole(&file),
            false => sides.place_of_gone(Some(&entry.place)),
        };
        found.push(Weakening::new(place, what, digest_of(&old), new));
    }
}
