//! Which manifests belong to which service.
//!
//! A specification names its manifests; those that carry its service's name, and those that these
//! point at or that point at them, join as well. What no specification claims makes reviews of its
//! own, so that manifests can be checked before anything was written.

use super::{Group, Member, Review, references};
use crate::{
    artifact::{Links, Role},
    document::Node,
    rule::Subject,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// A manifest that takes part in a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its place among the members of the run.
    pub member: usize,
    /// What it is for, in the words of `spec.artifacts[].role`.
    pub role: String,
    /// True where the specification names it.
    pub declared: bool,
}

/// An entry of `spec.artifacts`, and what it led to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// The path as written.
    pub path: String,
    /// How many documents of known kinds are in the file.
    pub documents: usize,
    /// Places in the review's artifacts.
    pub parts: Vec<usize>,
}

/// Gives each review its manifests, and makes reviews of those that no specification claims.
/// Returns what was left out, the files by kind: nothing ties them to model serving.
pub fn attach(
    groups: &mut Vec<Group>,
    members: &[Member],
    results: &BTreeSet<PathBuf>,
) -> BTreeMap<&'static str, BTreeSet<String>> {
    let graph = Graph::new(members, results);
    let mut claimed = BTreeSet::new();
    for review in groups.iter_mut().flat_map(|group| &mut group.reviews) {
        if let Some(serving) = review.serving {
            claim(review, serving, members, &graph);
            claimed.extend(review.artifacts.iter().map(|part| part.member));
        }
    }
    let (alone, left) = unclaimed(&graph, &claimed);
    let is_asked = |group: &Group| {
        let parts = group.reviews.iter().flat_map(|review| &review.artifacts);
        parts.into_iter().any(|part| members[part.member].requested)
    };
    groups.extend(alone.into_iter().filter(is_asked));
    let mut out: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for member in left.into_iter().map(|index| &members[index]).filter(|member| member.requested) {
        if let Some(kind) = member.kind() {
            out.entry(kind.name).or_default().insert(member.document.source.name.clone());
        }
    }
    out
}

/// The files that documents refer to as evidence: what a cluster answered is no manifest, though it
/// looks like one.
pub fn results(members: &[Member]) -> BTreeSet<PathBuf> {
    let references = |member: &Member| {
        let found = references(&member.document.root, member.subject);
        found.into_iter().map(|(path, _)| real(&member.project.root.join(path))).collect::<Vec<_>>()
    };
    members.iter().filter(|member| member.kind().is_none()).flat_map(references).collect()
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// A manifest with its ties.
struct Tied<'m> {
    member: usize,
    role: Role,
    kind: &'static str,
    links: Links<'m>,
    namespace: Option<&'m str>,
    root: &'m Path,
    /// The folder of its file.
    folder: &'m Path,
    serves: bool,
}

/// All manifests of a run and who points at whom.
struct Graph<'m> {
    nodes: Vec<Tied<'m>>,
    /// For each node, the places of those that it points at.
    ahead: Vec<Vec<usize>>,
    by_member: BTreeMap<usize, usize>,
}

impl<'m> Graph<'m> {
    fn new(members: &'m [Member], results: &BTreeSet<PathBuf>) -> Self {
        let is_manifest = |member: &Member| !results.contains(&real(&member.document.source.path));
        let nodes: Vec<Tied<'m>> =
            members.iter().enumerate().filter(|(_, member)| is_manifest(member)).filter_map(tied).collect();
        let by_member = nodes.iter().enumerate().map(|(place, node)| (node.member, place)).collect();
        let mut by_name: BTreeMap<(&Path, &str), Vec<usize>> = BTreeMap::new();
        let mut with_labels: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
        for (place, node) in nodes.iter().enumerate() {
            if let Some(name) = node.links.name {
                by_name.entry((node.root, name)).or_default().push(place);
            }
            if node.links.pod_labels.is_some() {
                with_labels.entry(node.root).or_default().push(place);
            }
        }
        let ahead = nodes.iter().map(|node| {
            let mut found: BTreeSet<usize> = BTreeSet::new();
            for (kind, name) in &node.links.targets {
                let same_name = by_name.get(&(node.root, *name)).map(Vec::as_slice).unwrap_or_default();
                let fits = |place: &usize| {
                    let other = &nodes[*place];
                    (kind.is_empty() || other.kind == *kind)
                        && other.member != node.member
                        && one_namespace(node, other)
                };
                found.extend(nearest(node, same_name.iter().copied().filter(fits), &nodes));
            }
            if node.links.selector.is_some() {
                let pods = with_labels.get(node.root).map(Vec::as_slice).unwrap_or_default();
                let fits = |place: &usize| {
                    node.links.selects(&nodes[*place].links) && one_namespace(node, &nodes[*place])
                };
                found.extend(nearest(node, pods.iter().copied().filter(fits), &nodes));
            }
            found.into_iter().collect()
        });
        let ahead = ahead.collect();
        Self { nodes, ahead, by_member }
    }

    /// `seeds`, all that they point at, and all that points at one of these and is not for a
    /// service of its own.
    fn closure(&self, seeds: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut reached: BTreeSet<usize> = BTreeSet::new();
        let mut pending: Vec<usize> = seeds.into_iter().collect();
        while let Some(place) = pending.pop() {
            if reached.insert(place) {
                pending.extend(&self.ahead[place]);
            }
        }
        let leads: BTreeSet<usize> =
            reached.iter().copied().filter(|place| self.nodes[*place].role.leads()).collect();
        let behind = |place: &usize| self.ahead[*place].iter().any(|target| leads.contains(target));
        reached.extend((0..self.nodes.len()).filter(behind));
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

/// Those in the same folder, else all: overlays of several environments repeat their names.
fn nearest(of: &Tied<'_>, found: impl Iterator<Item = usize>, nodes: &[Tied<'_>]) -> Vec<usize> {
    let found: Vec<usize> = found.collect();
    let here: Vec<usize> = found.iter().copied().filter(|place| nodes[*place].folder == of.folder).collect();
    if here.is_empty() { found } else { here }
}

/// The manifests of a specification.
fn claim(review: &mut Review, serving: usize, members: &[Member], graph: &Graph<'_>) {
    let spec = &members[serving];
    let mut parts: Vec<Part> = Vec::new();
    let mut seeds = BTreeSet::new();
    for entry in spec.document.root.at(&["spec", "artifacts"]).map(Node::items).unwrap_or_default() {
        let path = entry.get("path").and_then(Node::as_str).unwrap_or_default();
        let role = entry.get("role").and_then(Node::as_str).unwrap_or_default();
        let mut declared = Declared { path: path.to_owned(), ..Declared::default() };
        for node in graph.nodes.iter().filter(|node| is_file(&members[node.member], &spec.project.root, path))
        {
            declared.documents += 1;
            if !selected(entry, node) {
                continue;
            }
            let known = parts.iter().position(|part| part.member == node.member);
            declared.parts.push(known.unwrap_or(parts.len()));
            if known.is_none() {
                // A file of several documents: the role speaks of the one that it fits.
                let role = if plays(role, node.role) { role } else { node.role.word() };
                parts.push(Part { member: node.member, role: role.to_owned(), declared: true });
            }
            if role != Role::StableWorkload.word() {
                seeds.extend(graph.by_member.get(&node.member));
            }
        }
        review.declared.push(declared);
    }
    seeds.extend(named_alike(review, spec, graph, &parts));
    for place in graph.closure(seeds) {
        let node = &graph.nodes[place];
        let known = parts.iter().any(|part| part.member == node.member);
        if !known && node.role != Role::Result {
            parts.push(Part { member: node.member, role: node.role.word().to_owned(), declared: false });
        }
    }
    review.artifacts = parts;
}

/// Manifests that carry the service's name. Where the specification names a workload itself, others
/// of its kind are those of another environment; where several of a kind have the name, nobody
/// knows which one is meant.
fn named_alike(review: &Review, spec: &Member, graph: &Graph<'_>, parts: &[Part]) -> Vec<usize> {
    let service = review.service.as_str();
    let speaks = |node: &Tied<'_>| {
        node.root == spec.project.root
            && (node.links.name == Some(service) || node.links.service == Some(service))
            && node.role != Role::Result
    };
    let mut by_kind: BTreeMap<(&str, Role), Vec<usize>> = BTreeMap::new();
    for (place, node) in graph.nodes.iter().enumerate().filter(|(_, node)| speaks(node)) {
        by_kind.entry((node.kind, node.role)).or_default().push(place);
    }
    let is_declared = |role: Role| parts.iter().any(|part| part.declared && plays(&part.role, role));
    by_kind
        .into_iter()
        .filter(|((_, role), places)| !is_declared(*role) && (places.len() == 1 || !role.leads()))
        .flat_map(|(_, places)| places)
        .collect()
}

/// True where the words of a specification may mean a manifest of this role.
fn plays(word: &str, role: Role) -> bool {
    match role {
        Role::Workload => matches!(word, "workload" | "stable-workload"),
        Role::Rollout => matches!(word, "rollout" | "workload" | "stable-workload"),
        Role::Canary => matches!(word, "canary" | "rollout"),
        _ => word == role.word(),
    }
}

fn is_file(member: &Member, root: &Path, path: &str) -> bool {
    let source = &member.document.source.path;
    let wanted = root.join(path);
    *source == wanted
        || match (source.canonicalize(), wanted.canonicalize()) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        }
}

fn selected(entry: &Node, node: &Tied<'_>) -> bool {
    let wanted = |key: &str| entry.at(&["selector", key]).and_then(Node::as_str);
    wanted("kind").is_none_or(|kind| kind == node.kind)
        && wanted("name").is_none_or(|name| node.links.name == Some(name))
}

/// Reviews of manifests that no specification speaks of, and the members that are left over.
fn unclaimed(graph: &Graph<'_>, claimed: &BTreeSet<usize>) -> (Vec<Group>, Vec<usize>) {
    let is_free = |place: &usize| !claimed.contains(&graph.nodes[*place].member);
    let mut free: BTreeSet<usize> = (0..graph.nodes.len()).filter(is_free).collect();
    let pointed_at: BTreeSet<usize> = free
        .iter()
        .filter(|place| graph.nodes[**place].role.leads())
        .flat_map(|place| &graph.ahead[*place])
        .copied()
        .collect();
    let mut groups = Vec::new();
    let leaders: Vec<usize> = free
        .iter()
        .copied()
        .filter(|place| {
            let node = &graph.nodes[*place];
            node.role.leads() && node.serves && !pointed_at.contains(place)
        })
        .collect();
    for leader in leaders {
        let parts = graph.closure([leader]);
        let parts: Vec<usize> = parts.into_iter().filter(is_free).collect();
        groups.push(group(graph, graph.nodes[leader].links.name, &parts));
        for part in parts {
            free.remove(&part);
        }
    }
    // What leads nowhere and is about serving by its nature: objectives, alerts, analyses.
    let mut loose: BTreeMap<(&Path, &str), Vec<usize>> = BTreeMap::new();
    let mut left = Vec::new();
    for place in free {
        let node = &graph.nodes[place];
        if node.role.leads()
            || !node.serves
            || matches!(node.role, Role::Pdb | Role::Autoscaler | Role::Result)
        {
            left.push(node.member);
            continue;
        }
        let name = node.links.service.or(node.links.name).unwrap_or_default();
        loose.entry((node.root, name)).or_default().push(place);
    }
    groups.extend(loose.into_iter().map(|((_, name), places)| group(graph, Some(name), &places)));
    (groups, left)
}

fn group(graph: &Graph<'_>, name: Option<&str>, places: &[usize]) -> Group {
    let part = |place: &usize| {
        let node = &graph.nodes[*place];
        Part { member: node.member, role: node.role.word().to_owned(), declared: false }
    };
    let review = Review {
        service: name.unwrap_or_default().to_owned(),
        artifacts: places.iter().map(part).collect(),
        ..Review::default()
    };
    Group { members: Vec::new(), reviews: vec![review], clashes: Vec::new() }
}

impl Member {
    /// The kind of a manifest; `None` for our own documents.
    pub fn kind(&self) -> Option<&'static crate::artifact::Kind> {
        self.artifact.filter(|_| self.subject == Subject::Artifact)
    }
}
