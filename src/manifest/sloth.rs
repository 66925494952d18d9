//! Sloth (its own format and its custom resource) and Pyrra: objectives in percent.

mod windows;

use super::{
    facts::{ManifestFacts, ObjectiveFacts, QueryFacts},
    indicator,
    links::{Links, named},
    queries,
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
    objectives(root, &PLAIN, facts);
}

/// Writes the objectives of a PrometheusServiceLevel.
pub(super) fn resource(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    objectives(&spec, &RESOURCE, facts);
}

/// The keys in which the two formats differ.
struct SlothKeys {
    errors: &'static str,
    total: &'static str,
    ratio: &'static str,
    page: &'static str,
    ticket: &'static str,
}

const PLAIN: SlothKeys = SlothKeys {
    errors: "error_query",
    total: "total_query",
    ratio: "error_ratio_query",
    page: "page_alert",
    ticket: "ticket_alert",
};

const RESOURCE: SlothKeys = SlothKeys {
    errors: "errorQuery",
    total: "totalQuery",
    ratio: "errorRatioQuery",
    page: "pageAlert",
    ticket: "ticketAlert",
};

fn objectives(spec: &Spot<'_>, keys: &SlothKeys, facts: &mut ManifestFacts) {
    let service = spec.string_at(&["service"]);
    for slo in spec.items_at(&["slos"]) {
        let (found, queries) = objective(&slo, keys);
        facts.queries.extend(queries);
        facts.slos.push(ObjectiveFacts {
            service: service.clone(),
            generated: windows::sloth(&slo, keys.page, keys.ticket),
            ..found
        });
    }
}

fn objective(slo: &Spot<'_>, keys: &SlothKeys) -> (ObjectiveFacts, Vec<QueryFacts>) {
    let name = slo.text_at(&["name"]);
    let objective = ObjectiveFacts {
        name: name.map(str::to_owned),
        at: Some(slo.at.clone()),
        ..percent(slo.get("objective"))
    };
    let places = [
        ("errors", "events", keys.errors),
        ("total", "events", keys.total),
        ("ratio", "raw", keys.ratio),
    ];
    let mut queries = Vec::new();
    for (purpose, form, key) in places {
        let found = slo.find(&["sli", form, key]);
        queries.extend(found.map(|query| (purpose, query)));
    }
    write(name, &queries, objective)
}

/// An objective with what its queries say, and their facts.
fn write(
    name: Option<&str>,
    queries: &[(&'static str, Spot<'_>)],
    mut objective: ObjectiveFacts,
) -> (ObjectiveFacts, Vec<QueryFacts>) {
    let texts: Vec<Spot<'_>> = queries.iter().map(|(_, query)| query.clone()).collect();
    indicator::write(name.unwrap_or_default(), &texts, &mut objective);
    let facts = queries::objective(queries, name, &mut objective);
    (objective, facts)
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
    let seconds = window.as_ref().map(|window| window.value.get());
    let slo = ObjectiveFacts {
        name: name.map(str::to_owned),
        at: Some(spec.at.clone()),
        // Pyrra knows no other window.
        window_kind: window.is_some().then_some("rolling"),
        window_seconds: window,
        generated: windows::pyrra(&spec, seconds),
        ..percent(spec.get("target"))
    };
    let places = [
        ("errors", "ratio", "errors"),
        ("total", "ratio", "total"),
        ("good", "latency", "success"),
        ("total", "latency", "total"),
    ];
    let mut queries = Vec::new();
    for (purpose, form, part) in places {
        let found = spec.find(&["indicator", form, part, "metric"]);
        queries.extend(found.map(|query| (purpose, query)));
    }
    let (mut slo, read) = write(name, &queries, slo);
    facts.queries = read;
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
