//! Which manifests point at which: by name, by label, by standing near.

use super::Member;
use crate::{
    artifact::{Links, Role},
    document::Node,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// A manifest with its ties.
pub(super) struct Tied<'m> {
    pub(super) member: usize,
    pub(super) role: Role,
    pub(super) kind: &'static str,
    pub(super) links: Links<'m>,
    pub(super) namespace: Option<&'m str>,
    pub(super) root: &'m Path,
    /// The folder of its file.
    pub(super) folder: &'m Path,
    pub(super) serves: bool,
}

/// All manifests of a run and who points at whom.
pub(super) struct Graph<'m> {
    pub(super) nodes: Vec<Tied<'m>>,
    /// For each node, the places of those that it points at.
    pub(super) ahead: Vec<Vec<usize>>,
    /// For each node, the places of those that point at it.
    behind: Vec<Vec<usize>>,
    pub(super) by_member: BTreeMap<usize, usize>,
    /// Those that carry a name or speak of a service of that name.
    pub(super) by_word: BTreeMap<(&'m Path, &'m str), Vec<usize>>,
    /// Those of each file, by its path without links.
    pub(super) by_file: BTreeMap<PathBuf, Vec<usize>>,
}

impl<'m> Graph<'m> {
    /// Without what is a result.
    pub(super) fn new(members: &'m [Member], results: &BTreeSet<PathBuf>) -> Self {
        let is_manifest = |member: &Member| !results.contains(&real(&member.document.source.path));
        let nodes: Vec<Tied<'m>> =
            members.iter().enumerate().filter(|(_, member)| is_manifest(member)).filter_map(tied).collect();
        let by_member = nodes.iter().enumerate().map(|(place, node)| (node.member, place)).collect();
        let index = Index::new(&nodes);
        let ahead: Vec<Vec<usize>> =
            (0..nodes.len()).map(|place| index.pointed_at(&nodes[place], &nodes)).collect();
        let mut behind = vec![Vec::new(); nodes.len()];
        for (place, targets) in ahead.iter().enumerate() {
            targets.iter().for_each(|target| behind[*target].push(place));
        }
        let mut by_word: BTreeMap<(&Path, &str), Vec<usize>> = BTreeMap::new();
        let mut by_file: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
        let mut last: Option<(&Path, PathBuf)> = None;
        for (place, node) in nodes.iter().enumerate() {
            for word in BTreeSet::from([node.links.name, node.links.service]).into_iter().flatten() {
                by_word.entry((node.root, word)).or_default().push(place);
            }
            let path = members[node.member].document.source.path.as_path();
            // A file of a thousand documents is looked up once.
            let file = match last.take() {
                Some((known, file)) if known == path => file,
                _ => real(path),
            };
            by_file.entry(file.clone()).or_default().push(place);
            last = Some((path, file));
        }
        Self { nodes, ahead, behind, by_member, by_word, by_file }
    }

    /// `seeds`, all that they point at, and all that points at one of these and is not for a
    /// service of its own.
    pub(super) fn closure(&self, seeds: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut reached: BTreeSet<usize> = BTreeSet::new();
        let mut pending: Vec<usize> = seeds.into_iter().collect();
        while let Some(place) = pending.pop() {
            if reached.insert(place) {
                pending.extend(&self.ahead[place]);
            }
        }
        let leads: Vec<usize> =
            reached.iter().copied().filter(|place| self.nodes[*place].role.leads()).collect();
        reached.extend(leads.iter().flat_map(|place| &self.behind[*place]));
        // Whoever points at a workload brings what it points at itself: a Canary its metrics.
        let mut pending: Vec<usize> = reached.iter().copied().collect();
        while let Some(place) = pending.pop() {
            for target in &self.ahead[place] {
                if reached.insert(*target) {
                    pending.push(*target);
                }
            }
        }
        reached
    }
}

/// Where to look for what a manifest points at.
struct Index<'m> {
    by_name: BTreeMap<(&'m Path, &'m str), Vec<usize>>,
    /// Pods by one of their labels.
    by_label: BTreeMap<(&'m Path, &'m str, &'m str), Vec<usize>>,
}

impl<'m> Index<'m> {
    fn new(nodes: &[Tied<'m>]) -> Self {
        let mut index = Self { by_name: BTreeMap::new(), by_label: BTreeMap::new() };
        for (place, node) in nodes.iter().enumerate() {
            if let Some(name) = node.links.name {
                index.by_name.entry((node.root, name)).or_default().push(place);
            }
            let written = node.links.pod_labels.map(Node::entries).unwrap_or_default();
            let written = written.iter().filter_map(|label| Some((label.key.as_str(), label.node.as_str()?)));
            for (key, value) in written.chain(node.links.given_labels.iter().copied()) {
                index.by_label.entry((node.root, key, value)).or_default().push(place);
            }
        }
        index
    }

    /// The places of those that `node` points at.
    fn pointed_at(&self, node: &Tied<'m>, nodes: &[Tied<'m>]) -> Vec<usize> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for (kind, name) in &node.links.targets {
            let same_name = self.by_name.get(&(node.root, *name)).map(Vec::as_slice).unwrap_or_default();
            let fits = |place: &usize| {
                let other = &nodes[*place];
                (kind.is_empty() || other.kind == *kind)
                    && other.member != node.member
                    && one_namespace(node, other)
            };
            found.extend(nearest(node, same_name.iter().copied().filter(fits), nodes));
        }
        let label = node.links.selector.and_then(|selector| selector.entries().first());
        if let Some((key, value)) = label.and_then(|label| Some((label.key.as_str(), label.node.as_str()?))) {
            let pods = self.by_label.get(&(node.root, key, value)).map(Vec::as_slice).unwrap_or_default();
            let fits = |place: &usize| {
                node.links.selects(&nodes[*place].links) && one_namespace(node, &nodes[*place])
            };
            found.extend(nearest(node, pods.iter().copied().filter(fits), nodes));
        }
        found.into_iter().collect()
    }
}

fn tied<'m>((index, member): (usize, &'m Member)) -> Option<Tied<'m>> {
    let kind = member.kind()?;
    let root = &member.document.root;
    Some(Tied {
        member: index,
        role: kind.role,
        kind: kind.name,
        links: kind.links(root),
        namespace: root.at(&["metadata", "namespace"]).and_then(Node::as_str),
        root: &member.project.root,
        folder: member.document.source.path.parent().unwrap_or(Path::new("")),
        serves: kind.serves_models(root),
    })
}

/// A namespace that is not written may be any.
fn one_namespace(a: &Tied<'_>, b: &Tied<'_>) -> bool {
    a.namespace.is_none() || b.namespace.is_none() || a.namespace == b.namespace
}

/// Those whose folder is nearest: overlays of several environments repeat their names. Where two
/// folders are equally near, nobody knows which one is meant, and none is taken.
fn nearest(of: &Tied<'_>, found: impl Iterator<Item = usize>, nodes: &[Tied<'_>]) -> Vec<usize> {
    let shared = |place: usize| {
        let (here, there) = (of.folder.components(), nodes[place].folder.components());
        here.zip(there).take_while(|(a, b)| a == b).count()
    };
    let is_here = |place: &usize| nodes[*place].folder == of.folder;
    let found: Vec<usize> = found.collect();
    let here: Vec<usize> = found.iter().copied().filter(is_here).collect();
    if !here.is_empty() {
        return here;
    }
    let Some(most) = found.iter().map(|place| shared(*place)).max() else { return here };
    let near: Vec<usize> = found.into_iter().filter(|place| shared(*place) == most).collect();
    let folders: BTreeSet<&Path> = near.iter().map(|place| nodes[*place].folder).collect();
    if folders.len() == 1 { near } else { Vec::new() }
}

/// The path without links, or as it is where nothing is there.
pub(super) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
