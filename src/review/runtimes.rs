//! The runtimes that InferenceServices name, where their manifests are at hand.

use super::{Group, Member, Review, ties::Graph};
use crate::{
    document::{Pointer, Step},
    manifest::{MergedPod, POD, PodOrigin, RUNTIMES, is_mergeable, named_runtime},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A runtime with the pod that KServe makes of it and of the InferenceService that names it.
#[derive(Debug, Clone)]
pub struct JoinedRuntime {
    /// Its place among the members of the run.
    pub member: usize,
    /// The pod.
    pub pod: Arc<MergedPod>,
}

/// Gives the manifests of reviews their runtimes.
pub(super) fn join(groups: &mut [Group], graph: &Graph<'_>, members: &[Member]) {
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    for (place, node) in graph.nodes.iter().enumerate() {
        places.insert(node.member, place);
    }
    let mut known: BTreeMap<usize, Option<JoinedRuntime>> = BTreeMap::new();
    for review in groups.iter_mut().flat_map(|group| &mut group.reviews) {
        let own: BTreeSet<usize> = review.artifacts.iter().map(|part| part.member).collect();
        for part in &mut review.artifacts {
            let Some(place) = places.get(&part.member) else {
                continue;
            };
            let found = known
                .entry(part.member)
                .or_insert_with(|| of(*place, graph, members));
            part.runtime = found
                .clone()
                .filter(|runtime| own.contains(&runtime.member));
        }
    }
}

/// The runtime of a manifest; `None` also where nobody can tell which one is meant, or what layers make of it.
fn of(place: usize, graph: &Graph<'_>, members: &[Member]) -> Option<JoinedRuntime> {
    let node = &graph.nodes[place];
    let service = &members[node.member];
    if node.kind != "InferenceService" || service.broken {
        return None;
    }
    let root = &service.document.root;
    let name = named_runtime(root)?;
    let of_kind = |kind: &str| {
        let ahead = graph.ahead[place].iter().map(|place| &graph.nodes[*place]);
        let named = ahead.filter(|other| other.kind == kind && other.links.name == Some(name));
        Vec::from_iter(named.map(|other| other.member))
    };
    let mut found = RUNTIMES.iter().map(|kind| of_kind(kind));
    let found = found.find(|found| !found.is_empty())?;
    let [member] = found[..] else { return None };
    let runtime = &members[member];
    let is_applied = runtime.layers.is_empty() && runtime.unrendered.is_none();
    let fits = is_mergeable(root, &runtime.document.root);
    (is_applied && fits && !runtime.broken).then(|| JoinedRuntime {
        member,
        pod: Arc::new(MergedPod::of(root, &runtime.document.root)),
    })
}

impl Review {
    /// The path into the rules' input of what is written where a path leads: of the pod that a runtime is merged into,
    /// that in the InferenceService or in the runtime.
    pub fn written_at(&self, at: &Pointer) -> Option<Pointer> {
        let [Step::Key(list), Step::Index(index), Step::Key(pod), ..] = at.steps() else {
            return None;
        };
        if list != "artifacts" || pod != POD {
            return None;
        }
        let runtime = self.artifacts.get(*index)?.runtime.as_ref()?;
        let (origin, own) = runtime.pod.origin(&at.skip(2))?;
        let index = match origin {
            PodOrigin::Service => *index,
            PodOrigin::Runtime => {
                let mut parts = self.artifacts.iter();
                parts.position(|part| part.member == runtime.member)?
            }
        };
        let manifest = Pointer::default().key("artifacts").index(index);
        Some(manifest.join(&own))
    }

    /// The members that are runtimes of other ones in the review.
    pub fn joined_runtimes(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let parts = self.artifacts.iter();
        parts.filter_map(|part| Some((part.member, part.runtime.as_ref()?.member)))
    }
}
