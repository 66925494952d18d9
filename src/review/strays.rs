//! Manifests that point at nothing, or that nothing points at, although they stand beside the one service that they
//! were meant for: an autoscaler whose target is misspelt, a budget or a pool whose labels are, a template that nobody uses.

use super::ties::Graph;
use crate::{did_you_mean, document::Node, manifest::Role};
use std::{collections::BTreeMap, path::Path};

/// More workloads in one folder are not compared with each stray in it.
const MOST: usize = 50;

/// The strays of a run, each with the place of what leads beside it.
pub(super) fn strays(graph: &Graph<'_>) -> BTreeMap<usize, usize> {
    let mut leaders: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
    for (place, node) in graph.nodes.iter().enumerate() {
        if node.role.leads() {
            leaders.entry(node.folder).or_default().push(place);
        }
    }
    let mut found = BTreeMap::new();
    for (place, node) in graph.nodes.iter().enumerate() {
        let near = leaders.get(node.folder).map(Vec::as_slice);
        let near = near.filter(|near| near.len() <= MOST && graph.is_alone(place));
        let mut meant = near.unwrap_or_default().iter().copied();
        let fits = |leader: &usize| belongs(graph, place, *leader);
        // Of two nobody knows which one is meant.
        if let (Some(leader), None) = (meant.by_ref().find(fits), meant.find(fits))
            && graph.nodes[leader].serves
        {
            found.insert(place, leader);
        }
    }
    found
}

/// Whether a manifest was meant for what leads: the kinds fit, and the names resemble each other.
fn belongs(graph: &Graph<'_>, place: usize, leader: usize) -> bool {
    let (node, leader) = (&graph.nodes[place], &graph.nodes[leader]);
    match node.role {
        Role::Autoscaler => node.links.targets.iter().any(|(kind, name)| {
            *kind == leader.kind && leader.links.name.is_some_and(|known| alike(name, known))
        }),
        Role::Route if node.kind != "InferencePool" => false,
        Role::Pdb | Role::Route => {
            let wanted = node.links.selector.map(Node::entries).unwrap_or_default();
            !wanted.is_empty()
                && wanted.iter().all(|label| {
                    let known = leader.links.pod_label(&label.key);
                    let value = label.node.as_str();
                    value.is_some_and(|value| known.is_some_and(|known| alike(value, known)))
                })
        }
        // A template of the cluster may serve any Rollout of it.
        Role::Analysis => matches!(
            (node.kind, leader.role),
            ("AnalysisTemplate", Role::Rollout) | ("MetricTemplate", Role::Canary)
        ),
        _ => false,
    }
}

/// True for the same name, one that holds the other, or one that a slip of the fingers made of it.
fn alike(a: &str, b: &str) -> bool {
    let (shorter, longer) = if a.len() < b.len() { (a, b) } else { (b, a) };
    (shorter.len() > 3 && longer.contains(shorter)) || did_you_mean::nearest(a, [b]).is_some()
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn names_are_alike_where_one_holds_the_other_or_a_finger_slipped() {
        for (a, b) in [
            ("embed", "embedder"),
            ("rankr", "ranker"),
            ("ranker", "ranker-v2"),
        ] {
            assert!(alike(a, b) && alike(b, a), "{a} {b}");
        }
        for (a, b) in [("gateway", "ranker"), ("a", "abc"), ("chat", "rank")] {
            assert!(!alike(a, b) && !alike(b, a), "{a} {b}");
        }
    }
}
