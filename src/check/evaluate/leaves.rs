//! What holds where a manifest is applied: under at least one leaf that may be production, else under each.

use crate::{
    document::Pointer,
    finding::Violation,
    layer::{LayerChange, LayerLeaf, LayerValue},
    policy::Evaluation,
    review::Member,
};
use std::collections::BTreeMap;

/// So many different guesses are asked about in one review: each asks every rule again.
const MOST_ASKED: usize = 6;

/// The guess at what a review holds under a leaf: of each manifest the tree that it has there, `None` as it stands.
pub(super) type LeafTrees = Vec<Option<usize>>;

/// The leaf that stands for all layers together.
pub(super) const ALL: &str = "";

/// Where a manifest is applied.
pub(super) enum Applied<'m> {
    /// By these leaves, one of which may be production: what holds under one of them holds.
    Any(Vec<&'m LayerLeaf>),
    /// By these, none of which is: what holds under each of them holds.
    Each(Vec<&'m LayerLeaf>),
    /// Nobody knows by which: what holds with all that its layers do holds.
    Somewhere,
    /// By none: each leaf removes it.
    Nowhere,
}

impl<'m> Applied<'m> {
    /// Where one manifest is applied.
    pub(super) fn of(member: &'m Member) -> Self {
        if member.leaves.is_empty() {
            return Self::Somewhere;
        }
        let removed = member.layers.iter().filter(|change| change.removes());
        let removed: Vec<usize> = removed.map(|change| change.by.order).collect();
        let mut present = Vec::from_iter(&member.leaves);
        present.retain(|leaf| !removed.iter().any(|order| leaf.orders.contains(order)));
        let real = present.iter().copied().filter(|leaf| !leaf.is_elsewhere);
        let real = Vec::from_iter(real);
        match (real.is_empty(), present.is_empty()) {
            (false, _) => Self::Any(real),
            (true, false) => Self::Each(present),
            (true, true) => Self::Nowhere,
        }
    }

    /// Where the manifests of a review are applied, for what is said of none of them.
    fn together(members: impl Iterator<Item = &'m Member>) -> Self {
        let (mut any, mut each): (Vec<&LayerLeaf>, Vec<&LayerLeaf>) = (Vec::new(), Vec::new());
        for member in members.filter(|member| !member.layers.is_empty()) {
            match Self::of(member) {
                Self::Any(leaves) => any.extend(leaves),
                Self::Each(leaves) => each.extend(leaves),
                Self::Somewhere => return Self::Somewhere,
                Self::Nowhere => {}
            }
        }
        match (any.is_empty(), each.is_empty()) {
            (false, _) => Self::Any(any),
            (true, false) => Self::Each(each),
            (true, true) => Self::Somewhere,
        }
    }

    /// True where what stands at a path is what layers made of it wherever the manifest is applied.
    pub(super) fn is_decided(&self, member: &Member, at: &Pointer) -> bool {
        let is_own = |leaf: &&LayerLeaf| decides(member, Some(leaf), at);
        match self {
            Self::Any(leaves) => leaves.iter().all(is_own),
            Self::Each(leaves) => leaves.iter().any(is_own),
            Self::Somewhere => decides(member, None, at),
            Self::Nowhere => true,
        }
    }
}

/// True where a layer under a leaf, or any layer without one, decides what stands at a path of a manifest.
pub(super) fn decides(member: &Member, leaf: Option<&LayerLeaf>, at: &Pointer) -> bool {
    let root = &member.document.root;
    changes_under(member, leaf).any(|change| change.decides(root, at))
}

/// True where one of them decides it, and nobody can tell what then stands there.
fn is_unknown(member: &Member, leaf: Option<&LayerLeaf>, at: &Pointer) -> bool {
    let root = &member.document.root;
    let mut deciding = changes_under(member, leaf).filter(|change| change.decides(root, at));
    // What only changes alike is in no guess.
    deciding.any(|change| {
        !change.counts || matches!(change.value, LayerValue::Unknown | LayerValue::Left)
    })
}

/// What the layers under a leaf can change in a manifest, or all layers without one.
pub(super) fn changes_under<'m>(
    member: &'m Member,
    leaf: Option<&LayerLeaf>,
) -> impl Iterator<Item = &'m LayerChange> {
    let orders = leaf.map(|leaf| leaf.orders.clone());
    let changes = member.layers.iter();
    changes.filter(move |change| {
        orders
            .as_ref()
            .is_none_or(|orders| orders.contains(&change.by.order))
    })
}

/// A violation that stays although some layer decides what stands there: another leaf leaves it as it is.
pub(super) struct HeldViolation {
    pub(super) rule: String,
    pub(super) at: Pointer,
    pub(super) leaf: LayerLeaf,
}

/// What rules say under each leaf.
pub(super) struct LeafAnswers<'a> {
    /// What a review holds under a leaf, by its id, with or without other values where nobody knows them; `None`
    /// where that is one of too many.
    trees: &'a dyn Fn(&str, bool) -> Option<LeafTrees>,
    answer: &'a dyn Fn(&str, bool) -> Evaluation,
    known: BTreeMap<LeafTrees, Evaluation>,
}

impl<'a> LeafAnswers<'a> {
    pub(super) fn new(
        trees: &'a dyn Fn(&str, bool) -> Option<LeafTrees>,
        answer: &'a dyn Fn(&str, bool) -> Evaluation,
    ) -> Self {
        Self {
            trees,
            answer,
            known: BTreeMap::new(),
        }
    }

    /// Whether a violation holds under a leaf; `None` where nobody asked. The words count where they are `strict`.
    fn hold(&mut self, leaf: &str, violation: &Violation, strict: bool) -> Option<bool> {
        for other in [false, true] {
            let trees = (self.trees)(leaf, other)?;
            // It is what the rules saw.
            if trees.iter().all(Option::is_none) {
                continue;
            }
            if !self.known.contains_key(&trees) {
                if self.known.len() == MOST_ASKED {
                    return None;
                }
                self.known.insert(trees.clone(), (self.answer)(leaf, other));
            }
            let said = self.known.get(&trees)?;
            if !says(said, violation, strict) {
                return Some(false);
            }
        }
        Some(true)
    }

    /// The leaf under which a violation holds that is said of a manifest or, without one, of the `members` together;
    /// an error where it holds nowhere.
    pub(super) fn holder<'m>(
        &mut self,
        violation: &Violation,
        of: Option<(&'m Member, &Pointer)>,
        members: impl Iterator<Item = &'m Member>,
        strict: bool,
    ) -> Result<Option<&'m LayerLeaf>, ()> {
        let of = of.filter(|(member, _)| !member.layers.is_empty());
        let applied = match of {
            Some((member, _)) => Applied::of(member),
            None => Applied::together(members),
        };
        let mut holds = |leaf: Option<&LayerLeaf>| {
            if of.is_some_and(|(member, at)| is_unknown(member, leaf, at)) {
                return false;
            }
            let is_decided = of.is_some_and(|(member, at)| decides(member, leaf, at));
            let id = leaf.map_or(ALL.to_owned(), LayerLeaf::id);
            // Nobody asked about one of too many.
            self.hold(&id, violation, strict || is_decided) == Some(true)
        };
        match applied {
            Applied::Any(leaves) => {
                let found = leaves.into_iter().find(|leaf| holds(Some(leaf)));
                found.map(Some).ok_or(())
            }
            Applied::Each(leaves) => {
                let mut leaves = leaves.into_iter();
                let is_held = leaves.all(|leaf| holds(Some(leaf)));
                is_held.then_some(None).ok_or(())
            }
            Applied::Somewhere => holds(None).then_some(None).ok_or(()),
            Applied::Nowhere => Err(()),
        }
    }
}

/// True where rules say the same; one that failed says nothing against it.
pub(super) fn says(said: &Evaluation, own: &Violation, strict: bool) -> bool {
    let mut violations = said.violations.iter();
    let mut failures = said.failures.iter();
    violations.any(|other| {
        let is_same = (&other.rule, &other.at) == (&own.rule, &own.at);
        is_same && (!strict || other.message == own.message)
    }) || failures.any(|failure| failure.rule == own.rule)
}
