//! Documents of ours whose service nobody can read, so that each may be the one that a service beside it lacks.

use crate::{
    document::source::folder,
    finding::Finding,
    review::{Member, Review},
    rule::{DANGLING_REFERENCE, REVIEW_INCOMPLETE, Subject},
};

/// The place where a document names its specification.
const SPECIFICATION: &str = "/spec/servingSpec";

/// Those of a run, by their number: most runs have none.
#[derive(Debug)]
pub(super) struct NamelessDocuments(Vec<usize>);

impl NamelessDocuments {
    pub(super) fn of(members: &[Member]) -> Self {
        let all = members.iter().enumerate();
        let nameless = all.filter(|(_, member)| is_ours(member) && member.service().is_none());
        Self(nameless.map(|(index, _)| index).collect())
    }

    /// Those in a folder with the documents of a review.
    pub(super) fn beside(&self, review: &Review, members: &[Member]) -> Vec<usize> {
        let of = |index: &usize| members.get(*index);
        let own = review.documents().filter_map(|(_, index)| of(&index));
        let own: Vec<&Member> = own.filter(|member| is_ours(member)).collect();
        let is_beside = |index: &&usize| {
            let is_near = |member| own.iter().any(|other| are_beside(member, other));
            of(index).is_some_and(is_near)
        };
        self.0.iter().filter(is_beside).copied().collect()
    }
}

/// True for what is said of a document that is missing: it may be there and not be readable.
pub(super) fn says_missing(finding: &Finding) -> bool {
    let is_reference =
        finding.rule == DANGLING_REFERENCE && finding.place.pointer.to_string() == SPECIFICATION;
    finding.rule == REVIEW_INCOMPLETE || is_reference
}

fn is_ours(member: &Member) -> bool {
    member.subject != Subject::Artifact && member.subject.own().is_none()
}

fn are_beside(one: &Member, other: &Member) -> bool {
    one.project.root == other.project.root
        && folder(&one.document.source.path) == folder(&other.document.source.path)
}
