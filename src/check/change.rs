//! What a change makes of the facts of a service, compared with the base.
//!
//! Owns [`ServiceChange`]: the changed facts of the specification and of the manifests of a review, which entries of
//! `spec.change` are new, and which evidence stands as it did. It judges nothing: what a change needs is for rules and
//! for `servelint diff`.

mod manifests;
mod proof;

pub(super) use proof::older;

use super::{changed::Changed, loosened};
use crate::{
    document::{Node, Pointer, source::real_path},
    facts::change::{self, ChangedFact},
    review::{ChangeFacts, MeasuredItem, Member, Review},
};

/// What the run calls a base that nobody named.
const UNNAMED: &str = "base";

/// What is known of a service at the base.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ChangeState {
    /// It was there, and its facts were compared.
    Compared,
    /// The base did not have it.
    New,
    /// Nobody knows, for this reason.
    Unknown(String),
}

/// A service and its base.
#[derive(Debug, Clone)]
pub(super) struct ServiceChange {
    /// The revision, as it was named.
    pub since: String,
    pub state: ChangeState,
    /// The facts that changed, with places in the review: those of the specification first.
    pub facts: Vec<ChangedFact>,
    /// The places of the entries of `spec.change` that the base has as well.
    pub stale: Vec<usize>,
    /// The numbers of its revision, where they differ.
    pub revision: Option<(String, String)>,
    /// When the items that entries name were measured at the base.
    pub measured: Vec<MeasuredItem>,
    /// What was not compared, and why.
    pub gaps: Vec<String>,
}

impl ServiceChange {
    /// What became of a service since the base; `None` where there is no base, or no specification.
    pub(super) fn of(changed: &Changed, review: &Review, members: &[Member]) -> Option<Self> {
        if changed.changes().is_none() && changed.past().is_empty() {
            return None;
        }
        let spec = review.spec(members)?;
        let since = changed.changes().map(|changes| changes.revision.clone());
        let mut service = Self {
            since: since.unwrap_or_else(|| UNNAMED.to_owned()),
            state: ChangeState::Compared,
            facts: Vec::new(),
            stale: Vec::new(),
            revision: None,
            measured: Vec::new(),
            gaps: Vec::new(),
        };
        match spec_before(changed, review, members, spec) {
            Ok(before) => service.compare((before, spec), changed, review, members),
            Err(state) => service.state = state,
        }
        Some(service)
    }

    fn compare(
        &mut self,
        (before, spec): (&Node, &Member),
        changed: &Changed,
        review: &Review,
        members: &[Member],
    ) {
        let after = &spec.document.root;
        let serving = Pointer::default().key("serving");
        for fact in change::of_spec(before, after) {
            let at = serving.clone().join(&fact.at);
            self.facts.push(ChangedFact { at, ..fact });
        }
        let (facts, gaps) = manifests::compare(before, changed, review, members);
        self.facts.extend(facts);
        self.gaps.extend(gaps);
        let revision = |root: &Node| root.at(&["metadata", "revision"]).and_then(Node::scalar);
        let numbers = revision(before).zip(revision(after));
        self.revision = numbers.filter(|(before, after)| before != after);
        self.stale = stale(before, after);
        if self.facts.iter().any(|fact| fact.subject) {
            self.measured = proof::measured(self, changed, review, members);
        }
    }

    /// True where evidence from before may be about something else.
    pub(super) fn differs(&self) -> bool {
        !self.facts.is_empty() || self.revision.is_some()
    }

    /// What was not compared, in words.
    pub(super) fn notes(&self) -> Vec<String> {
        let since = &self.since;
        let whole = match &self.state {
            ChangeState::Unknown(reason) => {
                Some(format!("changed facts since `{since}`: {reason}"))
            }
            ChangeState::Compared | ChangeState::New => None,
        };
        let gaps = self.gaps.iter();
        let gaps = gaps.map(|gap| format!("changed facts since `{since}` of {gap}"));
        gaps.chain(whole).collect()
    }

    /// What rules see of it; `None` where nothing was compared.
    pub(super) fn facts(&self, older: Vec<String>) -> Option<ChangeFacts> {
        (self.state == ChangeState::Compared).then(|| ChangeFacts {
            since: self.since.clone(),
            facts: self.facts.clone(),
            stale: self.stale.clone(),
            new_revision: self.revision.is_some(),
            older,
            measured: self.measured.clone(),
        })
    }
}

/// The specification of a review as it was at the base.
fn spec_before<'b>(
    changed: &'b Changed,
    review: &Review,
    members: &'b [Member],
    spec: &'b Member,
) -> Result<&'b Node, ChangeState> {
    let path = &spec.document.source.path;
    let mut changes = changed.changes().into_iter();
    if changes.any(|changes| !changes.touch(path)) {
        return Ok(&spec.document.root);
    }
    let since = || {
        changed
            .changes()
            .map_or(UNNAMED, |changes| &changes.revision)
    };
    let found = loosened::spec_at_base(changed.past(), review, members);
    match found {
        Some(past) if changed.unknown().contains(&past.path) => {
            let reason = format!("the specification at `{}` does not parse", since());
            Err(ChangeState::Unknown(reason))
        }
        Some(past) => Ok(&past.node),
        None if changed.is_unread(&spec.project.root) => {
            let reason = format!("a file of its project at `{}` cannot be read", since());
            Err(ChangeState::Unknown(reason))
        }
        None => Err(ChangeState::New),
    }
}

/// The entries of `spec.change` that were there at the base already: they are about what changed then.
fn stale(before: &Node, after: &Node) -> Vec<usize> {
    let entries = |root| Node::at(root, &["spec", "change", "entries"]).map(Node::items);
    let plain = |root| entries(root).unwrap_or_default().iter().map(Node::to_json);
    let known: Vec<_> = plain(before).collect();
    let found = plain(after).enumerate();
    found
        .filter(|(_, entry)| known.contains(entry))
        .map(|(at, _)| at)
        .collect()
}

/// True where the file is not as it was.
fn touches(changed: &Changed, member: &Member) -> bool {
    let path = real_path(&member.document.source.path);
    changed.changes().is_none_or(|changes| changes.touch(&path))
}
