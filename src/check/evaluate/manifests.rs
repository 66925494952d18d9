//! Manifests as rules see them, and what schemas say of them.

use super::layered;
use crate::{
    check::{judge::Judge, load::Loaded},
    document::Node,
    finding::Finding,
    manifest::{self, Guess, facts::ManifestFacts},
    policy::{self, Value},
    review::{Group, Member},
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What schemas say of manifests, by member: of those that take part in a review, and where the team's
/// own definition refuses something also of those that nothing ties to a service.
pub(super) fn refused(
    groups: &[Group],
    loaded: &Loaded,
    judge: &Judge<'_>,
) -> BTreeMap<usize, Vec<Finding>> {
    let mut told: BTreeSet<usize> = groups.iter().flat_map(Group::manifests).collect();
    for (index, refusals) in &loaded.refusals {
        let is_refused = refusals.iter().any(|refusal| refusal.custom);
        if is_refused && loaded.members[*index].requested {
            told.insert(*index);
        }
    }
    told.retain(|index| loaded.members[*index].kind().is_some());
    told.par_iter()
        .map(|index| {
            let member = &loaded.members[*index];
            // What a layer decides may be right by the time it is applied.
            let mut findings = judge.refused(member, loaded.refusals_of(*index));
            findings.retain(|finding| !layered::is_decided(member, &finding.place.pointer));
            (*index, findings)
        })
        .collect()
}

/// A manifest and its facts.
pub(super) struct Manifest {
    /// As it is, but for what is not known.
    known: (Value, ManifestFacts),
    /// With other values in the place of that.
    pub(super) samples: Vec<(Value, ManifestFacts)>,
}

impl Manifest {
    /// `None` for what is no manifest.
    pub(super) fn of(member: &Member) -> Option<Self> {
        let kind = member.kind()?;
        if member.broken {
            return Some(Self {
                known: (Value::new_object(), ManifestFacts::broken(kind.name)),
                samples: Vec::new(),
            });
        }
        let seen = |root: &Node| {
            let facts = named(manifest::derive(kind, root), kind, member);
            (policy::from_node(root), facts)
        };
        let mut samples = Vec::new();
        for at in 0..member.samples() {
            samples.push(seen(&member.seen(Guess::Sample(at))));
        }
        let known = member.seen(Guess::Absent);
        for root in layered::guesses(member, &known) {
            samples.push(seen(&root));
        }
        Some(Self {
            known: seen(&known),
            samples,
        })
    }

    pub(super) fn with(&self, guess: Guess<'_>) -> &(Value, ManifestFacts) {
        let sample = match guess {
            Guess::Absent => None,
            Guess::Sample(at) => self.samples.get(at),
            Guess::Named(..) => self.samples.first(),
        };
        sample.unwrap_or(&self.known)
    }
}

/// The facts with the name that its folder gives to what has none.
fn named(facts: ManifestFacts, kind: &manifest::Kind, member: &Member) -> ManifestFacts {
    ManifestFacts {
        name: facts.name.or_else(|| {
            let path = &member.document.source.path;
            kind.folder_name(path).map(str::to_owned)
        }),
        ..facts
    }
}
