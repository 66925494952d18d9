//! The manifests of a run as rules see them, each for as long as a service needs it.

use super::manifests::{Manifest, SeenRuntimes};
use crate::{
    check::CheckMemory,
    held::HeldValue,
    recall::Recall,
    review::{Group, Member},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::Hash,
    sync::Arc,
};

/// The manifests that take part in reviews, by member: several services may share one. Each is made when the first of
/// them asks for it, and dropped after the last, because the values of a whole repository take more room than its trees.
pub(super) struct ManifestShelf<'m> {
    members: &'m [Member],
    runtimes: SeenRuntimes,
    slots: BTreeMap<usize, ManifestSlot>,
    memory: Option<Arc<ManifestMemory>>,
}

/// Manifests of so many bytes are remembered: as rules see them, they take some ten times as much.
const MOST_TEXT: usize = 4 << 20;

/// What rules saw of manifests that follow from the text of their file alone.
pub(in crate::check) struct ManifestMemory(Recall<Arc<Manifest>>);

impl std::fmt::Debug for ManifestMemory {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

impl Default for ManifestMemory {
    fn default() -> Self {
        Self(Recall::new(MOST_TEXT))
    }
}

impl ManifestMemory {
    fn manifest(
        &self,
        member: &Member,
        make: impl FnOnce() -> Option<Arc<Manifest>>,
    ) -> Option<Arc<Manifest>> {
        let document = &member.document;
        let source = &document.source;
        let key = self.0.key(|hash| {
            let kind = member.kind().map(|kind| kind.name);
            (kind, &source.path, document.index, document.root.span).hash(hash);
            source.text.hash(hash);
        });
        if let Some(known) = self.0.get(&key) {
            return Some(known);
        }
        let made = make()?;
        self.0.keep(key, Arc::clone(&made), source.text.len());
        Some(made)
    }
}

/// A manifest while services are left that have it; `None` for what is none.
type ManifestSlot = HeldValue<Option<Arc<Manifest>>>;

impl<'m> ManifestShelf<'m> {
    pub(super) fn new(groups: &[Group], members: &'m [Member]) -> Self {
        let mut slots: BTreeMap<usize, ManifestSlot> = BTreeMap::new();
        for group in groups {
            for index in manifests_of(group) {
                slots.entry(index).or_default().expect();
            }
        }
        Self {
            members,
            runtimes: SeenRuntimes::of_groups(groups),
            slots,
            memory: None,
        }
    }

    /// The same with what was seen before.
    pub(super) fn remembered(self, memory: Option<&CheckMemory>) -> Self {
        Self {
            memory: memory.map(CheckMemory::manifests),
            ..self
        }
    }

    /// The manifest of this member; `None` for what is none, or takes part in no review.
    pub(super) fn get(&self, index: usize) -> Option<Arc<Manifest>> {
        self.slots.get(&index)?.get(|| self.make(index))
    }

    fn make(&self, index: usize) -> Option<Arc<Manifest>> {
        let member = self.members.get(index)?;
        let runtime = self.runtimes.of(index, self.members);
        let make = || Manifest::of(member, &runtime).map(Arc::new);
        match &self.memory {
            Some(memory) if runtime.is_none() && Manifest::follows_from_its_text(member) => {
                memory.manifest(member, make)
            }
            _ => make(),
        }
    }

    /// Drops what only this service needed, which was judged. To be called once for each.
    pub(super) fn release(&self, group: &Group) {
        for index in manifests_of(group) {
            if let Some(slot) = self.slots.get(&index) {
                slot.release();
            }
        }
    }
}

/// Each once, however many reviews of the service have it.
fn manifests_of(group: &Group) -> BTreeSet<usize> {
    group.manifests().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::{Part, Review};

    fn group(manifests: &[usize]) -> Group {
        let part = |member: &usize| Part {
            member: *member,
            role: String::new(),
            declared: false,
            runtime: None,
        };
        let review = Review {
            artifacts: manifests.iter().map(part).collect(),
            ..Review::default()
        };
        Group {
            reviews: vec![review],
            ..Group::default()
        }
    }

    #[test]
    fn a_manifest_is_held_until_the_last_service_that_has_it_is_judged() {
        let groups = [group(&[0, 0, 1]), group(&[1])];
        let shelf = ManifestShelf::new(&groups, &[]);
        let held = |index: usize| shelf.slots[&index].is_made();
        assert!(
            !held(0) && !held(1),
            "nothing is made before it is asked for"
        );
        for index in [0, 1] {
            assert!(shelf.get(index).is_none(), "there is no such member");
            assert!(held(index));
        }
        shelf.release(&groups[0]);
        assert!(!held(0) && held(1));
        shelf.release(&groups[1]);
        assert!(!held(1));
    }
}
