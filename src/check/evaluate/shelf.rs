//! The manifests of a run as rules see them, each for as long as a service needs it.

use super::manifests::{Manifest, SeenRuntimes};
use crate::{
    held::HeldValue,
    review::{Group, Member},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The manifests that take part in reviews, by member: several services may share one. Each is made when the first of
/// them asks for it, and dropped after the last, because the values of a whole repository take more room than its trees.
pub(super) struct ManifestShelf<'m> {
    members: &'m [Member],
    runtimes: SeenRuntimes,
    slots: BTreeMap<usize, ManifestSlot>,
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
        }
    }

    /// The manifest of this member; `None` for what is none, or takes part in no review.
    pub(super) fn get(&self, index: usize) -> Option<Arc<Manifest>> {
        self.slots.get(&index)?.get(|| self.make(index))
    }

    fn make(&self, index: usize) -> Option<Arc<Manifest>> {
        let member = self.members.get(index)?;
        let runtime = self.runtimes.of(index, self.members);
        Manifest::of(member, &runtime).map(Arc::new)
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
