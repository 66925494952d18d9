//! Alerts of Prometheus: the PrometheusRule, and plain rule files.
//!
//! Burn rate, budget and windows stand in the expression of an alert: a share of failures that is
//! compared with a product of a factor and a budget.

use super::{
    facts::{BurnFacts, ManifestFacts, QueryFacts},
    links::{Links, listed, named},
    queries,
};
use crate::{
    document::{Node, Pointer, Spot},
    facts::Placed,
    query::{self, Burn, Query, QueryReading},
};

/// Queries of alerts and recorded rules that something is said about.
const MOST: usize = 500;

/// True for a plain file of rules.
pub(super) fn is_plain(root: &Node) -> bool {
    rules(root).any(|rule| {
        let is_named = rule.get("alert").or(rule.get("record")).is_some();
        is_named && rule.get("expr").is_some()
    })
}

/// The rules of all groups.
fn rules(spec: &Node) -> impl Iterator<Item = &Node> {
    let groups = listed(spec, &["groups"]).iter();
    groups.flat_map(|group| listed(group, &["rules"]))
}

/// Writes the alerts of a plain file of rules.
pub(super) fn plain(root: &Spot<'_>, facts: &mut ManifestFacts) {
    write(root, facts);
}

/// Writes the alerts of a PrometheusRule.
pub(super) fn resource(root: &Spot<'_>, facts: &mut ManifestFacts) {
    if let Some(spec) = root.get("spec") {
        write(&spec, facts);
    }
}

/// Writes the alerts, and the queries that are wrong, that were not read, or that can never yield anything.
fn write(spec: &Spot<'_>, facts: &mut ManifestFacts) {
    for group in spec.items_at(&["groups"]) {
        for rule in group.items_at(&["rules"]) {
            let is_alert = rule.get("alert").is_some();
            let purpose = if is_alert { "alert" } else { "record" };
            let expr = rule.get("expr");
            let read = expr
                .as_ref()
                .and_then(|expr| Some((&expr.at, query::read(expr.text()?))));
            if is_alert {
                facts.alerts.extend(alert(&rule, read.as_ref()));
            }
            let told = read
                .as_ref()
                .map(|(at, reading)| queries::of(reading, at, purpose, rule.text_at(&[purpose])));
            let says = |told: &QueryFacts| {
                let never = is_alert && told.never.is_some();
                told.fault.is_some() || told.unread.is_some() || never
            };
            facts.queries.extend(told.filter(says));
        }
    }
    facts.queries.truncate(MOST);
}

/// One entry for each pair of factor and budget in the expression, which stands at the path and was read; one
/// without numbers where it holds none.
fn alert(rule: &Spot<'_>, read: Option<&(&Pointer, QueryReading)>) -> Vec<BurnFacts> {
    let named = BurnFacts {
        name: rule.string_at(&["alert"]),
        at: Some(rule.at.clone()),
        severity: rule.placed_text_at(&["labels", "severity"]),
        ..BurnFacts::default()
    };
    let mut alerts = Vec::new();
    if let Some((at, QueryReading::Read(query))) = read {
        for burn in query.burns() {
            alerts.push(burning(burn, at, named.clone()));
        }
    }
    if alerts.is_empty() {
        alerts.push(named);
    }
    alerts
}

/// The alert of that name on a burn rate, whose numbers all stand in the expression.
fn burning(mut burn: Burn, at: &Pointer, named: BurnFacts) -> BurnFacts {
    burn.windows.sort_by(f64::total_cmp);
    let (long, short) = (burn.windows.last().copied(), burn.windows.first().copied());
    BurnFacts {
        burn_rate: Placed::number(burn.factor, at),
        budget_ratio: Placed::number(burn.budget, at),
        op: Some(Placed::new(burn.op.to_owned(), at)),
        long_seconds: long.and_then(|seconds| Placed::number(seconds, at)),
        // One window alone is the long one.
        short_seconds: short
            .filter(|_| short != long)
            .and_then(|seconds| Placed::number(seconds, at)),
        ..named
    }
}

/// Labels by which rules say what they are about.
const SERVICE: [&str; 3] = ["service", "sloth_service", "app"];

/// A PrometheusRule; the service is that of its alerts where its own labels name none.
pub(super) fn resource_links(root: &Node) -> Links<'_> {
    let links = named(root);
    let service = root.get("spec").and_then(service);
    Links {
        service: links.service.or(service),
        ..links
    }
}

/// A plain file of rules has no name; its alerts may tell the service.
pub(super) fn plain_links(root: &Node) -> Links<'_> {
    Links {
        service: service(root),
        ..Links::default()
    }
}

/// The service that all alerts name, where there is one.
fn service(spec: &Node) -> Option<&str> {
    let alerts = rules(spec).filter(|rule| rule.get("alert").is_some());
    let mut services = alerts.map(service_of);
    let first = services.next()??;
    services.all(|other| other == Some(first)).then_some(first)
}

fn service_of(rule: &Node) -> Option<&str> {
    let mut labels = SERVICE.iter().filter_map(|key| rule.at(&["labels", key]));
    labels.find_map(Node::as_str)
}

/// True where alerts are about objectives: other rules may stand in any repository.
pub(super) fn is_about_objectives(root: &Node) -> bool {
    rules(root.get("spec").unwrap_or(root)).any(|rule| {
        let expr = rule.get("expr").filter(|_| rule.get("alert").is_some());
        let text = expr.and_then(Node::as_str).unwrap_or_default();
        match query::read(text) {
            QueryReading::Read(query) => !query.burns().is_empty() || compares_ratio(&query),
            _ => false,
        }
    })
}

/// True where a share of failures is compared with what it can never reach.
fn compares_ratio(query: &Query) -> bool {
    let impossible = query.impossible();
    impossible.is_some_and(|(bounds, _)| bounds.low.abs() <= 1.0 && bounds.high <= 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The burn rates of an expression, in order; none where it is no PromQL.
    fn burns(expr: &str) -> Vec<Burn> {
        match query::read(expr) {
            QueryReading::Read(query) => query.burns(),
            _ => Vec::new(),
        }
    }

    fn burn(op: &'static str, factor: f64, budget: f64, windows: &[f64]) -> Burn {
        Burn {
            op,
            factor,
            budget,
            windows: windows.to_vec(),
        }
    }

    #[test]
    fn reads_what_sloth_and_pyrra_write() {
        let sloth = "(\n    max(slo:sli_error:ratio_rate5m{sloth_id=\"a\", sloth_window=\"9d\"} > (14.4 * 0.001)) without (sloth_window)\n    and\n    max(slo:sli_error:ratio_rate1h{sloth_id=\"a\"} > (14.4 * 0.001)) without (sloth_window)\n)\nor\n(\n    max(slo:sli_error:ratio_rate30m{sloth_id=\"a\"} > (6 * 0.001)) without (sloth_window)\n    and\n    max(slo:sli_error:ratio_rate6h{sloth_id=\"a\"} > (6 * 0.001)) without (sloth_window)\n)";
        assert_eq!(
            burns(sloth),
            [
                burn("gt", 14.4, 0.001, &[300.0, 3600.0]),
                burn("gt", 6.0, 0.001, &[1800.0, 21600.0])
            ]
        );
        let pyrra = "http_requests:burnrate5m{slo=\"a\"} > (14 * (1-0.99)) and http_requests:burnrate1h{slo=\"a\"} > (14 * (1-0.99))";
        let found = burns(pyrra);
        assert_eq!(
            (found.len(), found[0].factor, found[0].windows.clone()),
            (1, 14.0, vec![300.0, 3600.0])
        );
        assert!((found[0].budget - 0.01).abs() < 1e-12);
    }

    #[test]
    fn reads_ranges_and_a_budget_that_stands_first() {
        let expr = "sum(rate(e{le=\"0.05\"}[1h])) / sum(rate(t[1h])) > 0.001 * 14.4";
        assert_eq!(burns(expr), [burn("gt", 14.4, 0.001, &[3600.0, 3600.0])]);
    }

    #[test]
    fn reads_nothing_that_is_not_certain() {
        for expr in [
            "up == 0",
            "rate(x[5m]) > 0.05",
            "x > y * 0.001",
            "x * 2 > 3",
            "x > 2 * 3",
            "x > (14.4 * 0)",
            "",
            "container_memory_working_set_bytes > 8e9 * 0.9",
            "vllm:num_requests_waiting > 10 * 0.8",
            "100 * errors:ratio_rate1h > (14.4 * 0.1)",
            "errors:ratio_rate1h > 14.4 * 0.001 * 2",
        ] {
            assert_eq!(burns(expr), [], "{expr}");
        }
    }
}
