//! Istio: the VirtualService and the DestinationRule.

use super::{
    facts::{BackendFacts, ManifestFacts, RouteFacts},
    gateway::limit,
    links::{BackendLink, Links, listed, named},
};
use crate::document::{Node, Spot};

/// How the full name of a Service ends, behind its namespace.
const CLUSTER: [&str; 2] = [".svc.cluster.local", ".svc"];

/// Writes the facts of a VirtualService: a way for each HTTP route. A redirect and a delegate lead elsewhere.
pub(super) fn virtual_service(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let rules = root.items_at(&["spec", "http"]);
    facts.routes = rules.iter().map(way).collect();
}

fn way(rule: &Spot<'_>) -> RouteFacts {
    RouteFacts {
        at: rule.at.clone(),
        backends: rule.items_at(&["route"]).iter().map(backend).collect(),
        timeout_seconds: limit(rule, &["timeout"]),
        try_seconds: limit(rule, &["retries", "perTryTimeout"]),
        silence_seconds: None,
        retries: rule.placed_number_at(&["retries", "attempts"]),
    }
}

fn backend(entry: &Spot<'_>) -> BackendFacts {
    let host = entry.text_at(&["destination", "host"]).and_then(of_cluster);
    BackendFacts {
        at: entry.at.clone(),
        name: host.map(|host| host.name.to_owned()),
        kind: None,
        subset: entry.string_at(&["destination", "subset"]),
        weight: entry.placed_number_at(&["weight"]),
    }
}

/// The Service that a host means; `None` for a host outside of the cluster. A name with a dot is complete.
fn of_cluster(host: &str) -> Option<BackendLink<'_>> {
    if !host.contains('.') {
        return Some(BackendLink {
            name: host,
            namespace: None,
        });
    }
    let short = CLUSTER.iter().find_map(|end| host.strip_suffix(end))?;
    let (name, namespace) = short.split_once('.')?;
    Some(BackendLink {
        name,
        namespace: Some(namespace),
    })
}

/// The Services that a VirtualService sends requests to.
pub(super) fn virtual_service_links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    let Some(spec) = root.get("spec") else {
        return links;
    };
    let routes = listed(spec, &["http"])
        .iter()
        .flat_map(|rule| listed(rule, &["route"]));
    let hosts = routes.filter_map(|route| route.at(&["destination", "host"])?.as_str());
    links.backends = hosts.filter_map(of_cluster).collect();
    links
}

/// The Service that a DestinationRule is about.
pub(super) fn destination_rule_links(root: &Node) -> Links<'_> {
    let host = root.at(&["spec", "host"]).and_then(Node::as_str);
    Links {
        backends: host.and_then(of_cluster).into_iter().collect(),
        ..named(root)
    }
}

#[cfg(test)]
mod tests {
    use super::of_cluster;

    #[test]
    fn a_host_means_a_service_only_where_it_is_short_or_of_the_cluster() {
        let table = [
            ("ranker", Some(("ranker", None))),
            ("ranker.feed.svc", Some(("ranker", Some("feed")))),
            (
                "ranker.feed.svc.cluster.local",
                Some(("ranker", Some("feed"))),
            ),
            ("ranker.feed", None),
            ("api.example.com", None),
            ("*.example.com", None),
        ];
        for (host, wanted) in table {
            let found = of_cluster(host).map(|link| (link.name, link.namespace));
            assert_eq!(found, wanted, "{host}");
        }
    }
}
