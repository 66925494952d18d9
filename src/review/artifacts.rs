//! Which manifests belong to which service.
//!
//! A specification names its manifests; those that carry its service's name, and those that these
//! point at or that point at them, join as well. What no specification claims makes reviews of its
//! own, so that manifests can be checked before anything was written.

use super::{
    DeclaredFacts, Group, Member, Review,
    nameless::{self, Nameless},
    runtimes::{self, JoinedRuntime},
    strays,
    ties::{Graph, MOST, Tied},
};
use crate::{
    document::{Node, source::real_path},
    evidence::{FileFact, statement_path},
    facts::references::references,
    manifest::Role,
    render::RenderSource,
    rule::Subject,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// A manifest that takes part in a review.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its place among the members of the run.
    pub member: usize,
    /// What it is for, in the words of `spec.artifacts[].role`.
    pub role: String,
    /// True where the specification names it.
    pub declared: bool,
    /// The runtime that it names, where that is at hand as well.
    pub runtime: Option<JoinedRuntime>,
}

/// The status of what was to be rendered, and was not.
pub const UNRENDERED: &str = "unrendered";

/// An entry of `spec.artifacts`, and what it led to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// The path as written; empty for what is rendered.
    pub path: String,
    /// The command that renders it.
    pub command: Option<String>,
    /// How many documents of known kinds are in the file.
    pub documents: usize,
    /// Places in the review's artifacts.
    pub parts: Vec<usize>,
    /// True where one of them can play the role that the entry names.
    pub fits: bool,
}

impl Review {
    /// What each entry of `spec.artifacts` of the specification leads to, in their order.
    pub fn declared_facts(&self, members: &[Member]) -> Vec<DeclaredFacts> {
        let Some(spec) = self.spec(members) else {
            return Vec::new();
        };
        let of = |declared: &Declared| DeclaredFacts {
            status: match (&declared.command, declared.documents) {
                (None, _) => FileFact::of(&spec.project.root, &declared.path, false).word(),
                (Some(_), 0) => UNRENDERED,
                (Some(_), _) => "present",
            },
            command: declared.command.clone(),
            documents: declared.documents,
            parts: declared.parts.clone(),
            fits: declared.fits,
        };
        self.declared.iter().map(of).collect()
    }
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
    let strays = strays::strays(&graph);
    for place in strays.keys() {
        claimed.insert(graph.nodes[*place].member);
    }
    let (alone, left) = unclaimed(&graph, &claimed, members);
    for group in alone {
        if group.manifests().any(|member| members[member].requested) {
            groups.push(group);
        }
    }
    give(groups, &graph, &strays);
    runtimes::join(groups, &graph, members);
    by_kind(left.into_iter().map(|index| &members[index]))
}

/// Gives the strays to the reviews of those that they stand beside.
fn give(groups: &mut [Group], graph: &Graph<'_>, strays: &BTreeMap<usize, usize>) {
    let mut by_leader: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, leader) in strays {
        let member = graph.nodes[*leader].member;
        by_leader.entry(member).or_default().push(*place);
    }
    for review in groups.iter_mut().flat_map(|group| &mut group.reviews) {
        let mut given: BTreeSet<usize> = BTreeSet::new();
        for known in &review.artifacts {
            given.extend(by_leader.get(&known.member).into_iter().flatten());
        }
        for place in given {
            let member = graph.nodes[place].member;
            if !review.artifacts.iter().any(|part| part.member == member) {
                review.artifacts.push(part(graph, place));
            }
        }
    }
}

/// The files of those manifests that were asked for, by kind.
fn by_kind<'m>(
    members: impl Iterator<Item = &'m Member>,
) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut files: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for member in members.filter(|member| member.requested) {
        if let Some(kind) = member.kind() {
            let name = member.document.source.name.clone();
            files.entry(kind.name).or_default().insert(name);
        }
    }
    files
}

/// The files that documents refer to as evidence: what a cluster answered is no manifest, though it
/// looks like one.
pub fn results(members: &[Member]) -> BTreeSet<PathBuf> {
    // Many claims rest on one file, and resolving links costs system calls.
    let mut written: BTreeSet<PathBuf> = BTreeSet::new();
    for member in members.iter().filter(|member| member.kind().is_none()) {
        for reference in references(&member.document.root, member.subject) {
            let root = &member.project.root;
            written.insert(root.join(reference.path));
            written.insert(root.join(statement_path(reference.path)));
        }
    }
    written.iter().map(|path| real_path(path)).collect()
}

/// The manifests of a specification.
fn claim(review: &mut Review, serving: usize, members: &[Member], graph: &Graph<'_>) {
    let spec = &members[serving];
    let entries = spec.document.root.at(&["spec", "artifacts"]);
    let mut claims = Claims::default();
    for entry in entries.map(Node::items).unwrap_or_default() {
        review.declared.push(claims.entry(entry, spec, graph));
    }
    let Claims {
        mut parts,
        mut seeds,
        cut,
    } = claims;
    review.cut |= cut;
    // After the entries: a workload that they name leaves no room for another of its kind.
    seeds.extend(named_alike(review, (spec, members), graph, &parts));
    let reached = graph.closure(seeds);
    review.cut |= Graph::is_cut(&reached);
    for place in reached {
        let node = &graph.nodes[place];
        let known = parts.iter().any(|part| part.member == node.member);
        if !known && node.role != Role::Result {
            parts.push(part(graph, place));
        }
    }
    review.artifacts = parts;
}

/// What the entries of `spec.artifacts` lead to.
#[derive(Default)]
struct Claims {
    parts: Vec<Part>,
    /// The places of those that bring further manifests with them.
    seeds: BTreeSet<usize>,
    /// True where there are more than are read together.
    cut: bool,
}

impl Claims {
    fn entry(&mut self, entry: &Node, spec: &Member, graph: &Graph<'_>) -> Declared {
        let path = entry.get("path").and_then(Node::as_str).unwrap_or_default();
        let root = &spec.project.root;
        let rendered = entry
            .get("render")
            .and_then(|entry| RenderSource::written(entry, root));
        let role = entry.get("role").and_then(Node::as_str).unwrap_or_default();
        let mut declared = Declared {
            path: path.to_owned(),
            command: rendered.as_ref().map(RenderSource::to_string),
            ..Declared::default()
        };
        let file = match &rendered {
            Some(rendered) => rendered.text_path(),
            None => real_path(&root.join(path)),
        };
        let file = graph.by_file.get(&file);
        for place in file.into_iter().flatten() {
            let node = &graph.nodes[*place];
            declared.documents += 1;
            if !selected(entry, node) {
                continue;
            }
            declared.fits |= plays(role, node.role);
            if self.parts.len() >= MOST {
                self.cut = true;
                continue;
            }
            declared.parts.push(self.part(node, role));
            if role != Role::StableWorkload.word() {
                self.seeds.insert(*place);
            }
        }
        declared
    }

    /// The index of a manifest among the parts: two entries may name one.
    fn part(&mut self, node: &Tied<'_>, role: &str) -> usize {
        for (index, part) in self.parts.iter().enumerate() {
            if part.member == node.member {
                return index;
            }
        }
        // A file of several documents: the role speaks of the one that it fits.
        let role = match plays(role, node.role) {
            true => role,
            false => node.role.word(),
        };
        self.parts.push(Part {
            member: node.member,
            role: role.to_owned(),
            declared: true,
            runtime: None,
        });
        self.parts.len() - 1
    }
}

/// Manifests that carry the service's name. Where the specification names a workload itself, others
/// of its kind are those of another environment. Where several of one kind and name stand in
/// different folders, only the one beside the specification is meant for sure.
fn named_alike(
    review: &Review,
    (spec, members): (&Member, &[Member]),
    graph: &Graph<'_>,
    parts: &[Part],
) -> Vec<usize> {
    // A blank name is nobody's.
    if review.service.trim().is_empty() {
        return Vec::new();
    }
    let speak = graph
        .by_word
        .get(&(spec.project.root.as_path(), review.service.as_str()));
    let mut alike: BTreeMap<(&str, Role, Option<&str>), Vec<usize>> = BTreeMap::new();
    for place in speak.into_iter().flatten() {
        let node = &graph.nodes[*place];
        if !members[node.member].is_for(&review.service, spec.environment()) {
            continue;
        }
        // One service has one workload of a kind, but may have several objectives.
        let name = node.links.name.filter(|_| !node.role.leads());
        if node.role != Role::Result {
            alike
                .entry((node.kind, node.role, name))
                .or_default()
                .push(*place);
        }
    }
    let folder = spec.document.source.path.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for ((_, role, _), mut places) in alike {
        if is_declared(role, parts) {
            continue;
        }
        if places.len() > 1 {
            places.retain(|place| graph.nodes[*place].folder == folder);
        }
        if let [only] = places[..] {
            found.push(only);
        }
    }
    found
}

/// True where the specification names a manifest that plays the role.
fn is_declared(role: Role, parts: &[Part]) -> bool {
    parts
        .iter()
        .any(|part| part.declared && plays(&part.role, role))
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

fn selected(entry: &Node, node: &Tied<'_>) -> bool {
    let wanted = |key: &str| entry.at(&["selector", key]).and_then(Node::as_str);
    wanted("kind").is_none_or(|kind| kind == node.kind)
        && wanted("name").is_none_or(|name| node.links.name == Some(name))
}

/// Reviews of manifests that no specification speaks of, and the members that are left over.
fn unclaimed(
    graph: &Graph<'_>,
    claimed: &BTreeSet<usize>,
    members: &[Member],
) -> (Vec<Group>, Vec<usize>) {
    let mut nameless = Nameless::default();
    let mut free: BTreeSet<usize> = BTreeSet::new();
    for (place, node) in graph.nodes.iter().enumerate() {
        if !claimed.contains(&node.member) {
            free.insert(place);
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut named: BTreeMap<(&Path, &str), Vec<usize>> = BTreeMap::new();
    for leader in leaders(graph, &free) {
        let reached = graph.closure([leader]);
        let cut = Graph::is_cut(&reached);
        let mut parts = Vec::from_iter(reached);
        // An analysis or an objective may serve several services; what leads belongs to one.
        parts.retain(|place| {
            let node = &graph.nodes[*place];
            !claimed.contains(&node.member) || !node.role.leads()
        });
        let node = &graph.nodes[leader];
        named
            .entry((node.root, node.links.name.unwrap_or_default()))
            .or_default()
            .push(groups.len());
        let name = service(node, members, &mut nameless);
        groups.push(group(graph, name, &parts, cut));
        for part in parts {
            free.remove(&part);
        }
    }
    let (about, left) = about_serving(graph, free);
    let mut loose: BTreeMap<(&Path, String), BTreeSet<usize>> = BTreeMap::new();
    for (first, places) in chains(graph, &about) {
        let node = &graph.nodes[first];
        let name = node.links.service.or(node.links.name).unwrap_or_default();
        match named.get(&(node.root, name)).map(Vec::as_slice) {
            // It speaks of the only service of that name.
            Some([only]) if !name.is_empty() => {
                let parts = &mut groups[*only].reviews[0].artifacts;
                for part in places.into_iter().map(|place| part(graph, place)) {
                    if !parts.iter().any(|known| known.member == part.member) {
                        parts.push(part);
                    }
                }
            }
            _ => {
                let name = match node.links.service {
                    Some(service) if !service.trim().is_empty() => service.to_owned(),
                    _ => service(node, members, &mut nameless),
                };
                loose.entry((node.root, name)).or_default().extend(places);
            }
        }
    }
    for ((_, name), places) in loose {
        let places = Vec::from_iter(places);
        groups.push(group(graph, name, &places, false));
    }
    (groups, left)
}

/// Of the free manifests those that lead nowhere and are about serving by their nature (objectives, alerts, analyses),
/// and the members of the others.
fn about_serving(graph: &Graph<'_>, free: BTreeSet<usize>) -> (BTreeSet<usize>, Vec<usize>) {
    let mut left = Vec::new();
    let mut about = BTreeSet::new();
    for place in free {
        let node = &graph.nodes[place];
        if node.role.leads()
            || !node.serves
            || matches!(
                node.role,
                Role::Pdb | Role::Autoscaler | Role::Route | Role::Volume | Role::Result
            )
        {
            left.push(node.member);
        } else {
            about.insert(place);
        }
    }
    (about, left)
}

/// Each of `places` that none of the others points at, with all of them that it leads to: an objective brings the
/// conditions of its alerts. What several lead to is with each.
fn chains(graph: &Graph<'_>, places: &BTreeSet<usize>) -> Vec<(usize, BTreeSet<usize>)> {
    let mut pointed_at: BTreeSet<usize> = BTreeSet::new();
    for place in places {
        pointed_at.extend(graph.ahead[*place].iter().filter(|target| *target != place));
    }
    let mut chains = Vec::new();
    let mut left = places.clone();
    let firsts = places.difference(&pointed_at);
    // Of a circle, the first one in the order of the files.
    for first in firsts.chain(&pointed_at) {
        if !left.contains(first) {
            continue;
        }
        let mut reached = graph.closure([*first]);
        reached.retain(|place| places.contains(place));
        reached.insert(*first);
        for place in &reached {
            left.remove(place);
        }
        chains.push((*first, reached));
    }
    chains
}

/// The free manifests that a service begins with: they serve models, and none of the others that lead
/// points at them.
fn leaders(graph: &Graph<'_>, free: &BTreeSet<usize>) -> Vec<usize> {
    let mut leaders = Vec::from_iter(free.iter().copied());
    leaders.retain(|place| graph.nodes[*place].role.leads());
    let mut pointed_at: BTreeSet<usize> = BTreeSet::new();
    for place in &leaders {
        pointed_at.extend(&graph.ahead[*place]);
    }
    leaders.retain(|place| graph.nodes[*place].serves && !pointed_at.contains(place));
    leaders
}

/// A manifest that no specification names.
fn part(graph: &Graph<'_>, place: usize) -> Part {
    let node = &graph.nodes[place];
    Part {
        member: node.member,
        role: node.role.word().to_owned(),
        declared: false,
        runtime: None,
    }
}

/// The name of the service of a manifest, or the place of a manifest without one.
fn service(node: &Tied<'_>, members: &[Member], nameless: &mut Nameless) -> String {
    let member = &members[node.member];
    match node.links.name {
        Some(name) if nameless::is_named(member, name) => name.to_owned(),
        _ => nameless.name(member, node.kind),
    }
}

fn group(graph: &Graph<'_>, service: String, places: &[usize], cut: bool) -> Group {
    let review = Review {
        service,
        artifacts: places.iter().map(|place| part(graph, *place)).collect(),
        cut,
        ..Review::default()
    };
    Group {
        members: Vec::new(),
        reviews: vec![review],
        clashes: Vec::new(),
    }
}

impl Member {
    /// The kind of a manifest; `None` for our own documents.
    pub fn kind(&self) -> Option<&'static crate::manifest::Kind> {
        self.artifact.filter(|_| self.subject == Subject::Artifact)
    }
}
