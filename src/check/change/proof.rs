//! Which evidence a change leaves as it was, and when the base measured.

use super::{super::changed::Changed, ServiceChange, touches};
use crate::{
    check::loosened,
    disk::{self, OnDisk},
    document::{Node, Spot},
    evidence::{self, Evidence, EvidenceRequest, FileFact},
    facts::{self, change::ChangeTopic, references::reference},
    git::Changes,
    review::{MeasuredItem, Member, Review},
    rule::Subject,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// The paths of evidence that the base has with the same content, there or under another name.
pub(in crate::check) fn older<'p>(
    changed: &Changed,
    root: &Path,
    paths: impl Iterator<Item = &'p String>,
) -> Vec<String> {
    let Some(changes) = changed.changes() else {
        return Vec::new();
    };
    let is_older = |path: &&String| {
        let real = FileFact::locate(root, path);
        real.is_ok_and(|real| {
            changes.had(&real) && changes.keeps(&real) || changes.had_content(&real)
        })
    };
    paths.filter(is_older).cloned().collect()
}

/// When the items that new entries name for a changed subject were measured at the base, the last time.
pub(super) fn measured(
    service: &ServiceChange,
    changed: &Changed,
    review: &Review,
    members: &[Member],
) -> Vec<MeasuredItem> {
    let (Some(changes), Some(spec)) = (changed.changes(), review.spec(members)) else {
        return Vec::new();
    };
    let wanted = named(service, &spec.document.root);
    if wanted.is_empty() {
        return Vec::new();
    }
    let root = &spec.project.root;
    let mut references: BTreeMap<&str, Vec<(PathBuf, &Node)>> = BTreeMap::new();
    for list in checklists_before(changed, review, members) {
        for item in Spot::root(list).items_at(&["spec", "items"]) {
            let Some(id) = item.text_at(&["id"]).filter(|id| wanted.contains(id)) else {
                continue;
            };
            for entry in item.items_at(&["evidence"]) {
                let path = reference(entry.value).map(|known| place(root, known.path));
                references
                    .entry(id)
                    .or_default()
                    .extend(path.map(|path| (path, entry.value)));
            }
        }
    }
    let files = references.values().flatten().map(|(path, _)| path.clone());
    let held = contents(changes, &files.collect());
    let mut found = Vec::new();
    for (item, references) in references {
        let runs = references.iter().filter_map(|(path, entry)| {
            let known = reference(entry)?;
            let request = EvidenceRequest {
                format: known.format,
                select: known.select,
            };
            let read = evidence::read_each(held.get(path)?.clone(), &[request]);
            start(item, &read.into_iter().next()?.ok()?)
        });
        let last =
            runs.max_by(|a, b| (a.started_day, &a.started_at).cmp(&(b.started_day, &b.started_at)));
        found.extend(last);
    }
    found
}

/// When a run began, as far as its file tells.
fn start(item: &str, run: &Evidence) -> Option<MeasuredItem> {
    let (started_day, started_locally) = facts::started(run);
    Some(MeasuredItem {
        item: item.to_owned(),
        started_at: run.started_at.clone()?,
        started_day: started_day?,
        started_locally,
    })
}

/// Where a path of a document leads.
fn place(root: &Path, path: &str) -> PathBuf {
    root.join(path.split('#').next().unwrap_or(path))
}

/// The ids of items that new entries name for what is measured.
fn named<'s>(service: &ServiceChange, spec: &'s Node) -> BTreeSet<&'s str> {
    let topics: BTreeSet<&str> = service
        .facts
        .iter()
        .filter(|fact| fact.subject)
        .map(|fact| ChangeTopic::word(fact.what))
        .collect();
    let entries = Spot::root(spec).items_at(&["spec", "change", "entries"]);
    let mut ids = BTreeSet::new();
    for (at, entry) in entries.iter().enumerate() {
        let what = entry.text_at(&["what"]);
        if what.is_some_and(|what| topics.contains(what)) && !service.stale.contains(&at) {
            let items = entry.items_at(&["provenBy"]);
            ids.extend(items.iter().filter_map(Spot::text));
        }
    }
    ids
}

/// The checklists of a service at the base.
fn checklists_before<'b>(
    changed: &'b Changed,
    review: &Review,
    members: &'b [Member],
) -> Vec<&'b Node> {
    let past = loosened::documents_before(changed.past(), review, members).into_iter();
    let past = past.filter(|past| past.subject == Subject::VerificationChecklist);
    let here = review.checklists.iter().filter_map(|at| members.get(*at));
    let here = here.filter(|member| !touches(changed, member));
    past.map(|past| &past.node)
        .chain(here.map(|member| &member.document.root))
        .collect()
}

/// What the files held at the revision.
fn contents(changes: &Changes, files: &BTreeSet<PathBuf>) -> BTreeMap<PathBuf, Vec<u8>> {
    // Whoever cannot read the revision has been told so.
    let past = changes
        .past(&|path| files.contains(path))
        .unwrap_or_default();
    let mut held: BTreeMap<PathBuf, Vec<u8>> = past
        .into_iter()
        .filter_map(|past| Some((past.path, past.bytes?)))
        .collect();
    for file in files {
        let is_large = file
            .look()
            .is_ok_and(|file| file.len() > evidence::MAX_EVIDENCE_BYTES as u64);
        if !held.contains_key(file) && changes.keeps(file) && !is_large {
            held.extend(disk::read(file).ok().map(|bytes| (file.clone(), bytes)));
        }
    }
    held
}
