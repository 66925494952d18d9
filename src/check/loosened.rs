//! What a change relaxes: targets, thresholds, gates and risks of a service, compared with what they
//! were at the base.
//!
//! Owns [`Past`](PastDocument) documents and [`compare`], which takes those of the base and those at
//! hand and answers with each value that asks for less than before. It knows no git and no rule: who may
//! clear what it finds is for its caller.
//!
//! Entries are the same by their id or name, wherever they stand. A renamed one is known by what it is
//! about, so that a new revision with other names is compared and not called a removal.

mod artifacts;
mod claims;
mod conditions;
mod entry;
mod items;
mod manifests;
mod metrics;
mod steps;
mod tables;

use crate::{
    document::{Node, Pointer, Spot, source::real_path},
    manifest::{Guess, Kind},
    review::{Member, Review, service_of},
    rule::Subject,
    units,
};
use entry::{Entries, Side};

pub(super) use manifests::before as manifest_before;
use std::{collections::BTreeSet, path::PathBuf};

/// A document as it was at the base.
#[derive(Debug)]
pub(super) struct PastDocument {
    /// The root of its project.
    pub root: PathBuf,
    /// Its file, without links.
    pub path: PathBuf,
    pub subject: Subject,
    /// Of a manifest.
    pub kind: Option<&'static Kind>,
    pub node: Node,
}

/// One value that asks for less than it did.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Loosened {
    /// The member at hand that holds it, or held it.
    pub member: usize,
    /// Where, in that document.
    pub at: Pointer,
    /// What it belongs to, such as ``item `LOAD-1` ``.
    pub owner: String,
    /// Its path in there, such as `threshold`; empty for the whole.
    pub key: String,
    /// As it was at the base.
    pub before: String,
    /// As it is; `None` where it is gone.
    pub after: Option<String>,
    /// True where nobody can tell from the values whether it asks for less.
    pub unknown: bool,
}

impl Loosened {
    /// What a finding says, with both values.
    pub(super) fn message(&self) -> String {
        let Self {
            owner,
            key,
            before,
            after,
            unknown,
            ..
        } = self;
        let was = match (key.is_empty(), before.is_empty()) {
            (_, true) => String::new(),
            (true, false) => format!("; it had {before}"),
            (false, false) => format!("; it was `{before}`"),
        };
        match after {
            _ if key.is_empty() => format!("{owner} is gone{was}"),
            Some(after) if *unknown => {
                format!(
                    "{owner} changes `{key}` to `{after}`{was}; whether it asks for less is unknown"
                )
            }
            Some(after) => format!("{owner} relaxes `{key}` to `{after}`{was}"),
            None => format!("{owner} no longer has `{key}`{was}"),
        }
    }
}

/// What the documents of a review relax compared with `past`, the documents of the base whose files
/// changed or are gone, in the order of the places; and whether the service was in production there.
pub(super) fn compare(
    past: &[PastDocument],
    review: &Review,
    members: &[Member],
) -> (Vec<Loosened>, bool) {
    if past.is_empty() {
        return (Vec::new(), false);
    }
    let own = documents_before(past, review, members);
    let mut found = Vec::new();
    let spec = spec_before(&own, review, members);
    if let (Some(before), Some(index)) = (spec, review.serving) {
        let after = Spot::root(&members[index].document.root);
        let before = Spot::root(&before.node);
        let root = &members[index].project.root;
        found.extend(steps::compare(&before, &after, index));
        found.extend(artifacts::compare(&before, &after, index, root));
    }
    found.extend(items::compare(
        &past_sides(&own, Subject::VerificationChecklist),
        &sides(review, members, Subject::VerificationChecklist),
        &review.names(members, Guess::Absent),
    ));
    found.extend(claims::compare(
        &past_sides(&own, Subject::DecisionLog),
        &sides(review, members, Subject::DecisionLog),
    ));
    for table in tables::LISTS {
        let before: Vec<Side<'_>> = match table.subject {
            Subject::ServingSpec => spec.iter().map(|past| Side::past(&past.node)).collect(),
            subject => past_sides(&own, subject),
        };
        let after = sides(review, members, table.subject);
        let before = Entries::of(table, &before);
        found.extend(entry::compare(table, &before, &Entries::of(table, &after)));
    }
    found.extend(manifests::compare(past, review, members));
    if let Some(index) = review.serving {
        let (spec, root) = (&members[index].document.root, &members[index].project.root);
        let declared = artifacts::files(&Spot::root(spec), root);
        found.extend(manifests::gone(past, &declared, index, members));
    }
    found.retain_mut(|loosened| {
        let member = members.get(loosened.member);
        member.is_none_or(|member| is_left_to_team(loosened, member))
    });
    found.sort_by(|a, b| (a.member, &a.at, &a.key).cmp(&(b.member, &b.at, &b.key)));
    found.dedup();
    let was_live = spec.is_some_and(|past| environment(&past.node) == Some("production"));
    (found, was_live)
}

/// Gives a limit of a checklist that is gone the team's in its place; false where that is no looser.
fn is_left_to_team(loosened: &mut Loosened, checklist: &Member) -> bool {
    if loosened.key != "evidenceMaxAge" || loosened.after.is_some() {
        return true;
    }
    let now = checklist.project.config.policy.evidence_max_age_seconds;
    loosened.after = Some(units::duration_text(now));
    units::duration_seconds(&loosened.before).is_ok_and(|before| before < now)
}

/// The documents of the service at the base. One that the base did not know may be another that was
/// renamed in its files.
pub(super) fn documents_before<'p>(
    past: &'p [PastDocument],
    review: &Review,
    members: &[Member],
) -> Vec<&'p PastDocument> {
    let roots: BTreeSet<&PathBuf> = review
        .members(members)
        .map(|member| &member.project.root)
        .collect();
    let past = || past.iter().filter(|past| roots.contains(&past.root));
    let own = past().filter(|past| past.service() == Some(&review.service));
    let own: Vec<&PastDocument> = own.collect();
    if !own.is_empty() {
        return own;
    }
    let left: BTreeSet<&str> = members.iter().filter_map(Member::service).collect();
    let files: BTreeSet<PathBuf> = review
        .members(members)
        .map(|member| real_path(&member.document.source.path))
        .collect();
    let renamed = past().filter(|past| {
        let service = past.service();
        files.contains(&past.path) && service.is_some_and(|name| !left.contains(name))
    });
    renamed.collect()
}

impl PastDocument {
    /// The service that it names.
    pub(super) fn service(&self) -> Option<&str> {
        service_of(&self.node, self.subject)
    }
}

/// The specification of a review as it was at the base, where its file changed.
pub(super) fn spec_at_base<'p>(
    past: &'p [PastDocument],
    review: &Review,
    members: &[Member],
) -> Option<&'p PastDocument> {
    spec_before(&documents_before(past, review, members), review, members)
}

/// The specification that this one was: that of its environment, or one of an environment that the
/// service no longer has. A service may have a specification for each.
fn spec_before<'p>(
    own: &[&'p PastDocument],
    review: &Review,
    members: &[Member],
) -> Option<&'p PastDocument> {
    let spec = review.spec(members)?;
    let specs = || {
        let own = own.iter().copied();
        own.filter(|past| past.subject == Subject::ServingSpec)
    };
    let same = specs().find(|past| environment(&past.node) == spec.environment());
    let is_left = |past: &&PastDocument| {
        let mut others = members.iter().filter(|member| {
            member.subject == Subject::ServingSpec
                && member.service() == Some(&review.service)
                && member.project.root == past.root
        });
        others.all(|member| member.environment() != environment(&past.node))
    };
    same.or_else(|| specs().find(is_left))
}

fn environment(node: &Node) -> Option<&str> {
    node.at(&["spec", "environment"]).and_then(Node::as_str)
}

fn past_sides<'p>(own: &[&'p PastDocument], subject: Subject) -> Vec<Side<'p>> {
    let of_kind = own.iter().filter(|past| past.subject == subject);
    of_kind.map(|past| Side::past(&past.node)).collect()
}

fn sides<'m>(review: &Review, members: &'m [Member], subject: Subject) -> Vec<Side<'m>> {
    let mut sides = Vec::new();
    for (_, index) in review.documents() {
        if let Some(member) = members
            .get(index)
            .filter(|member| member.subject == subject)
        {
            sides.push(Side::at_hand(&member.document.root, index));
        }
    }
    sides
}
