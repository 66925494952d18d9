//! Sloth (its own format and its custom resource) and Pyrra: objectives in percent.

use super::{
    facts::{ManifestFacts, ObjectiveFacts},
    indicator,
    links::{Links, named},
};
use crate::{
    document::{Node, Spot},
    facts::Placed,
};

/// True for Sloth's own format.
pub(super) fn is_plain(root: &Node) -> bool {
    root.get("version").and_then(Node::as_str) == Some("prometheus/v1")
        && root.get("slos").is_some()
}

/// Writes the objectives of Sloth's own format.
pub(super) fn plain(root: &Spot<'_>, facts: &mut ManifestFacts) {
    facts.slos = objectives(root, ["error_query", "total_query", "error_ratio_query"]);
}

/// Writes the objectives of a PrometheusServiceLevel.
pub(super) fn resource(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    facts.slos = objectives(&spec, ["errorQuery", "totalQuery", "errorRatioQuery"]);
}

fn objectives(spec: &Spot<'_>, keys: [&str; 3]) -> Vec<ObjectiveFacts> {
    let service = spec.string_at(&["service"]);
    let mut objectives = Vec::new();
    for slo in spec.items_at(&["slos"]) {
        objectives.push(ObjectiveFacts {
            service: service.clone(),
            ..objective(&slo, keys)
        });
    }
    objectives
}

fn objective(slo: &Spot<'_>, [errors, total, ratio]: [&str; 3]) -> ObjectiveFacts {
    let name = slo.text_at(&["name"]);
    let mut objective = ObjectiveFacts {
        name: name.map(str::to_owned),
        at: Some(slo.at.clone()),
        ..percent(slo.get("objective"))
    };
    let places = [["events", errors], ["events", total], ["raw", ratio]];
    let mut queries = Vec::new();
    for [form, key] in places {
        queries.extend(slo.find(&["sli", form, key]));
    }
    indicator::write(name.unwrap_or_default(), &queries, &mut objective);
    objective
}

/// A target in percent, as a number or as text.
fn percent(target: Option<Spot<'_>>) -> ObjectiveFacts {
    let Some(target) = target else {
        return ObjectiveFacts::default();
    };
    let ratio = target.number().map(|percent| percent / 100.0);
    ObjectiveFacts {
        unit: Some("percent"),
        raw_target: target.placed_number(),
        target: ratio.and_then(|ratio| Placed::number(ratio, &target.at)),
        ..ObjectiveFacts::default()
    }
}

/// Sloth's own format has no metadata: it is called like its service.
pub(super) fn plain_links(root: &Node) -> Links<'_> {
    let service = root.get("service").and_then(Node::as_str);
    Links {
        name: service,
        service,
        ..Links::default()
    }
}

/// The service that a PrometheusServiceLevel speaks of.
pub(super) fn resource_links(root: &Node) -> Links<'_> {
    let links = named(root);
    let service = root.at(&["spec", "service"]).and_then(Node::as_str);
    Links {
        service: service.or(links.service),
        ..links
    }
}

/// Writes the objective of a Pyrra ServiceLevelObjective.
pub(super) fn pyrra(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let name = root.text_at(&["metadata", "name"]);
    let window = spec
        .get("window")
        .and_then(|window| window.placed_duration());
    let mut slo = ObjectiveFacts {
        name: name.map(str::to_owned),
        at: Some(spec.at.clone()),
        // Pyrra knows no other window.
        window_kind: window.is_some().then_some("rolling"),
        window_seconds: window,
        ..percent(spec.get("target"))
    };
    let places = [
        ["ratio", "errors"],
        ["ratio", "total"],
        ["latency", "success"],
        ["latency", "total"],
    ];
    let mut queries = Vec::new();
    for [form, part] in places {
        queries.extend(spec.find(&["indicator", form, part, "metric"]));
    }
    indicator::write(name.unwrap_or_default(), &queries, &mut slo);
    // A native histogram has no bucket in its query: the limit has a field of its own.
    let native = spec.placed_seconds_at(&["indicator", "latencyNative", "latency"]);
    if native.is_some() {
        slo.indicator = Some("latency");
        slo.threshold_seconds = native;
    }
    facts.slos = vec![slo];
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::json;

    #[test]
    fn objectives_are_percent_whatever_they_look_like() {
        let slo = |objective: &str| {
            let text = format!(
                "{{version: prometheus/v1, service: s, slos: [{{name: a, objective: {objective}}}]}}"
            );
            facts(&text)["slos"][0].clone()
        };
        assert_eq!(slo("99.95")["target"]["value"], json!(0.9995));
        assert_eq!(slo("0.9995")["target"]["value"], json!(0.009995));
        assert_eq!(slo("0.9995")["rawTarget"]["value"], json!(0.9995));
        assert!(slo("high").get("target").is_none());
    }

    #[test]
    fn a_target_of_pyrra_is_percent_in_a_text_and_its_window_rolls() {
        let facts = facts(
            "{apiVersion: pyrra.dev/v1alpha1, kind: ServiceLevelObjective, metadata: {name: a}, spec: {target: \"99\", window: 4w, indicator: {latency: {success: {metric: 'x_seconds_bucket{le=\"0.05\"}'}}}}}",
        );
        let slo = &facts["slos"][0];
        assert_eq!(
            slo["target"],
            json!({"value": 0.99, "at": ["spec", "target"]})
        );
        assert_eq!(slo["windowSeconds"]["value"], 2_419_200);
        assert_eq!(slo["thresholdSeconds"]["value"], json!(0.05));
        assert_eq!(slo["indicator"], "latency");
    }
}
