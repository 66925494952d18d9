//! What is not known in the manifests of a review, and what therefore cannot be said.

use crate::{
    check::note,
    document::{Pointer, Step},
    finding::{NotChecked, Topic, Violation},
    manifest::{UnknownValue, UnknownWhy},
    review::{Member, Review},
    units::first_named,
};
use std::collections::{BTreeMap, BTreeSet};

/// So many rules are named that were left out.
const NAMED: usize = 5;

/// The values of a review that are not known.
pub(super) struct Doubts<'r> {
    review: &'r Review,
    members: &'r [Member],
}

impl<'r> Doubts<'r> {
    pub(super) fn of(review: &'r Review, members: &'r [Member]) -> Self {
        Self { review, members }
    }

    /// True where a violation speaks of a value that is not known, or says that it is missing.
    pub(super) fn touch(&self, violation: &Violation) -> bool {
        let own = self.unknown_at(&violation.at);
        let is_own = own.iter().any(|(unknown, at)| {
            unknown.hides(at)
                || (unknown.unfit && at.contains(&unknown.at) && names(violation, unknown))
        });
        is_own
            || violation.related.iter().any(|(at, _)| {
                let related = self.unknown_at(at);
                related
                    .iter()
                    .any(|(unknown, at)| unknown.unfit && unknown.hides(at))
            })
    }

    /// What is not known in the document that a path leads to, and the path in there.
    fn unknown_at(&self, at: &Pointer) -> Vec<(&'r UnknownValue, Pointer)> {
        // Not by `locate`, which leads what belongs to no document to the name of the first.
        let mut documents = self.review.documents();
        let Some((root, index)) = documents.find(|(root, _)| root.contains(at)) else {
            return Vec::new();
        };
        let at = at.skip(root.steps().len());
        let member = self.members.get(index);
        let unknown = member.map_or(&[][..], |member| member.unknown.as_slice());
        let mut found = Vec::new();
        for value in unknown {
            found.push((value, at.clone()));
        }
        found
    }

    /// One line for each placeholder of a file, and one for what its schema refuses.
    pub(super) fn notes(&self, left_out: &[Violation]) -> Vec<NotChecked> {
        let mut notes = Vec::new();
        for part in &self.review.artifacts {
            let Some(member) = self.members.get(part.member) else {
                continue;
            };
            let mut places: BTreeMap<&UnknownWhy, Vec<&Pointer>> = BTreeMap::new();
            for unknown in &member.unknown {
                places.entry(&unknown.why).or_default().push(&unknown.at);
            }
            let file = Topic::File(member.document.source.name.clone());
            for (why, places) in places {
                notes.push(note(file.clone(), reason(why, &places, left_out)));
            }
        }
        notes
    }
}

/// True where the message names the field of a value that is not known.
fn names(violation: &Violation, unknown: &UnknownValue) -> bool {
    match unknown.at.steps().last() {
        Some(Step::Key(key)) => violation.message.contains(key.as_str()),
        _ => true,
    }
}

fn reason(why: &UnknownWhy, places: &[&Pointer], left_out: &[Violation]) -> String {
    let texts = Vec::from_iter(places.iter().map(|at| format!("`{at}`")));
    let places = first_named(&texts, NAMED);
    match why {
        UnknownWhy::Placeholder(name) => {
            format!("`{name}` is a placeholder; not judged: {places}")
        }
        UnknownWhy::Encrypted => format!("encrypted with SOPS; not judged: {places}"),
        UnknownWhy::Refused => {
            let rules: BTreeSet<String> = left_out
                .iter()
                .map(|violation| format!("`{}`", violation.rule))
                .collect();
            let rules = Vec::from_iter(rules);
            let left_out = match rules.is_empty() {
                true => String::new(),
                false => format!("; left out: {}", first_named(&rules, NAMED)),
            };
            format!("the schema refuses {places}; what depends on it is not judged{left_out}")
        }
    }
}
