//! The Ingress of Kubernetes, with the annotations of the NGINX controller.

use super::{
    facts::{BackendFacts, ManifestFacts, RouteFacts, ShiftFacts, StepFacts},
    gateway::limit,
    links::{BackendLink, Links, listed, named},
};
use crate::{
    document::{Node, Spot},
    facts::Number,
};

/// What the annotations of the NGINX controller begin with.
const NGINX: &str = "nginx.ingress.kubernetes.io/";
/// All requests, in the unit of `canary-weight`, where `canary-weight-total` is not written.
const ALL: f64 = 100.0;

/// Writes the facts of an Ingress: one way to all its backends, and the share of a canary.
pub(super) fn ingress(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let is_canary = annotation(root, "canary").is_some_and(|canary| canary.is_true());
    let mut backends = Vec::new();
    for rule in spec.items_at(&["rules"]) {
        for path in rule.items_at(&["http", "paths"]) {
            backends.extend(path.get("backend").and_then(|found| backend(&found)));
        }
    }
    let rest = spec.get("defaultBackend");
    backends.extend(rest.and_then(|found| backend(&found)));
    // On a canary the controller does not read it.
    let silence = annotations(root)
        .filter(|_| !is_canary)
        .and_then(|all| limit(&all, &["nginx.ingress.kubernetes.io/proxy-read-timeout"]));
    facts.routes = vec![RouteFacts {
        at: spec.at.clone(),
        backends,
        silence_seconds: silence,
        ..RouteFacts::default()
    }];
    if is_canary {
        facts.platform = Some("nginx");
        facts.rollout = shift(root);
    }
}

/// The share of the canary: of all requests that no header and no cookie has sent already.
fn shift(root: &Spot<'_>) -> Option<ShiftFacts> {
    let weight = annotation(root, "canary-weight")?;
    let total = match annotation(root, "canary-weight-total") {
        Some(total) => total.quantity()?,
        None => ALL,
    };
    let share = Number::new(100.0 * weight.quantity()? / total)?;
    Some(ShiftFacts {
        at: Some(weight.at.clone()),
        steps: vec![StepFacts {
            weight: Some(share),
            at: Some(weight.at),
            ..StepFacts::default()
        }],
        ..ShiftFacts::default()
    })
}

fn annotations<'n>(root: &Spot<'n>) -> Option<Spot<'n>> {
    root.find(&["metadata", "annotations"])
}

fn annotation<'n>(root: &Spot<'n>, name: &str) -> Option<Spot<'n>> {
    annotations(root)?.get(&format!("{NGINX}{name}"))
}

fn backend(found: &Spot<'_>) -> Option<BackendFacts> {
    let service = found.get("service")?;
    Some(BackendFacts {
        at: service.at.clone(),
        name: service.string_at(&["name"]),
        ..BackendFacts::default()
    })
}

/// The Services of an Ingress.
pub(super) fn links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    let Some(spec) = root.get("spec") else {
        return links;
    };
    let paths = listed(spec, &["rules"])
        .iter()
        .flat_map(|rule| listed(rule, &["http", "paths"]));
    let backends = paths
        .filter_map(|path| path.get("backend"))
        .chain(spec.get("defaultBackend"));
    for backend in backends {
        let name = backend.at(&["service", "name"]).and_then(Node::as_str);
        links.backends.extend(name.map(|name| BackendLink {
            name,
            namespace: None,
        }));
    }
    links
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn ingress(annotations: &str) -> Json {
        facts(&format!(
            "{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: a, annotations: {{{annotations}}}}}, spec: {{defaultBackend: {{service: {{name: b, port: {{number: 80}}}}}}}}}}"
        ))
    }

    #[test]
    fn a_canary_takes_its_share_of_the_total() {
        let canary = "nginx.ingress.kubernetes.io/canary: \"true\"";
        for (more, wanted) in [
            ("canary-weight: \"10\"", json!(10)),
            (
                "canary-weight: \"10\", nginx.ingress.kubernetes.io/canary-weight-total: \"1000\"",
                json!(1),
            ),
            ("canary-by-header: x-canary", Json::Null),
        ] {
            let found = ingress(&format!("{canary}, nginx.ingress.kubernetes.io/{more}"));
            assert_eq!(found["rollout"]["steps"][0]["weight"], wanted, "{more}");
            assert_eq!(found["platform"], "nginx");
        }
        let off = "nginx.ingress.kubernetes.io/canary: \"false\", nginx.ingress.kubernetes.io/canary-weight: \"10\"";
        assert_eq!(ingress(off)["rollout"], Json::Null);
    }

    #[test]
    fn a_canary_has_no_timeout_of_its_own() {
        let timeout = "nginx.ingress.kubernetes.io/proxy-read-timeout: \"90\"";
        assert_eq!(ingress(timeout)["routes"][0]["silenceSeconds"]["value"], 90);
        let canary = format!("nginx.ingress.kubernetes.io/canary: \"true\", {timeout}");
        assert_eq!(ingress(&canary)["routes"][0]["silenceSeconds"], Json::Null);
    }
}
