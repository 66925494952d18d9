//! Rules and documents that a change leaves out.

use super::{Sides, Weakening, at, list};
use crate::{
    config::{CheckTable, folder_of},
    disk::{DiskWalk, WalkPlan},
    document::source::display_name,
    rule::{POLICY_WEAKENED, Rule},
    units::first_named,
};
use globset::{Glob, GlobMatcher};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Names in a message.
const NAMES: usize = 5;
/// So many files are looked at to tell whether a glob has a file at all.
const MOST_ENTRIES: usize = 100_000;

/// Rules that `select` or `ignore` take out, by the word that does.
pub(super) fn find(sides: &Sides<'_>, found: &mut Vec<Weakening>) {
    let (old, new) = (&sides.before().check, &sides.proposed().check);
    let mut off: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for rule in sides.compared.pack.rules().values() {
        let is_always = rule.is_always() || rule.id == POLICY_WEAKENED;
        if is_always || !takes_part(rule, old) || takes_part(rule, new) {
            continue;
        }
        let name = new.ignore.iter().find(|name| rule.is_named(name));
        let key = match name {
            Some(name) => format!("check.ignore[{name}]"),
            None => "check.select".to_owned(),
        };
        off.entry(key).or_default().push(rule.id.clone());
    }
    for (key, rules) in off {
        let (word, before, after) = match key.starts_with("check.ignore") {
            true => ("check.ignore", list(&old.ignore), list(&new.ignore)),
            false => ("check.select", list(&old.select), list(&new.select)),
        };
        let what = format!("`{word}` switches off {}", first_named(&rules, NAMES));
        found.push(Weakening::new(sides.place(&key), what, before, after));
    }
}

fn takes_part(rule: &Rule, check: &CheckTable) -> bool {
    let is_named = |list: &[String]| list.iter().any(|name| rule.is_named(name));
    (check.select.is_empty() || is_named(&check.select)) && !is_named(&check.ignore)
}

/// Documents that `exclude` takes out, by the glob that does. One that has no file yet leaves out what comes later.
pub(super) fn documents(sides: &Sides<'_>, found: &mut Vec<Weakening>) {
    let (old, new) = (
        &sides.before().check.exclude,
        &sides.proposed().check.exclude,
    );
    let added: Vec<&String> = new.iter().filter(|glob| !old.contains(glob)).collect();
    let moved =
        folder_of(sides.before(), "check.exclude") != folder_of(sides.proposed(), "check.exclude");
    let added: Vec<&String> = match moved {
        true => new.iter().collect(),
        false => added,
    };
    if added.is_empty() {
        return;
    }
    let folder = folder_of(sides.proposed(), "check.exclude");
    let folder = folder.unwrap_or_else(|| sides.project.root.clone());
    let all: Vec<PathBuf> = documents_below(sides, &folder);
    for glob in added {
        let Ok(compiled) = Glob::new(glob) else {
            continue;
        };
        let matcher = compiled.compile_matcher();
        let mut names = Vec::new();
        for path in &all {
            if fits(&matcher, path, &folder) {
                names.push(display_name(path));
            }
        }
        let what = match names.is_empty() {
            true if has_files(&matcher, &folder) => continue,
            true => "`check.exclude` leaves out files that are not there yet".to_owned(),
            false => format!("`check.exclude` leaves out {}", first_named(&names, NAMES)),
        };
        let place = sides
            .proposed()
            .places
            .get(&format!("check.exclude[{glob}]"));
        let place = place.map_or_else(|| sides.place("check.exclude"), at);
        found.push(Weakening::new(place, what, list(old), list(new)));
    }
}

fn documents_below(sides: &Sides<'_>, folder: &Path) -> Vec<PathBuf> {
    let all = super::documents(sides.compared.loaded);
    all.into_iter()
        .filter(|path| path.starts_with(folder))
        .collect()
}

fn fits(glob: &GlobMatcher, path: &Path, folder: &Path) -> bool {
    path.strip_prefix(folder)
        .is_ok_and(|path| glob.is_match(path))
}

/// True where the glob has a file, whatever it holds, among the first [`MOST_ENTRIES`].
fn has_files(glob: &GlobMatcher, folder: &Path) -> bool {
    let walker = DiskWalk::new(folder, WalkPlan::Everything);
    let files = walker.flatten().filter(|entry| !entry.is_dir());
    let mut files = files.take(MOST_ENTRIES);
    files.any(|entry| fits(glob, entry.path(), folder))
}
