//! OpenSLO v1: objectives, and the conditions of alerts.

use super::{
    facts::{BurnFacts, ManifestFacts, ObjectiveFacts},
    indicator,
    links::{Links, listed, named},
    queries,
};
use crate::{
    document::{Node, Pointer, Spot},
    facts::{Number, Placed},
    units,
};

/// Writes the objectives of an SLO, and the alerts that it holds itself.
pub(super) fn slo(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let objectives = spec.items_at(&["objectives"]);
    let asked = asked(&spec);
    for objective in &objectives {
        let mut slo = self::objective(root, &spec, objective);
        let read = queries::objective(&asked, root.text_at(&["metadata", "name"]), &mut slo);
        // All objectives have the same queries.
        facts.queries = read;
        facts.slos.push(slo);
    }
    // An alert speaks of the SLO, so of several objectives nobody knows whose budget it burns.
    let budget = match objectives.as_slice() {
        [only] => target(only).and_then(|(_, ratio, at)| Placed::number(1.0 - ratio, &at)),
        _ => None,
    };
    let policies = spec.items_at(&["alertPolicies"]);
    for policy in &policies {
        for condition in policy.items_at(&["spec", "conditions"]) {
            facts.alerts.extend(alert(&condition, budget.clone()));
        }
    }
    facts.alert_policies = names(&policies, "alertPolicyRef");
}

fn objective(root: &Spot<'_>, spec: &Spot<'_>, objective: &Spot<'_>) -> ObjectiveFacts {
    let name = root.text_at(&["metadata", "name"]);
    let shown = objective.text_at(&["displayName"]);
    let mut slo = ObjectiveFacts {
        name: name.map(str::to_owned),
        display_name: shown.map(str::to_owned),
        service: spec.string_at(&["service"]),
        at: Some(objective.at.clone()),
        slice_seconds: objective.get("timeSliceWindow").as_ref().and_then(slice),
        ..window(spec)
    };
    if let Some((unit, ratio, at)) = target(objective) {
        slo.unit = Some(unit);
        slo.target = Placed::number(ratio, &at);
        slo.raw_target = objective.placed_number_at(match unit {
            "ratio" => &["target"],
            _ => &["targetPercent"],
        });
    }
    indicator::write(
        &format!("{} {}", name.unwrap_or_default(), shown.unwrap_or_default()),
        &queries(spec),
        &mut slo,
    );
    slo
}

/// What the time windows say: how many there are, and the only one.
fn window(spec: &Spot<'_>) -> ObjectiveFacts {
    let windows = spec.items_at(&["timeWindow"]);
    let mut slo = ObjectiveFacts {
        windows: Some(windows.len()),
        ..ObjectiveFacts::default()
    };
    if let [window] = windows.as_slice() {
        let duration = window.get("duration");
        // Months, quarters and years may also roll.
        let seconds = duration
            .as_ref()
            .and_then(|text| units::window_seconds(text.text()?, true).ok());
        slo.window_seconds = seconds
            .zip(duration)
            .and_then(|(seconds, spot)| Placed::number(seconds, &spot.at));
        let rolls = window.is_true_at(&["isRolling"]);
        slo.window_kind = match (rolls, window.get("calendar")) {
            (true, None) => Some("rolling"),
            (false, Some(_)) => Some("calendar"),
            _ => None,
        };
    }
    slo
}

/// The unit in which the target is written, the target as a ratio, and its place.
fn target(objective: &Spot<'_>) -> Option<(&'static str, f64, Pointer)> {
    let ratio = objective
        .get("target")
        .and_then(|target| Some(("ratio", target.number()?, target.at)));
    ratio.or_else(|| {
        let target = objective.get("targetPercent")?;
        Some(("percent", target.number()? / 100.0, target.at))
    })
}

/// A slice of time: a bare number counts minutes.
fn slice(window: &Spot<'_>) -> Option<Placed<Number>> {
    let seconds = match window.number() {
        Some(minutes) => minutes * 60.0,
        None => units::duration_seconds(window.text()?).ok()?,
    };
    Placed::number(seconds, &window.at).filter(|_| seconds >= 0.0)
}

/// The queries of Prometheus of an indicator that is written in place, each with what it is for.
fn asked<'n>(spec: &Spot<'n>) -> Vec<(&'static str, Spot<'n>)> {
    let parts = [
        ("errors", "bad"),
        ("good", "good"),
        ("total", "total"),
        ("ratio", "raw"),
    ];
    let mut asked = Vec::new();
    for (purpose, key) in parts {
        let source = spec.find(&["indicator", "spec", "ratioMetric", key, "metricSource"]);
        let Some(source) = source else { continue };
        let is_prometheus = source
            .text_at(&["type"])
            .is_some_and(|kind| kind.eq_ignore_ascii_case("prometheus"));
        let query = source.find(&["spec", "query"]).filter(|_| is_prometheus);
        asked.extend(query.map(|query| (purpose, query)));
    }
    asked
}

/// The queries of an indicator that is written in place.
fn queries<'n>(spec: &Spot<'n>) -> Vec<Spot<'n>> {
    let Some(indicator) = spec.find(&["indicator", "spec"]) else {
        return Vec::new();
    };
    let ratio = indicator.get("ratioMetric");
    let parts = ["good", "bad", "total", "raw"]
        .into_iter()
        .filter_map(|part| ratio.as_ref()?.get(part));
    let sources = parts.chain(indicator.get("thresholdMetric"));
    sources
        .filter_map(|source| source.find(&["metricSource", "spec", "query"]))
        .collect()
}

/// Writes the conditions that a policy holds itself, and names the others.
pub(super) fn policy(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let conditions = root.items_at(&["spec", "conditions"]);
    facts.alerts = conditions
        .iter()
        .filter_map(|condition| alert(condition, None))
        .collect();
    facts.alert_conditions = names(&conditions, "conditionRef");
}

/// Writes the alert of a condition.
pub(super) fn condition(root: &Spot<'_>, facts: &mut ManifestFacts) {
    facts.alerts = alert(root, None).into_iter().collect();
}

fn alert(holder: &Spot<'_>, budget: Option<Placed<Number>>) -> Option<BurnFacts> {
    let spec = holder.get("spec")?;
    let condition = spec.get("condition")?;
    let window = condition.get("lookbackWindow");
    Some(BurnFacts {
        name: holder.string_at(&["metadata", "name"]),
        at: Some(condition.at.clone()),
        burn_rate: condition.placed_number_at(&["threshold"]),
        op: condition.placed_text_at(&["op"]),
        long_seconds: window.and_then(|window| window.placed_duration()),
        severity: spec.placed_text_at(&["severity"]),
        budget_ratio: budget,
        ..BurnFacts::default()
    })
}

/// The names under `key`, or the texts themselves.
fn names(references: &[Spot<'_>], key: &str) -> Vec<String> {
    let names = references
        .iter()
        .filter_map(|entry| named_by(entry.value, key));
    names.map(str::to_owned).collect()
}

/// A reference is a text, or a mapping with the name under `key`.
fn named_by<'n>(entry: &'n Node, key: &str) -> Option<&'n str> {
    entry.as_str().or_else(|| entry.get(key)?.as_str())
}

/// The indicator and the policies that an SLO names.
pub(super) fn slo_links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    let Some(spec) = root.get("spec") else {
        return links;
    };
    links.service = spec.get("service").and_then(Node::as_str).or(links.service);
    links.targets.extend(
        spec.get("indicatorRef")
            .and_then(Node::as_str)
            .map(|name| ("SLI", name)),
    );
    links.targets.extend(references(
        spec,
        "alertPolicies",
        "alertPolicyRef",
        "AlertPolicy",
    ));
    links
}

/// The conditions that a policy names.
pub(super) fn policy_links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    let Some(spec) = root.get("spec") else {
        return links;
    };
    links.targets.extend(references(
        spec,
        "conditions",
        "conditionRef",
        "AlertCondition",
    ));
    links
}

fn references<'n>(
    spec: &'n Node,
    list: &'static str,
    key: &'static str,
    kind: &'static str,
) -> impl Iterator<Item = (&'n str, &'n str)> + use<'n> {
    let names = listed(spec, &[list]).iter();
    names.filter_map(move |entry| Some((kind, named_by(entry, key)?)))
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::json;

    fn slo(spec: &str) -> serde_json::Value {
        facts(&format!(
            "{{apiVersion: openslo/v1, kind: SLO, metadata: {{name: a}}, spec: {{{spec}}}}}"
        ))
    }

    #[test]
    fn months_are_not_minutes() {
        for (text, seconds) in [
            ("1M", 2_592_000),
            ("1m", 60),
            ("4w", 2_419_200),
            ("1Q", 7_862_400),
            ("1Y", 31_536_000),
        ] {
            let facts = slo(&format!(
                "timeWindow: [{{duration: {text}, isRolling: true}}], objectives: [{{}}]"
            ));
            assert_eq!(
                facts["slos"][0]["windowSeconds"]["value"], seconds,
                "{text}"
            );
        }
    }

    #[test]
    fn a_bare_slice_counts_minutes_and_percent_becomes_a_ratio() {
        let facts = slo(
            "objectives: [{targetPercent: 99.9, timeSliceWindow: 5}, {target: 0.99, timeSliceWindow: 5m}]",
        );
        for index in 0..2 {
            assert_eq!(facts["slos"][index]["sliceSeconds"]["value"], 300);
        }
        assert_eq!(facts["slos"][0]["target"]["value"], json!(0.999));
        assert_eq!(facts["slos"][0]["rawTarget"]["value"], json!(99.9));
        assert_eq!(facts["slos"][1]["target"]["value"], json!(0.99));
    }

    #[test]
    fn an_alert_in_place_knows_the_budget_of_the_only_objective() {
        let alert = "alertPolicies: [{kind: AlertPolicy, spec: {conditions: [{kind: AlertCondition, spec: {condition: {kind: burnrate, op: lte, threshold: 2, lookbackWindow: 1h}}}]}}]";
        let one = slo(&format!("objectives: [{{target: 0.9}}], {alert}"));
        assert_eq!(one["alerts"][0]["budgetRatio"]["value"], json!(0.1));
        assert_eq!(one["alerts"][0]["op"]["value"], "lte");
        let two = slo(&format!(
            "objectives: [{{target: 0.9}}, {{target: 0.5}}], {alert}"
        ));
        assert!(two["alerts"][0].get("budgetRatio").is_none());
    }
}
