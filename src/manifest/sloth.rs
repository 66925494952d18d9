//! Sloth (its own format and its custom resource) and Pyrra: objectives in percent.

use super::{
    facts::{ManifestFacts, ObjectiveFacts, put},
    indicator,
    links::{Links, named},
};
use crate::{
    document::{Node, Spot},
    facts::Placed,
    units,
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
    let service = spec.text_at(&["service"]);
    spec.items_at(&["slos"])
        .iter()
        .map(|slo| objective(slo, service, keys))
        .collect()
}

fn objective(
    slo: &Spot<'_>,
    service: Option<&str>,
    [errors, total, ratio]: [&str; 3],
) -> ObjectiveFacts {
    let mut sheet = ObjectiveFacts::default();
    let name = slo.text_at(&["name"]);
    put(&mut sheet.name, name);
    put(&mut sheet.service, service);
    sheet.at = Some(slo.at.clone());
    percent(slo.get("objective"), &mut sheet);
    let places = [["events", errors], ["events", total], ["raw", ratio]];
    let queries: Vec<Spot<'_>> = places
        .iter()
        .filter_map(|place| slo.get("sli")?.find(place))
        .collect();
    indicator::write(name.unwrap_or_default(), &queries, &mut sheet);
    sheet
}

/// A target in percent, as a number or as text.
fn percent(target: Option<Spot<'_>>, slo: &mut ObjectiveFacts) {
    let Some(target) = target else { return };
    put(&mut slo.unit, Some("percent"));
    put(&mut slo.raw_target, target.placed_number());
    put(
        &mut slo.target,
        target
            .number()
            .and_then(|percent| Placed::number(percent / 100.0, &target.at)),
    );
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
    let mut slo = ObjectiveFacts::default();
    let name = root.text_at(&["metadata", "name"]);
    put(&mut slo.name, name);
    slo.at = Some(spec.at.clone());
    percent(spec.get("target"), &mut slo);
    let window = spec.get("window");
    let seconds = window
        .as_ref()
        .and_then(|text| units::duration_seconds(text.text()?).ok());
    put(
        &mut slo.window_seconds,
        seconds
            .zip(window)
            .and_then(|(seconds, spot)| Placed::number(seconds, &spot.at)),
    );
    put(&mut slo.window_kind, seconds.map(|_| "rolling"));
    let places = [
        ["ratio", "errors"],
        ["ratio", "total"],
        ["latency", "success"],
        ["latency", "total"],
    ];
    let queries: Vec<Spot<'_>> = places
        .iter()
        .filter_map(|place| spec.get("indicator")?.find(place)?.get("metric"))
        .collect();
    indicator::write(name.unwrap_or_default(), &queries, &mut slo);
    let native = spec.find(&["indicator", "latencyNative", "latency"]);
    if let Some(limit) = native.and_then(|limit| limit.placed_seconds()) {
        put(&mut slo.indicator, Some("latency"));
        put(&mut slo.threshold_seconds, Some(limit));
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
