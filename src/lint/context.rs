//! Documents that nobody named, but that belong to a service that somebody did.
//!
//! A pre-commit hook names changed files only. A changed checklist still has to be compared with
//! the specification beside it, so the rest of the project is searched for its services.

use super::{LintError, Unsaved, find::Found, load, load::Loaded, note};
use crate::{
    config::{FILE_NAME, Project, Projects},
    schema::{API_VERSION, Schemas},
    source::display_name,
    syntax::Format,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Adds the missing documents of each service to `loaded`, as not requested.
pub(super) fn add(
    loaded: &mut Loaded,
    found: &Found,
    projects: &mut Projects,
    schemas: &Schemas,
    unsaved: &Unsaved,
) -> Result<(), LintError> {
    if !found.files.iter().any(|file| file.named) {
        return Ok(());
    }
    let known: HashSet<PathBuf> =
        found.files.iter().filter_map(|file| file.path.canonicalize().ok()).collect();
    for (root, (project, services)) in wanted(loaded, found) {
        for path in candidates(&root, &known) {
            let Some(format) = Format::of(&path) else { continue };
            if projects.of(path.parent().unwrap_or(&root), &root)?.root != root || !mentions(&path, &services)
            {
                continue;
            }
            let nearby = load::context(&path, format, &project, schemas, unsaved)?;
            if let Some(reason) = nearby.unread {
                let reason = format!("it may belong to a service that was checked, but: {reason}");
                loaded.note(note(display_name(&path), reason));
            }
            loaded.remarks.extend(nearby.remarks);
            for (member, refusals) in nearby.members {
                if member.service().is_some_and(|service| services.contains(service)) {
                    loaded.push(member, refusals);
                }
            }
        }
    }
    Ok(())
}

/// The services of the named files, by project.
fn wanted(loaded: &Loaded, found: &Found) -> BTreeMap<PathBuf, (Arc<Project>, BTreeSet<String>)> {
    let named: HashSet<&str> =
        found.files.iter().filter(|file| file.named && file.placed).map(|file| file.name.as_str()).collect();
    let mut wanted: BTreeMap<PathBuf, (Arc<Project>, BTreeSet<String>)> = BTreeMap::new();
    for member in &loaded.members {
        if let Some(service) =
            member.service().filter(|_| named.contains(member.document.source.name.as_str()))
        {
            let root = member.project.root.clone();
            wanted
                .entry(root)
                .or_insert_with(|| (Arc::clone(&member.project), BTreeSet::new()))
                .1
                .insert(service.to_owned());
        }
    }
    wanted
}

fn candidates(root: &Path, known: &HashSet<PathBuf>) -> Vec<PathBuf> {
    let walker = ignore::WalkBuilder::new(root)
        .follow_links(false)
        .require_git(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .build();
    walker
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(|path| Format::of(path).is_some() && path.file_name().is_some_and(|name| name != FILE_NAME))
        .filter(|path| !known.contains(path))
        .collect()
}

/// A cheap look before the file is parsed.
fn mentions(path: &Path, services: &BTreeSet<String>) -> bool {
    let small = fs::metadata(path).is_ok_and(|metadata| metadata.len() <= crate::syntax::MAX_BYTES as u64);
    let text = if small { fs::read(path).unwrap_or_default() } else { Vec::new() };
    let text = String::from_utf8_lossy(&text);
    text.contains(API_VERSION) && services.iter().any(|service| text.contains(service.as_str()))
}
