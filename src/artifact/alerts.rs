//! Alerts on burn rates: OpenSLO's conditions, PrometheusRule and plain rule files.

use super::promql;
use crate::sheet::{Placed, Sheet, Spot};

/// Writes the condition of an OpenSLO AlertCondition.
pub(super) fn condition(root: &Spot<'_>, facts: &mut Sheet) {
    let name = root.find(&["metadata", "name"]).and_then(|name| name.text());
    let found = root.get("spec").and_then(|spec| openslo(&spec, name));
    facts.list("alerts", found.into_iter().collect());
}

/// Writes the conditions that stand in an OpenSLO AlertPolicy.
pub(super) fn policy(root: &Spot<'_>, facts: &mut Sheet) {
    let conditions = root.items_at(&["spec", "conditions"]);
    facts.list("alerts", conditions.iter().filter_map(|entry| openslo(&entry.get("spec")?, None)).collect());
}

/// The specification of a condition on a burn rate.
pub(super) fn openslo(spec: &Spot<'_>, name: Option<&str>) -> Option<Sheet> {
    let condition = spec.get("condition")?;
    let kind = condition.get("kind").and_then(|kind| kind.text());
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("burnrate")) {
        return None;
    }
    let mut sheet = Sheet::default();
    sheet.text("name", name);
    sheet.path("at", &condition.at);
    sheet.placed("op", condition.get("op").and_then(|op| op.placed_text()));
    sheet.placed("burnRate", condition.get("threshold").and_then(|factor| factor.placed_number()));
    let seconds = |key: &str| condition.get(key).and_then(|window| window.placed_seconds());
    sheet.placed("longSeconds", seconds("lookbackWindow"));
    sheet.placed("severity", spec.get("severity").and_then(|severity| severity.placed_text()));
    Some(sheet)
}

/// Writes the alerts of a PrometheusRule or a plain rule file.
pub(super) fn rules(root: &Spot<'_>, facts: &mut Sheet) {
    let holder = root.get("spec").unwrap_or(root.clone());
    let groups = holder.items_at(&["groups"]);
    let rules = groups.iter().flat_map(|group| group.items_at(&["rules"]));
    let alerts = rules.filter_map(|rule| {
        let mut sheet = Sheet::default();
        sheet.text("name", Some(rule.get("alert")?.text()?));
        sheet.path("at", &rule.at);
        promql::burn_rate(&rule.get("expr")?, &mut sheet);
        let severity = rule.find(&["labels", "severity"]);
        sheet.placed(
            "severity",
            severity.and_then(|severity| Some(Placed::new(severity.text()?, &severity.at))),
        );
        Some(sheet)
    });
    facts.list("alerts", alerts.collect());
}
