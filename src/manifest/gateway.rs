//! The Gateway API: HTTPRoute and GRPCRoute.

use super::{
    facts::{BackendFacts, ManifestFacts, RouteFacts},
    links::{BackendLink, Links, listed, named},
};
use crate::{
    document::{Node, Spot},
    facts::{Number, Placed},
};

/// The kind of a backend that names none.
const USUAL: &str = "Service";

/// Writes the facts of a route: a way for each of its rules.
pub(super) fn route(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let rules = root.items_at(&["spec", "rules"]);
    facts.routes = rules.iter().map(way).collect();
}

fn way(rule: &Spot<'_>) -> RouteFacts {
    RouteFacts {
        at: rule.at.clone(),
        backends: rule
            .items_at(&["backendRefs"])
            .iter()
            .map(backend)
            .collect(),
        timeout_seconds: limit(rule, &["timeouts", "request"]),
        try_seconds: limit(rule, &["timeouts", "backendRequest"]),
        silence_seconds: None,
        retries: rule.placed_number_at(&["retry", "attempts"]),
    }
}

/// A time that ends something; 0 is none.
pub(super) fn limit(holder: &Spot<'_>, path: &[&str]) -> Option<Placed<Number>> {
    let limit = holder.placed_seconds_at(path)?;
    (limit.value.get() > 0.0).then_some(limit)
}

fn backend(entry: &Spot<'_>) -> BackendFacts {
    BackendFacts {
        at: entry.at.clone(),
        name: entry.string_at(&["name"]),
        kind: Some(entry.text_at(&["kind"]).unwrap_or(USUAL).to_owned()),
        subset: None,
        weight: entry.placed_number_at(&["weight"]),
    }
}

/// The backends of a route.
pub(super) fn links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    let Some(spec) = root.get("spec") else {
        return links;
    };
    for backend in listed(spec, &["rules"])
        .iter()
        .flat_map(|rule| listed(rule, &["backendRefs"]))
    {
        let text = |key: &str| backend.get(key).and_then(Node::as_str);
        let Some(name) = text("name") else { continue };
        match text("kind").unwrap_or(USUAL) {
            USUAL => links.backends.push(BackendLink {
                name,
                namespace: text("namespace"),
            }),
            kind => links.targets.push((kind, name)),
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn rule(text: &str) -> Json {
        facts(&format!(
            "{{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {{name: a}}, spec: {{rules: [{{{text}}}]}}}}"
        ))["routes"][0]
            .clone()
    }

    #[test]
    fn a_rule_has_backends_with_the_weights_that_are_written() {
        let found =
            rule("backendRefs: [{name: a, weight: 90}, {name: b}, {kind: InferencePool, name: c}]");
        let part = |index: usize, key: &str| found["backends"][index][key].clone();
        assert_eq!(part(0, "weight")["value"], 90);
        assert_eq!(part(1, "weight"), Json::Null);
        assert_eq!(part(1, "kind"), "Service");
        assert_eq!(part(2, "kind"), "InferencePool");
    }

    #[test]
    fn a_time_of_zero_limits_nothing() {
        let found = rule("timeouts: {request: 0s, backendRequest: 1m30s}, retry: {attempts: 2}");
        assert_eq!(found["timeoutSeconds"], Json::Null);
        assert_eq!(
            found["trySeconds"],
            json!({"value": 90, "at": ["spec", "rules", 0, "timeouts", "backendRequest"]})
        );
        assert_eq!(found["retries"]["value"], 2);
    }
}
