//! What specifications serve, for whoever states what was measured.

use super::{Gathered, LintError, Request, Silent, threads::with_room, trust::Trust};
use crate::{
    document::source::real_path,
    evidence::ServedSubject,
    finding::Report,
    manifest::{self, Guess, facts::ManifestFacts},
    policy::Pack,
    review::{Member, Part, Review},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// A specification with what it serves.
#[derive(Debug)]
pub struct ServedSpec {
    /// Its file, without links.
    pub file: PathBuf,
    /// Where paths start that its documents name, without links.
    pub root: PathBuf,
    /// The files of its manifests, likewise.
    pub manifests: BTreeSet<PathBuf>,
    /// What goes live, as rules compare it with measurements.
    pub subject: ServedSubject,
}

/// Every specification that `request` names and that can be read, in the order of files; where there is none, what the
/// rules say about it.
///
/// # Errors
/// As [`super::run`].
pub fn served(request: &Request, pack: &Pack) -> Result<(Vec<ServedSpec>, Report), LintError> {
    with_room(|| {
        let trust = Trust::of(request)?;
        let mut gathered = Gathered::new(request, &trust, pack, &Silent)?;
        let members = &gathered.loaded.members;
        let reviews = gathered.groups.iter().flat_map(|group| &group.reviews);
        let mut specs = Vec::from_iter(reviews.filter_map(|review| of(review, members)));
        specs.sort_by(|a, b| a.file.cmp(&b.file));
        // Why there is none takes asking the rules.
        let report = match specs.is_empty() {
            true => gathered.report(request, &trust, &Silent)?,
            false => Report::default(),
        };
        Ok((specs, report))
    })
}

fn of(review: &Review, members: &[Member]) -> Option<ServedSpec> {
    let spec = review
        .spec(members)
        .filter(|spec| spec.requested && spec.is_whole())?;
    let mut facts: BTreeMap<usize, ManifestFacts> = BTreeMap::new();
    let mut manifests = BTreeSet::new();
    for part in &review.artifacts {
        let Some(member) = members.get(part.member) else {
            continue;
        };
        let Some(kind) = member.kind().filter(|_| !member.broken) else {
            continue;
        };
        manifests.insert(real_path(&member.document.source.path));
        let root = member.seen(Guess::Absent);
        let known = match &part.runtime {
            Some(joined) => {
                let runtime = &members[joined.member].document.root;
                manifest::derive_with(kind, &root, &joined.pod, runtime)
            }
            None => manifest::derive(kind, &root),
        };
        facts.insert(part.member, known);
    }
    let facts = |part: &Part| facts.get(&part.member);
    Some(ServedSpec {
        file: real_path(&spec.document.source.path),
        root: real_path(&spec.project.root),
        manifests,
        subject: review.served(members, &facts)?,
    })
}
