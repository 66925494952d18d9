//! Which manifests point at which: by name, by label, by standing near.

use super::Member;
use crate::{
    document::{Node, source::real_path},
    manifest::{BackendLink, Links, Role},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// A service has a handful of manifests; whoever writes so many of one name, or ties so many to one
/// service, means to keep us busy.
pub(super) const MOST: usize = 200;

/// A manifest with its ties.
pub(super) struct Tied<'m> {
    pub(super) member: usize,
    pub(super) role: Role,
    pub(super) kind: &'static str,
    pub(super) links: Links<'m>,
    pub(super) namespace: Option<&'m str>,
    pub(super) root: &'m Path,
    /// As it was found.
    file: &'m Path,
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
    /// Those that carry a name or speak of a service of that name.
    pub(super) by_word: BTreeMap<(&'m Path, &'m str), Vec<usize>>,
    /// Those of each file, by its path without links.
    pub(super) by_file: BTreeMap<PathBuf, Vec<usize>>,
}

impl<'m> Graph<'m> {
    /// The manifests among `members`, without those that are `results`.
    pub(super) fn new(members: &'m [Member], results: &BTreeSet<PathBuf>) -> Self {
        let mut nodes = Vec::new();
        for (index, member) in members.iter().enumerate() {
            let Some(node) = tied(index, member) else {
                continue;
            };
            if !results.contains(&real_path(node.file)) {
                nodes.push(node);
            }
        }
        Self::of(nodes)
    }

    fn of(nodes: Vec<Tied<'m>>) -> Self {
        let index = Index::new(&nodes);
        let ahead: Vec<Vec<usize>> = nodes
            .iter()
            .map(|node| index.pointed_at(node, &nodes))
            .collect();
        let mut behind = vec![Vec::new(); nodes.len()];
        for (place, targets) in ahead.iter().enumerate() {
            for target in targets {
                behind[*target].push(place);
            }
        }
        let mut by_word: BTreeMap<(&Path, &str), Vec<usize>> = BTreeMap::new();
        let mut by_file: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
        let mut last: Option<(&Path, PathBuf)> = None;
        for (place, node) in nodes.iter().enumerate() {
            for word in BTreeSet::from([node.links.name, node.links.service])
                .into_iter()
                .flatten()
            {
                by_word.entry((node.root, word)).or_default().push(place);
            }
            // A file of a thousand documents is looked up once.
            let file = match last.take() {
                Some((known, file)) if known == node.file => file,
                _ => real_path(node.file),
            };
            by_file.entry(file.clone()).or_default().push(place);
            last = Some((node.file, file));
        }
        Self {
            nodes,
            ahead,
            behind,
            by_word,
            by_file,
        }
    }

    /// True for what points at nothing and is pointed at by nothing. Routes may point at a pool that selects no pod.
    pub(super) fn is_alone(&self, place: usize) -> bool {
        let is_pointed_at = !self.behind[place].is_empty() && !self.is_route(place);
        self.ahead[place].is_empty() && !is_pointed_at
    }

    /// True for more manifests than a service has: the rest was left out.
    pub(super) fn is_cut(reached: &BTreeSet<usize>) -> bool {
        reached.len() > MOST
    }

    /// `seeds`, all that they point at, all that points at one of these that leads, and what that
    /// points at in turn: a Canary brings its metrics. Routes lead to Services, which lead to pods.
    pub(super) fn closure(&self, seeds: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        self.follow(seeds.into_iter().collect(), &mut reached);
        let mut pending = Vec::new();
        for place in &reached {
            if self.nodes[*place].role.leads() || self.is_route(*place) {
                pending.extend(&self.behind[*place]);
            }
        }
        while let Some(place) = pending.pop().filter(|_| reached.len() <= MOST) {
            if reached.contains(&place) {
                continue;
            }
            self.follow(vec![place], &mut reached);
            if self.is_route(place) {
                pending.extend(&self.behind[place]);
            }
        }
        reached
    }

    fn is_route(&self, place: usize) -> bool {
        self.nodes[place].role == Role::Route
    }

    fn follow(&self, mut pending: Vec<usize>, reached: &mut BTreeSet<usize>) {
        while let Some(place) = pending.pop().filter(|_| reached.len() <= MOST) {
            if !reached.insert(place) {
                continue;
            }
            let is_shared = self.is_shared(place);
            for target in &self.ahead[place] {
                if !is_shared || !(self.nodes[*target].role.leads() || self.is_route(*target)) {
                    pending.push(*target);
                }
            }
        }
    }

    /// True for what applies to the pods of several services, such as a budget for all of them, or
    /// a route with a Service of each: it belongs to each, but ties none to another.
    fn is_shared(&self, place: usize) -> bool {
        if self.nodes[place].role.leads() {
            return false;
        }
        let mut leaders = BTreeSet::new();
        let mut seen = BTreeSet::from([place]);
        let mut pending = vec![place];
        while let Some(place) = pending.pop().filter(|_| leaders.len() < 2) {
            for target in &self.ahead[place] {
                if self.nodes[*target].role.leads() {
                    leaders.insert(*target);
                } else if self.is_route(*target) && seen.len() <= MOST && seen.insert(*target) {
                    pending.push(*target);
                }
            }
        }
        leaders.len() > 1
    }
}

/// Workloads that usually have a Service of their name. KServe and Knative make one.
const NAMED_LIKE_ITS_SERVICE: [&str; 5] = [
    "Deployment",
    "StatefulSet",
    "Rollout",
    "InferenceService",
    "Service",
];

/// Places by folder.
type Folders<'m> = BTreeMap<&'m Path, Vec<usize>>;

/// Where to look for what a manifest points at.
struct Index<'m> {
    by_name: BTreeMap<(&'m Path, &'m str), Folders<'m>>,
    /// Pods by one of their labels.
    by_label: BTreeMap<(&'m Path, &'m str, &'m str), Folders<'m>>,
}

impl<'m> Index<'m> {
    fn new(nodes: &[Tied<'m>]) -> Self {
        let mut index = Self {
            by_name: BTreeMap::new(),
            by_label: BTreeMap::new(),
        };
        for (place, node) in nodes.iter().enumerate() {
            if let Some(name) = node.links.name {
                let folders = index.by_name.entry((node.root, name)).or_default();
                folders.entry(node.folder).or_default().push(place);
            }
            for (key, value) in labels(node) {
                let folders = index.by_label.entry((node.root, key, value)).or_default();
                folders.entry(node.folder).or_default().push(place);
            }
        }
        index
    }

    /// The places of those that `node` points at.
    fn pointed_at(&self, node: &Tied<'m>, nodes: &[Tied<'m>]) -> Vec<usize> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        // One who writes more targets than a service has manifests means to keep us busy.
        for (kind, name) in node.links.targets.iter().take(MOST) {
            let fits = |other: &Tied<'m>| {
                (kind.is_empty() || other.kind == *kind) && other.member != node.member
            };
            if let Some(folders) = self.by_name.get(&(node.root, *name)) {
                found.extend(nearest(node, folders, nodes, fits));
            }
        }
        for backend in node.links.backends.iter().take(MOST) {
            found.extend(self.behind_service(node, *backend, nodes));
        }
        if let Some((key, value)) = first_label(node) {
            let fits = |other: &Tied<'m>| node.links.selects(&other.links);
            if let Some(folders) = self.by_label.get(&(node.root, key, value)) {
                found.extend(nearest(node, folders, nodes, fits));
            }
        }
        found.into_iter().collect()
    }

    /// The Service of a name; where none of the manifests is one, the workload that has the name, or whose platform
    /// makes a Service of the name.
    fn behind_service(
        &self,
        node: &Tied<'m>,
        backend: BackendLink<'m>,
        nodes: &[Tied<'m>],
    ) -> Vec<usize> {
        let from = Tied {
            links: Links::default(),
            namespace: backend.namespace.or(node.namespace),
            ..*node
        };
        let of = |name: &'m str, fits: &dyn Fn(&Tied<'m>) -> bool| {
            let folders = self.by_name.get(&(node.root, name))?;
            let mut all = folders.values().flatten();
            let is_there = |place: &usize| one_namespace(&from, &nodes[*place]);
            let is_known = all.any(|place| is_there(place) && fits(&nodes[*place]));
            // Of several that are equally near none is taken, and no other kind either.
            is_known.then(|| nearest(&from, folders, nodes, fits))
        };
        let service = |other: &Tied<'m>| other.role == Role::Route && other.kind == "Service";
        let workload =
            |other: &Tied<'m>| other.role.leads() && NAMED_LIKE_ITS_SERVICE.contains(&other.kind);
        let made = backend
            .maker()
            .and_then(|(kind, name)| of(name, &|other: &Tied<'m>| other.kind == kind));
        of(backend.name, &service)
            .or_else(|| of(backend.name, &workload))
            .or(made)
            .unwrap_or_default()
    }
}

/// The labels of a manifest's pods: those that are written, and those that the platform gives.
fn labels<'m>(node: &Tied<'m>) -> Vec<(&'m str, &'m str)> {
    let mut labels = Vec::new();
    for label in node.links.pod_labels.map(Node::entries).unwrap_or_default() {
        if let Some(value) = label.node.as_str() {
            labels.push((label.key.as_str(), value));
        }
    }
    labels.extend(&node.links.given_labels);
    labels
}

/// The label by which the pods of a selector are looked up; the others are compared.
fn first_label<'m>(node: &Tied<'m>) -> Option<(&'m str, &'m str)> {
    let label = node.links.selector?.entries().first()?;
    Some((&label.key, label.node.as_str()?))
}

/// `None` for what is no manifest.
fn tied(index: usize, member: &Member) -> Option<Tied<'_>> {
    let kind = member.kind()?;
    let root = &member.document.root;
    let mut links = kind.links(root);
    links.name = links
        .name
        .or_else(|| kind.folder_name(&member.document.source.path));
    Some(Tied {
        member: index,
        role: kind.role,
        kind: kind.name,
        links,
        namespace: root.at(&["metadata", "namespace"]).and_then(Node::as_str),
        root: &member.project.root,
        file: &member.document.source.path,
        folder: member
            .document
            .source
            .path
            .parent()
            .unwrap_or(Path::new("")),
        serves: kind.serves_models(root),
    })
}

/// A namespace that is not written may be any.
fn one_namespace(a: &Tied<'_>, b: &Tied<'_>) -> bool {
    a.namespace.is_none() || b.namespace.is_none() || a.namespace == b.namespace
}

/// Those whose folder is nearest: overlays of several environments repeat their names. Where two
/// folders are equally near, nobody knows which one is meant, and none is taken.
fn nearest<'m>(
    of: &Tied<'m>,
    folders: &Folders<'m>,
    nodes: &[Tied<'m>],
    fits: impl Fn(&Tied<'m>) -> bool,
) -> Vec<usize> {
    let fits = |place: &usize| one_namespace(of, &nodes[*place]) && fits(&nodes[*place]);
    // One more than are taken, so that too many are known to be.
    let few = |places: &[usize]| Vec::from_iter(places.iter().copied().filter(fits).take(MOST + 1));
    let here = match folders.get(of.folder) {
        Some(places) => few(places),
        None => Vec::new(),
    };
    if !here.is_empty() || folders.len() > MOST {
        return limited(here);
    }
    let mut best = 0;
    let mut near: Vec<Vec<usize>> = Vec::new();
    for (folder, places) in folders {
        let places = few(places);
        let steps = shared(of.folder, folder);
        if places.is_empty() || steps < best {
            continue;
        }
        if steps > best {
            near.clear();
        }
        best = steps;
        near.push(places);
    }
    match near.pop() {
        Some(places) if near.is_empty() => limited(places),
        _ => Vec::new(),
    }
}

/// Nothing where there are too many: nobody can have meant them all.
fn limited(places: Vec<usize>) -> Vec<usize> {
    match places.len() > MOST {
        true => Vec::new(),
        false => places,
    }
}

/// With how many folders two paths begin alike.
fn shared(a: &Path, b: &Path) -> usize {
    a.components()
        .zip(b.components())
        .take_while(|(a, b)| a == b)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{self, Format},
        source::Source,
    };

    fn node<'m>(
        member: usize,
        role: Role,
        kind: &'static str,
        name: &'m str,
        file: &'m str,
    ) -> Tied<'m> {
        let file = Path::new(file);
        let links = Links {
            name: Some(name),
            ..Links::default()
        };
        let folder = file.parent().expect("a folder");
        Tied {
            member,
            role,
            kind,
            links,
            namespace: None,
            root: Path::new("/r"),
            file,
            folder,
            serves: true,
        }
    }

    fn deployment<'m>(member: usize, name: &'m str, file: &'m str) -> Tied<'m> {
        node(member, Role::Workload, "Deployment", name, file)
    }

    fn scaler<'m>(member: usize, target: &'m str, file: &'m str) -> Tied<'m> {
        let mut scaler = node(
            member,
            Role::Autoscaler,
            "HorizontalPodAutoscaler",
            "scaler",
            file,
        );
        scaler.links.targets = vec![("Deployment", target)];
        scaler
    }

    fn closure(graph: &Graph<'_>, seed: usize) -> Vec<usize> {
        graph.closure([seed]).into_iter().collect()
    }

    #[test]
    fn overlays_of_the_same_names_keep_to_themselves() {
        let graph = Graph::of(vec![
            deployment(0, "ranker", "/r/dev/deploy.yaml"),
            scaler(1, "ranker", "/r/dev/scale/hpa.yaml"),
            deployment(2, "ranker", "/r/prod/deploy.yaml"),
            scaler(3, "ranker", "/r/prod/hpa.yaml"),
        ]);
        assert_eq!(
            (closure(&graph, 0), closure(&graph, 2)),
            (vec![0, 1], vec![2, 3])
        );
    }

    #[test]
    fn nothing_is_guessed_between_equally_near_ones() {
        let graph = Graph::of(vec![
            deployment(0, "ranker", "/r/dev/deploy.yaml"),
            deployment(1, "ranker", "/r/prod/deploy.yaml"),
            scaler(2, "ranker", "/r/scale/hpa.yaml"),
        ]);
        assert_eq!(
            (closure(&graph, 0), closure(&graph, 1), closure(&graph, 2)),
            (vec![0], vec![1], vec![2])
        );
    }

    #[test]
    fn another_kind_name_or_namespace_is_no_target() {
        let mut elsewhere = deployment(0, "ranker", "/r/a.yaml");
        elsewhere.namespace = Some("feed");
        let mut scaler = scaler(1, "ranker", "/r/hpa.yaml");
        scaler.namespace = Some("search");
        let graph = Graph::of(vec![
            elsewhere,
            scaler,
            node(2, Role::Workload, "InferenceService", "ranker", "/r/b.yaml"),
            deployment(3, "other", "/r/c.yaml"),
        ]);
        assert_eq!(closure(&graph, 1), [1]);
    }

    #[test]
    fn a_canary_brings_its_workload_and_its_metrics() {
        let mut canary = node(0, Role::Canary, "Canary", "ranker", "/r/canary.yaml");
        canary.links.targets = vec![("Deployment", "ranker"), ("MetricTemplate", "errors")];
        let metrics = node(
            1,
            Role::Analysis,
            "MetricTemplate",
            "errors",
            "/r/shared/metrics.yaml",
        );
        let graph = Graph::of(vec![
            canary,
            metrics,
            deployment(2, "ranker", "/r/deploy.yaml"),
        ]);
        assert_eq!(
            (closure(&graph, 0), closure(&graph, 2)),
            (vec![0, 1, 2], vec![0, 1, 2])
        );
    }

    #[test]
    fn a_shared_template_belongs_to_each_and_ties_none() {
        let rollout = |member, name, file| {
            let mut rollout = node(member, Role::Rollout, "Rollout", name, file);
            rollout.links.targets = vec![("ClusterAnalysisTemplate", "errors")];
            rollout
        };
        let graph = Graph::of(vec![
            rollout(0, "a", "/r/a/rollout.yaml"),
            rollout(1, "b", "/r/b/rollout.yaml"),
            node(
                2,
                Role::Analysis,
                "ClusterAnalysisTemplate",
                "errors",
                "/r/cluster/errors.yaml",
            ),
        ]);
        assert_eq!(
            (closure(&graph, 0), closure(&graph, 1)),
            (vec![0, 2], vec![1, 2])
        );
    }

    #[test]
    fn a_budget_for_the_pods_of_several_services_ties_none_to_another() {
        let source = Source::new("a.yaml", "{app: models}");
        let labels = read::parse(&source, Format::Yaml).documents.remove(0).root;
        let served = |member, name| {
            let mut deployment = deployment(member, name, "/r/deploy.yaml");
            deployment.links.pod_labels = Some(&labels);
            deployment
        };
        let mut budget = node(2, Role::Pdb, "PodDisruptionBudget", "all", "/r/pdb.yaml");
        budget.links.selector = Some(&labels);
        let graph = Graph::of(vec![served(0, "a"), served(1, "b"), budget]);
        assert_eq!(
            (closure(&graph, 0), closure(&graph, 1)),
            (vec![0, 2], vec![1, 2])
        );
        // Labels that the platform gives count like those that are written.
        let mut given = node(0, Role::Workload, "InferenceService", "a", "/r/a.yaml");
        given.links.given_labels = vec![("app", "models")];
        let mut budget = node(1, Role::Pdb, "PodDisruptionBudget", "all", "/r/pdb.yaml");
        budget.links.selector = Some(&labels);
        assert_eq!(closure(&Graph::of(vec![given, budget]), 0), [0, 1]);
    }

    /// A route to the Services of some names.
    fn route<'m>(member: usize, names: &[&'m str], file: &'m str) -> Tied<'m> {
        let mut route = node(member, Role::Route, "HTTPRoute", "front", file);
        let backend = |name: &&'m str| BackendLink {
            name,
            namespace: None,
        };
        route.links.backends = names.iter().map(backend).collect();
        route
    }

    #[test]
    fn a_route_leads_over_a_service_to_the_pods_that_it_selects() {
        let source = Source::new("a.yaml", "{app: ranker}");
        let labels = read::parse(&source, Format::Yaml).documents.remove(0).root;
        let served = |member, name| {
            let mut deployment = deployment(member, name, "/r/deploy.yaml");
            deployment.links.pod_labels = Some(&labels);
            deployment
        };
        let service = |member, name| {
            let mut service = node(member, Role::Route, "Service", name, "/r/service.yaml");
            service.links.selector = Some(&labels);
            service
        };
        // Not to the workload of the same name, which the Service does not select.
        let graph = Graph::of(vec![
            served(0, "ranker-v2"),
            service(1, "ranker"),
            route(2, &["ranker"], "/r/route.yaml"),
            deployment(3, "ranker", "/r/other.yaml"),
        ]);
        assert_eq!(
            (closure(&graph, 0), closure(&graph, 2), closure(&graph, 3)),
            (vec![0, 1, 2], vec![0, 1, 2], vec![3])
        );
    }

    #[test]
    fn without_its_service_a_backend_is_the_workload_of_the_name() {
        let graph = Graph::of(vec![
            deployment(0, "ranker", "/r/deploy.yaml"),
            node(
                1,
                Role::Workload,
                "InferenceService",
                "chat",
                "/r/isvc.yaml",
            ),
            route(2, &["ranker"], "/r/a.yaml"),
            route(3, &["chat-predictor"], "/r/b.yaml"),
            node(4, Role::Workload, "RayService", "llm", "/r/ray.yaml"),
            route(5, &["llm-serve-svc"], "/r/c.yaml"),
        ]);
        assert_eq!(
            (closure(&graph, 0), closure(&graph, 1), closure(&graph, 4)),
            (vec![0, 2], vec![1, 3], vec![4, 5])
        );
        // An autoscaler of the name is none.
        let graph = Graph::of(vec![
            scaler(0, "other", "/r/hpa.yaml"),
            route(1, &["scaler"], "/r/a.yaml"),
        ]);
        assert_eq!(closure(&graph, 1), [1]);
    }

    #[test]
    fn a_route_to_several_services_belongs_to_each_and_ties_none() {
        let graph = Graph::of(vec![
            deployment(0, "ranker", "/r/deploy.yaml"),
            deployment(1, "chat", "/r/deploy.yaml"),
            route(2, &["ranker", "chat"], "/r/route.yaml"),
        ]);
        assert_eq!(
            (closure(&graph, 0), closure(&graph, 1)),
            (vec![0, 2], vec![1, 2])
        );
    }

    #[test]
    fn a_backend_in_another_namespace_is_found_there() {
        let mut elsewhere = deployment(0, "ranker", "/r/deploy.yaml");
        elsewhere.namespace = Some("feed");
        let mut front = route(1, &["ranker"], "/r/route.yaml");
        front.namespace = Some("gateway");
        let graph = Graph::of(vec![elsewhere, front]);
        assert_eq!(closure(&graph, 0), [0]);
        let mut elsewhere = deployment(0, "ranker", "/r/deploy.yaml");
        elsewhere.namespace = Some("feed");
        let mut front = route(1, &["ranker"], "/r/route.yaml");
        front.namespace = Some("gateway");
        front.links.backends[0].namespace = Some("feed");
        let graph = Graph::of(vec![elsewhere, front]);
        assert_eq!(closure(&graph, 0), [0, 1]);
    }

    #[test]
    fn what_points_in_a_circle_ends() {
        let pair = |member, name, other| {
            let mut node = node(
                member,
                Role::Analysis,
                "AnalysisTemplate",
                name,
                "/r/a.yaml",
            );
            node.links.targets = vec![("AnalysisTemplate", other)];
            node
        };
        let graph = Graph::of(vec![pair(0, "a", "b"), pair(1, "b", "a")]);
        assert_eq!(closure(&graph, 0), [0, 1]);
    }

    #[test]
    fn manifests_without_end_are_cut() {
        let names: Vec<String> = (0..5_000).map(|index| format!("t{index}")).collect();
        let chain = names
            .iter()
            .zip(names.iter().cycle().skip(1))
            .enumerate()
            .map(|(index, (name, next))| {
                let mut node = node(index, Role::Analysis, "AnalysisTemplate", name, "/r/a.yaml");
                node.links.targets = vec![("AnalysisTemplate", next)];
                node
            });
        let graph = Graph::of(chain.collect());
        assert!(Graph::is_cut(&graph.closure([0])));
        // Thousands of one name in one folder: none is meant.
        let alike = (0..5_000).map(|index| match index % 2 {
            0 => deployment(index, "ranker", "/r/a.yaml"),
            _ => scaler(index, "ranker", "/r/a.yaml"),
        });
        assert_eq!(closure(&Graph::of(alike.collect()), 1), [1]);
    }

    /// Each service is looked up, not compared with all others.
    #[test]
    fn ten_thousand_services_are_joined_at_once() {
        let names: Vec<String> = (0..10_000).map(|index| format!("ranker-{index}")).collect();
        let mut nodes = Vec::new();
        for (index, name) in names.iter().enumerate() {
            nodes.push(deployment(2 * index, name, "/r/deploy.yaml"));
            nodes.push(scaler(2 * index + 1, name, "/r/deploy.yaml"));
        }
        let started = std::time::Instant::now();
        let graph = Graph::of(nodes);
        for place in (0..20_000).step_by(2) {
            assert_eq!(closure(&graph, place), [place, place + 1]);
        }
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }
}
