//! What the base of a change adds to what rules see: what stood there, and what differs from it.

use super::{super::notes::subject, Documents, Seen};
use crate::{
    check::{
        change::{self, ServiceChange},
        changed::Changed,
        digest, judge, note,
    },
    document::Node,
    evidence::FileFact,
    finding::{NotChecked, Topic},
    review::{Group, Member, OutdatedVerdict, Review},
    units,
};
use std::collections::BTreeMap;

impl Seen<'_> {
    /// What of a service was not compared with the base.
    pub(in crate::check) fn uncompared(&self, review: &Review) -> Vec<NotChecked> {
        let service = review.serving.and_then(|index| self.changes.get(&index));
        let gaps = service.map(ServiceChange::notes).unwrap_or_default();
        let of = |gap| note(subject(&review.service), gap);
        gaps.into_iter().map(of).collect()
    }

    /// The verdicts that a change brings where no revision has a say in whose they are: their names are taken as they
    /// are written, and so is the digest beside them.
    pub(in crate::check) fn new_words(&self, review: &Review) -> Vec<NotChecked> {
        let Some(changed) = self.changed.filter(|_| !self.has_base()) else {
            return Vec::new();
        };
        let Some(revision) = changed.revision() else {
            return Vec::new();
        };
        let mut notes = Vec::new();
        for index in &review.checklists {
            let member = self.loaded.members.get(*index);
            let Some(member) = member.filter(|member| !changed.stood(member)) else {
                continue;
            };
            let by = digest::verdict(member).and_then(|said| said.get("by")?.as_str());
            if let Some(by) = by {
                let by = judge::name(by);
                let reason = format!(
                    "whether `{by}` gave the verdict, which is not that of `{revision}`: `--since` takes it as it is written, and `--policy-from` asks for proof"
                );
                let name = member.document.source.name.clone();
                notes.push(note(Topic::File(name), reason));
            }
        }
        notes
    }

    /// Tells the checklists whose verdict stands as it was what changed under it.
    pub(super) fn see_changes(&self, group: &Group, documents: &mut Documents) {
        let Some(changed) = self.changed else { return };
        let mut files = None;
        for index in &group.members {
            let (Some(document), Some(member)) =
                (documents.get_mut(index), self.loaded.members.get(*index))
            else {
                continue;
            };
            if self.unproven.is_approved(*index) || member.broken || !changed.stood(member) {
                continue;
            }
            let files = files.get_or_insert_with(|| changed.differing(group, &self.loaded.members));
            document.changed = files.iter().cloned().collect();
        }
    }

    /// The day to which the age of a checklist's evidence counts, where that is not today: that of a human
    /// verdict over these very inputs which the base has already.
    pub(super) fn ages_to(&self, member: &Member, inputs: Option<&str>) -> Option<i64> {
        let verdict = digest::verdict(member)?;
        let text = |key| verdict.get(key).and_then(Node::as_str);
        let is_given = matches!(text("decision"), Some("go" | "go-with-conditions"));
        let is_over_these = text("inputs").is_some() && text("inputs") == inputs;
        let day = units::day_number(text("date")?)?;
        let is_past = self.day.is_some_and(|today| day <= today);
        let is_held = || self.changed.is_some_and(|changed| changed.has_held(member));
        (is_given && is_over_these && is_past && member.is_whole() && is_held()).then_some(day)
    }

    /// The evidence that stands as it did at the base. Each file is hashed for it, so only where something else changed.
    pub(super) fn older(
        &self,
        review: &Review,
        service: Option<&ServiceChange>,
        files: &BTreeMap<String, FileFact>,
    ) -> Vec<String> {
        let differs = service.is_some_and(ServiceChange::differs);
        match (self.changed, review.spec(&self.loaded.members)) {
            (Some(changed), Some(spec)) if differs => {
                change::older(changed, &spec.project.root, files.keys())
            }
            _ => Vec::new(),
        }
    }

    /// The verdicts that stand as they were while something else changed.
    pub(super) fn outdated(&self, review: &Review, documents: &Documents) -> Vec<OutdatedVerdict> {
        let changes = self.changed.and_then(Changed::changes);
        let mut outdated = Vec::new();
        for (checklist, index) in review.checklists.iter().enumerate() {
            let changed = documents.get(index).map(|document| &document.changed);
            if let Some(changed) = changed.filter(|changed| !changed.is_empty()) {
                outdated.push(OutdatedVerdict {
                    checklist,
                    since: changes.map_or_else(String::new, |changes| changes.revision.clone()),
                    changed: units::first_named(changed, 3),
                });
            }
        }
        outdated
    }
}
