//! Objectives: OpenSLO v1, Sloth (plain files and CRD) and Pyrra.
//!
//! The three say the same in three units: OpenSLO's `target` is a ratio, Sloth's `objective` a
//! number of percent, Pyrra's `target` a text of percent. Here all are ratios.

use super::{
    alerts,
    links::{Links, named},
    promql,
};
use crate::{
    document::Node,
    sheet::{Placed, Sheet, Spot},
    units,
};

/// Writes the objectives of an OpenSLO SLO, and the conditions that stand in it.
pub(super) fn openslo(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let indicator = spec.find(&["indicator", "spec"]);
    let window = spec.items_at(&["timeWindow"]).into_iter().next();
    let name = root.find(&["metadata", "name"]).and_then(|name| name.text());
    let objectives = spec.items_at(&["objectives"]);
    let only = objectives.len() == 1;
    let slos = objectives.iter().map(|objective| {
        let mut sheet = Sheet::default();
        let own = objective.get("displayName").and_then(|name| name.text());
        sheet.text("name", own.or(name));
        sheet.text("title", name.filter(|_| only));
        sheet.path("at", &objective.at);
        sheet.text("service", spec.get("service").and_then(|service| service.text()));
        let (ratio, percent) = (objective.get("target"), objective.get("targetPercent"));
        sheet.placed("rawTarget", ratio.as_ref().or(percent.as_ref()).and_then(Spot::placed_number));
        let target = ratio.as_ref().and_then(Spot::placed_number);
        let converted = || percent.as_ref().and_then(|spot| Placed::number(spot.number()? / 100.0, &spot.at));
        sheet.placed("target", target.or_else(converted));
        if let Some(window) = &window {
            let is_calendar = window.get("calendar").is_some();
            sheet.text("windowKind", Some(if is_calendar { "calendar" } else { "rolling" }));
            sheet.placed(
                "windowSeconds",
                window.get("duration").and_then(|spot| self::window(&spot, is_calendar)),
            );
        }
        if let Some(indicator) = &indicator {
            promql::indicator(indicator, &mut sheet);
            if indicator.get("thresholdMetric").is_some() {
                sheet.placed("threshold", objective.get("value").and_then(|value| value.placed_number()));
            }
        }
        sheet
    });
    facts.list("slos", slos.collect());
    let policies = spec.items_at(&["alertPolicies"]);
    let conditions = policies.iter().flat_map(|policy| policy.items_at(&["spec", "conditions"]));
    facts.list(
        "alerts",
        conditions.filter_map(|condition| alerts::openslo(&condition.get("spec")?, None)).collect(),
    );
}

/// OpenSLO writes `M` for months; their length is known in calendar windows only.
fn window(spot: &Spot<'_>, is_calendar: bool) -> Option<Placed> {
    Placed::number(units::window_seconds(spot.text()?, is_calendar).ok()?, &spot.at)
}

/// The service that an OpenSLO document speaks of.
pub(super) fn openslo_links(root: &Node) -> Links<'_> {
    let links = named(root);
    let service = root.at(&["spec", "service"]).and_then(Node::as_str);
    Links { service: service.or(links.service), ..links }
}

/// Writes the objectives of a Sloth file or CRD.
pub(super) fn sloth(root: &Spot<'_>, facts: &mut Sheet) {
    let spec = root.get("spec").unwrap_or(root.clone());
    let service = spec.get("service").and_then(|service| service.text());
    let slos = spec.items_at(&["slos"]);
    let slos = slos.iter().map(|slo| {
        let mut sheet = Sheet::default();
        sheet.text("name", slo.get("name").and_then(|name| name.text()));
        sheet.path("at", &slo.at);
        sheet.text("service", service);
        if let Some(objective) = slo.get("objective") {
            sheet.placed("rawTarget", objective.placed_number());
            sheet.placed(
                "target",
                objective.number().and_then(|percent| Placed::number(percent / 100.0, &objective.at)),
            );
        }
        if let Some(sli) = slo.get("sli") {
            promql::indicator(&sli, &mut sheet);
        }
        sheet
    });
    facts.list("slos", slos.collect());
}

/// True for a Sloth file without an envelope.
pub(super) fn is_sloth(root: &Node) -> bool {
    let version = root.get("version").and_then(Node::as_str);
    version.is_some_and(|version| version.starts_with("prometheus/")) && root.get("slos").is_some()
}

/// The service of a Sloth file or CRD.
pub(super) fn sloth_links(root: &Node) -> Links<'_> {
    let service = root.get("service").or_else(|| root.at(&["spec", "service"])).and_then(Node::as_str);
    let links = named(root);
    Links { name: links.name.or(service), service: service.or(links.service), ..links }
}

/// Writes the objective of a Pyrra ServiceLevelObjective.
pub(super) fn pyrra(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let mut sheet = Sheet::default();
    sheet.text("name", root.find(&["metadata", "name"]).and_then(|name| name.text()));
    sheet.path("at", &spec.at);
    if let Some(target) = spec.get("target") {
        sheet.placed("rawTarget", target.placed_number());
        sheet.placed(
            "target",
            target.number().and_then(|percent| Placed::number(percent / 100.0, &target.at)),
        );
    }
    sheet.placed("windowSeconds", spec.get("window").and_then(|spot| window(&spot, false)));
    sheet.text("windowKind", Some("rolling"));
    if let Some(indicator) = spec.get("indicator") {
        if let Some(limit) = indicator.find(&["latencyNative", "latency"]) {
            sheet.text("indicator", Some("latency"));
            sheet.placed("thresholdSeconds", limit.placed_seconds());
        } else {
            promql::indicator(&indicator, &mut sheet);
        }
    }
    facts.list("slos", vec![sheet]);
}
