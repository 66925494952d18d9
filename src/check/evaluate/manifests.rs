//! Manifests as rules see them, and what schemas say of them.

use super::{
    layered,
    leaves::{self, Applied},
};
use crate::{
    check::{judge::Judge, load::Loaded},
    document::Node,
    finding::Finding,
    layer::LayerLeaf,
    manifest::{self, Guess, MergedPod, POD, facts::ManifestFacts},
    policy::{self, Value},
    review::{Group, Member, Review},
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
            let applied = Applied::of(member);
            findings.retain(|finding| !applied.is_decided(member, &finding.place.pointer));
            (*index, findings)
        })
        .collect()
}

/// A manifest and its facts.
pub(in crate::check) struct Manifest {
    /// As it is, but for what is not known.
    known: (Value, ManifestFacts),
    /// With other values in the place of that.
    pub(super) samples: Vec<(Value, ManifestFacts)>,
    /// What layers make of it.
    layered: Vec<(Value, ManifestFacts)>,
    /// Which of these it is under each leaf, with or without other values in the place of what nobody knows.
    under: BTreeMap<(String, bool), LeafTree>,
}

/// What a manifest has to do with a runtime of KServe.
pub(super) enum SeenRuntime<'m> {
    /// Nothing, as far as is known.
    None,
    /// It names this one.
    Named(&'m Member),
    /// It is the one of another manifest, whose pod is judged.
    Own,
}

impl SeenRuntime<'_> {
    fn seen(&self, kind: &manifest::Kind, root: &Node, guess: Guess<'_>) -> (Value, ManifestFacts) {
        let mut tree = policy::from_node(root);
        match self {
            Self::None => (tree, manifest::derive(kind, root)),
            Self::Own => {
                let facts = manifest::derive(kind, root);
                let pods = Vec::new();
                (tree, ManifestFacts { pods, ..facts })
            }
            Self::Named(runtime) => {
                let runtime = runtime.seen(guess);
                let pod = MergedPod::of(root, &runtime);
                if let (Ok(fields), Some(merged)) = (tree.as_object_mut(), pod.root.get(POD)) {
                    fields.insert(Value::from(POD), policy::from_node(merged));
                }
                (tree, manifest::derive_with(kind, root, &pod, &runtime))
            }
        }
    }

    /// True where no runtime has a say.
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// How many samples there are of what rules must not see in the runtime.
    fn samples(&self) -> usize {
        match self {
            Self::Named(runtime) => runtime.samples(),
            Self::None | Self::Own => 0,
        }
    }
}

/// The runtimes that manifests of reviews name, by the manifests.
pub(super) struct SeenRuntimes(BTreeMap<usize, usize>);

impl SeenRuntimes {
    pub(super) fn of_groups(groups: &[Group]) -> Self {
        let reviews = groups.iter().flat_map(|group| &group.reviews);
        Self(reviews.flat_map(Review::joined_runtimes).collect())
    }

    /// What a manifest has to do with one of them.
    pub(super) fn of<'m>(&self, index: usize, members: &'m [Member]) -> SeenRuntime<'m> {
        let named = self.0.get(&index).and_then(|runtime| members.get(*runtime));
        match named {
            Some(runtime) => SeenRuntime::Named(runtime),
            None if self.0.values().any(|runtime| *runtime == index) => SeenRuntime::Own,
            None => SeenRuntime::None,
        }
    }
}

/// What a manifest is under a leaf.
#[derive(Debug, Clone, Copy)]
enum LeafTree {
    /// What it is without layers.
    Same,
    /// The guess of this number.
    Guess(usize),
    /// One of too many.
    Beyond,
}

/// So many different trees are guessed of one manifest.
const MOST_TREES: usize = 8;

impl Manifest {
    /// False where layers, what a schema refuses or what it was rendered from have a say.
    pub(super) fn follows_from_its_text(member: &Member) -> bool {
        let is_plain = !member.broken && member.rendered.is_none();
        is_plain && member.unknown.is_empty() && member.layers.is_empty()
    }

    /// `None` for what is no manifest.
    pub(super) fn of(member: &Member, runtime: &SeenRuntime<'_>) -> Option<Self> {
        let kind = member.kind()?;
        if member.broken {
            return Some(Self {
                known: (Value::new_object(), ManifestFacts::broken(kind.name)),
                samples: Vec::new(),
                layered: Vec::new(),
                under: BTreeMap::new(),
            });
        }
        let guessed = |root: &Node, guess: Guess<'_>| {
            let (tree, facts) = runtime.seen(kind, root, guess);
            (tree, named(facts, kind, member))
        };
        let mut samples = Vec::new();
        for at in 0..member.samples().max(runtime.samples()) {
            let guess = Guess::Sample(at);
            samples.push(guessed(&member.seen(guess), guess));
        }
        let seen = |root: &Node| guessed(root, Guess::Absent);
        let known = member.seen(Guess::Absent);
        let (trees, under) = under_leaves(member, &known);
        Some(Self {
            known: seen(&known),
            samples,
            layered: trees.iter().map(seen).collect(),
            under,
        })
    }

    /// The number of its tree under a leaf; `None` where that is one of too many.
    pub(super) fn under(&self, leaf: &str, other: bool) -> Option<Option<usize>> {
        match self.tree(leaf, other) {
            LeafTree::Same => Some(None),
            LeafTree::Guess(at) => Some(Some(at)),
            LeafTree::Beyond => None,
        }
    }

    /// Under a leaf that does not reach it, it is as it stands.
    fn tree(&self, leaf: &str, other: bool) -> LeafTree {
        let found = self.under.get(&(leaf.to_owned(), other));
        found.copied().unwrap_or(LeafTree::Same)
    }

    pub(super) fn with(&self, guess: Guess<'_>) -> &(Value, ManifestFacts) {
        let sample = match guess {
            Guess::Absent => None,
            Guess::Sample(at) => self.samples.get(at),
            Guess::Named(..) => self.samples.first(),
            Guess::Under(leaf, other) => match self.tree(leaf, other) {
                LeafTree::Guess(at) => self.layered.get(at),
                LeafTree::Same | LeafTree::Beyond => None,
            },
        };
        sample.unwrap_or(&self.known)
    }
}

/// The different trees that layers make of a manifest, and which of them it is under each leaf.
fn under_leaves(member: &Member, known: &Node) -> (Vec<Node>, BTreeMap<(String, bool), LeafTree>) {
    let (mut trees, mut under) = (Vec::new(), BTreeMap::new());
    if member.layers.is_empty() {
        return (trees, under);
    }
    // Overlays are often alike in what rules read.
    let mut met = BTreeMap::from([(known.to_json_of_set().to_string(), LeafTree::Same)]);
    let leaves = std::iter::once(None).chain(member.leaves.iter().map(Some));
    for leaf in leaves {
        for other in [false, true] {
            let Some(tree) = layered::guess(member, known, leaf, other) else {
                continue;
            };
            let next = match trees.len() < MOST_TREES {
                true => LeafTree::Guess(trees.len()),
                false => LeafTree::Beyond,
            };
            let found = *met.entry(tree.to_json_of_set().to_string()).or_insert(next);
            if matches!(found, LeafTree::Guess(at) if at == trees.len()) {
                trees.push(tree);
            }
            let id = leaf.map_or(leaves::ALL.to_owned(), LayerLeaf::id);
            under.insert((id, other), found);
        }
    }
    (trees, under)
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
