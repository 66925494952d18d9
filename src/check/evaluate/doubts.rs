//! What is not known in a document or in those of a review, and what therefore cannot be said.

use super::{
    leaves::{HeldViolation, LeafAnswers, says},
    notes::subject,
};
use crate::{
    check::note,
    document::{Pointer, Step},
    finding::{NotChecked, Topic, Violation},
    manifest::{Guess, UnknownValue, UnknownWhy},
    policy::Evaluation,
    review::{Member, Review},
    units::first_named,
};
use std::collections::{BTreeMap, BTreeSet};

/// So many rules are named that were left out.
const NAMED: usize = 5;

/// So many names are tried in the place of a value that is not known.
const MOST_GUESSED: usize = 24;

/// An entry of a list, such as `/spec/items/0`: what is said about it may rest on any part of it.
const ENTRY: usize = 3;

/// The values that are not known in what rules see together.
pub(super) struct Doubts<'r> {
    /// The documents, by the paths that rules know them by.
    documents: Vec<(Pointer, &'r Member)>,
    /// The service that they are compared for; `None` for a document by itself.
    service: Option<&'r str>,
}

impl<'r> Doubts<'r> {
    /// Those of a review.
    pub(super) fn of(review: &'r Review, members: &'r [Member]) -> Self {
        let documents = review.documents();
        let documents = documents.filter_map(|(root, index)| Some((root, members.get(index)?)));
        Self {
            documents: documents.collect(),
            service: Some(&review.service),
        }
    }

    /// Those of one document.
    pub(super) fn alone(index: usize, members: &'r [Member]) -> Self {
        let member = members.get(index);
        Self {
            documents: member
                .map(|member| (Pointer::default(), member))
                .into_iter()
                .collect(),
            service: None,
        }
    }

    /// True where rules must not see something.
    fn are_guessed(&self) -> bool {
        let mut members = self.documents.iter();
        members.any(|(_, member)| member.is_partly_unfit())
    }

    /// True where they must not see something in a document of ours.
    pub(super) fn are_of_ours(&self) -> bool {
        let mut members = self.documents.iter();
        members.any(|(_, member)| member.kind().is_none() && member.is_partly_unfit())
    }

    /// Takes out what rules say of values that are not known, and what they do not say, or in other words, with another
    /// value there; returns what was taken out. `answer` gives what they say with a guess, of which there are so many
    /// `samples`.
    pub(super) fn leave_out(
        &self,
        evaluation: &mut Evaluation,
        samples: impl FnOnce() -> usize,
        answer: impl Fn(Guess<'_>) -> Evaluation,
    ) -> Vec<Violation> {
        // Of most services everything is known.
        let mut members = self.documents.iter();
        if members.all(|(_, member)| member.unknown.is_empty()) {
            return Vec::new();
        }
        let samples = match self.are_guessed() {
            true => samples(),
            false => 0,
        };
        let mut left_out = evaluation.violations.clone();
        let violations = &mut evaluation.violations;
        violations.retain(|violation| !self.hide(violation));
        let is_of_ours = self.are_of_ours();
        for at in 0..samples {
            hold_against(violations, is_of_ours, || answer(Guess::Sample(at)));
        }
        let names = match is_of_ours {
            true => named(violations),
            false => Vec::new(),
        };
        for at in 0..names.len() {
            hold_against(violations, is_of_ours, || answer(Guess::Named(&names, at)));
        }
        left_out.retain(|violation| !violations.contains(violation));
        left_out
    }

    /// Takes out what holds under no leaf by which the manifests are applied.
    pub(super) fn leave_out_layered(
        &self,
        evaluation: &mut Evaluation,
        mut answers: LeafAnswers<'_>,
    ) -> LayeredOut {
        let mut out = LayeredOut::default();
        let members = || self.documents.iter().map(|(_, member)| *member);
        if members().all(|member| member.layers.is_empty()) {
            return out;
        }
        // Where a layer decides the very place, other words are about another value; elsewhere it may change the
        // numbers of what stays true.
        let strict = self.are_of_ours();
        for violation in std::mem::take(&mut evaluation.violations) {
            let found = self.in_document(&violation.at);
            let of = found.as_ref().map(|(member, at)| (*member, at));
            match answers.holder(&violation, of, members(), strict) {
                Ok(leaf) => {
                    out.held.extend(leaf.map(|leaf| HeldViolation {
                        rule: violation.rule.to_string(),
                        at: violation.at.clone(),
                        leaf: leaf.clone(),
                    }));
                    evaluation.violations.push(violation);
                }
                Err(()) => out.left_out.push(violation),
            }
        }
        out
    }

    /// True where a violation speaks of a value that nobody knows, or says that it is missing.
    pub(super) fn hide(&self, violation: &Violation) -> bool {
        let own = self.unknown_at(&violation.at);
        let is_own = own.iter().any(|(unknown, at)| {
            unknown.hides(at)
                || (unknown.unfit && at.contains(&unknown.at) && names(violation, unknown))
        });
        is_own
            || violation.related.iter().any(|(at, _)| {
                let related = self.unknown_at(at);
                related.iter().any(|(unknown, at)| {
                    let is_within = at.steps().len() >= ENTRY && at.contains(&unknown.at);
                    unknown.unfit && (unknown.hides(at) || is_within)
                })
            })
    }

    /// The document that a path leads to, and the path in there.
    fn in_document(&self, at: &Pointer) -> Option<(&'r Member, Pointer)> {
        // Not by `locate`, which leads what belongs to no document to the name of the first.
        let mut documents = self.documents.iter();
        let (root, member) = documents.find(|(root, _)| root.contains(at))?;
        Some((member, at.skip(root.steps().len())))
    }

    /// What is not known in the document that a path leads to, and the path in there.
    fn unknown_at(&self, at: &Pointer) -> Vec<(&'r UnknownValue, Pointer)> {
        let Some((member, at)) = self.in_document(at) else {
            return Vec::new();
        };
        let unknown = member.unknown.as_slice();
        let mut found = Vec::new();
        for value in unknown {
            found.push((value, at.clone()));
        }
        found
    }

    /// One line for each placeholder of a file, and one for what its schema refuses; of a review, one for what it
    /// loses by its documents of ours, which have told what is refused.
    pub(super) fn notes(&self, left_out: &[Violation]) -> Vec<NotChecked> {
        let mut notes = Vec::new();
        let mut partly = Vec::new();
        for (_, member) in &self.documents {
            let name = &member.document.source.name;
            let is_told = self.service.is_none() || member.kind().is_some();
            match is_told {
                _ if member.broken => {}
                true => notes.extend(of_file(member, left_out)),
                false if member.is_partly_unfit() => partly.push(format!("`{name}`")),
                false => {}
            }
        }
        if let Some(service) = self
            .service
            .filter(|_| !partly.is_empty() && !left_out.is_empty())
        {
            let files = first_named(&partly, NAMED);
            let reason = format!(
                "compared without what schemas refuse in {files}{}",
                rules(left_out)
            );
            notes.push(note(subject(service), reason));
        }
        notes
    }
}

fn of_file(member: &Member, left_out: &[Violation]) -> Vec<NotChecked> {
    let mut places: BTreeMap<&UnknownWhy, Vec<&Pointer>> = BTreeMap::new();
    for unknown in &member.unknown {
        places.entry(&unknown.why).or_default().push(&unknown.at);
    }
    let file = Topic::File(member.document.source.name.clone());
    let note = |(why, places): (&UnknownWhy, Vec<&Pointer>)| {
        note(file.clone(), reason(why, &places, left_out))
    };
    places.into_iter().map(note).collect()
}

/// Keeps what is said as well with a guess; in the same words where it is `strict`.
fn hold_against(
    violations: &mut Vec<Violation>,
    strict: bool,
    answer: impl FnOnce() -> Evaluation,
) {
    // Each costs another answer of all rules.
    if violations.is_empty() {
        return;
    }
    let other = answer();
    violations.retain(|own| says(&other, own, strict));
}

/// What layers take away from what is said of a review, and what stays in spite of them.
#[derive(Default)]
pub(super) struct LayeredOut {
    pub(super) left_out: Vec<Violation>,
    pub(super) held: Vec<HeldViolation>,
}

/// The names that messages quote: one of them may be what a value that nobody knows says.
fn named(violations: &[Violation]) -> Vec<String> {
    let mut names = BTreeSet::new();
    for violation in violations {
        let quoted = violation.message.split('`').skip(1).step_by(2);
        names.extend(quoted.take(NAMED).map(str::to_owned));
    }
    names.into_iter().take(MOST_GUESSED).collect()
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
        UnknownWhy::Refused => format!(
            "the schema refuses {places}; what depends on it is not judged{}",
            rules(left_out)
        ),
    }
}

fn rules(left_out: &[Violation]) -> String {
    let rules = left_out
        .iter()
        .map(|violation| format!("`{}`", violation.rule));
    let rules = Vec::from_iter(rules.collect::<BTreeSet<_>>());
    match rules.is_empty() {
        true => String::new(),
        false => format!("; left out: {}", first_named(&rules, NAMED)),
    }
}
