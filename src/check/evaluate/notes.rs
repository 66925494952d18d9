//! What is said of a service beside its findings: what was not read, and what files leave open.

use crate::{
    check::{judge, note},
    disk::OnDisk,
    facts::Gap,
    finding::{NotChecked, Topic},
    review::{self, Member, Review},
    rule::Subject,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is said of a service that consists of manifests.
pub(in crate::check) const WITHOUT_SPECIFICATION: &str =
    "no ServingSpec: only its manifests were judged";

/// The same where documents of kinds of the team are there as well, or alone.
const WITHOUT_SPECIFICATION_OWN: &str =
    "no ServingSpec: only its manifests and its documents of declared kinds were judged";
const WITHOUT_SPECIFICATION_ALONE: &str =
    "no ServingSpec: only its documents of declared kinds were judged";

/// Claims that a note names.
const SHOWN_CLAIMS: usize = 5;

/// The service, by a name that is not too long to be shown.
pub(super) fn subject(service: &str) -> Topic {
    Topic::Service(judge::name(service))
}

/// Which documents keep the others from being compared, or take no part themselves.
pub(super) fn broken(review: &Review, members: &[&Member]) -> Vec<NotChecked> {
    let mut notes = Vec::new();
    let mut first = None;
    for member in members.iter().filter(|member| member.broken) {
        let file = &member.document.source.name;
        if member.kind().is_none() {
            // One reason is enough for all of them.
            first = first.or(Some(file));
            continue;
        }
        notes.push(format!(
            "{file} was not compared with the rest, because it does not fit its schema"
        ));
    }
    notes.extend(first.map(|file| {
        format!("its documents were not compared, because {file} does not fit its schema")
    }));
    notes
        .into_iter()
        .map(|reason| note(subject(&review.service), reason))
        .collect()
}

/// What the documents point at and nobody opened.
pub(super) fn unread(review: &Review, members: &[&Member]) -> Vec<NotChecked> {
    let review::Unread { remote, supporting } = review.unread(members);
    let mut notes = Vec::new();
    notes.extend(counted(
        &review.service,
        remote.len(),
        ["remote evidence reference", "remote evidence references"],
        "nothing is fetched, so what is there is not known",
    ));
    notes.extend(counted(
        &review.service,
        supporting.len(),
        [
            "file that supports a decision or an assumption",
            "files that support decisions or assumptions",
        ],
        "existence and checksum were checked, and the days and latencies of load tests compared; values are compared for checklist items, the throughput of a replica, and ratings with a `claim`",
    ));
    if review.serving.is_none() && review.decisions.is_empty() && review.checklists.is_empty() {
        let reason = match (review.own.is_empty(), review.artifacts.is_empty()) {
            (true, _) => WITHOUT_SPECIFICATION,
            (false, true) => WITHOUT_SPECIFICATION_ALONE,
            (false, false) => WITHOUT_SPECIFICATION_OWN,
        };
        notes.push(note(subject(&review.service), reason));
    }
    if review.cut {
        let reason = "more manifests are tied to it than are read together; the rest was not compared with it";
        notes.push(note(subject(&review.service), reason));
    }
    // What is not there at all is an error, and says so.
    let spec = members
        .iter()
        .find(|member| member.subject == Subject::ServingSpec);
    let is_there = |path: &str| spec.is_some_and(|spec| spec.project.root.join(path).holds_file());
    for declared in &review.declared {
        if declared.documents == 0 && is_there(&declared.path) {
            let path = &declared.path;
            let reason = format!("artifact `{path}`: it holds no manifest that could be read");
            notes.push(note(subject(&review.service), reason));
        }
    }
    notes
}

/// What is true of so many things; nothing where there are none.
fn counted(service: &str, count: usize, names: [&str; 2], reason: &str) -> Option<NotChecked> {
    let [one, many] = names;
    let name = match count {
        0 => return None,
        1 => one,
        _ => many,
    };
    let reason = format!("{count} {name}: {reason}");
    Some(note(subject(service), reason))
}

/// What evidence leaves open: a line for each file and each thing that it does not tell.
pub(super) fn untold<'g>(service: &str, gaps: impl Iterator<Item = &'g Gap>) -> Vec<NotChecked> {
    let mut claims: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for gap in gaps {
        claims
            .entry((&gap.path, &gap.what))
            .or_default()
            .insert(&gap.claim);
    }
    let mut missing: BTreeMap<(&str, BTreeSet<&str>), Vec<&str>> = BTreeMap::new();
    for ((path, what), claims) in claims {
        missing.entry((path, claims)).or_default().push(what);
    }
    let mut notes = Vec::new();
    for ((path, claims), what) in missing {
        let shown: Vec<&str> = claims.iter().copied().take(SHOWN_CLAIMS).collect();
        let more = match claims.len().saturating_sub(SHOWN_CLAIMS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let reason = format!(
            "evidence `{}` does not tell {}: not compared for {}{more}",
            judge::name(path),
            what.join("; "),
            shown.join(", ")
        );
        notes.push(note(subject(service), reason));
    }
    notes
}
