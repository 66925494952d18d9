//! Alerts of Prometheus: the PrometheusRule, and plain rule files.
//!
//! Burn rate, budget and windows stand in the text of an expression. Only forms whose meaning is
//! certain are read: a comparison with a product of a factor and a budget.

use super::{
    facts::{BurnFacts, ManifestFacts},
    indicator::mentions,
    links::{Links, listed, named},
};
use crate::{
    document::{Node, Pointer, Spot},
    facts::Placed,
    units,
};
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// `> (14.4 * 0.001)`, `> 14.4 * 0.001`, `> (14 * (1-0.999))`.
static PRODUCT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = r"([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)";
    Regex::new(&format!(
        r"(>=|<=|>|<)\s*(?:bool\s+)?\(?\s*{number}\s*\*\s*(?:\(\s*1\s*-\s*{number}\s*\)|{number})"
    ))
    .ok()
});

/// A range `[1h]`, or the end of the name of a recorded rate: `ratio_rate1h`, `burnrate5m`.
static WINDOW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\[([0-9a-z.]+)(?::[0-9a-z.]*)?\]|(?:rate_?|[:_])([0-9]+[smhdw])\b").ok()
});

/// Different burn rates of one expression; generators write two.
const MOST: usize = 64;

/// Texts in quotes, whose content means nothing here.
static QUOTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"#).ok());

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
    facts.alerts = alerts(root);
}

/// Writes the alerts of a PrometheusRule.
pub(super) fn resource(root: &Spot<'_>, facts: &mut ManifestFacts) {
    facts.alerts = root
        .get("spec")
        .map(|spec| alerts(&spec))
        .unwrap_or_default();
}

fn alerts(spec: &Spot<'_>) -> Vec<BurnFacts> {
    let mut alerts = Vec::new();
    for group in spec.items_at(&["groups"]) {
        for rule in group.items_at(&["rules"]) {
            if rule.get("alert").is_some() {
                alerts.extend(alert(&rule));
            }
        }
    }
    alerts
}

/// One entry for each pair of factor and budget in the expression; one without numbers where it
/// holds none.
fn alert(rule: &Spot<'_>) -> Vec<BurnFacts> {
    let named = BurnFacts {
        name: rule.string_at(&["alert"]),
        at: Some(rule.at.clone()),
        severity: rule.placed_text_at(&["labels", "severity"]),
        ..BurnFacts::default()
    };
    let Some(expr) = rule.get("expr") else {
        return vec![named];
    };
    let mut alerts = Vec::new();
    for burn in burns(expr.text().unwrap_or_default()) {
        alerts.push(burn.facts(&expr.at, named.clone()));
    }
    if alerts.is_empty() {
        alerts.push(named);
    }
    alerts
}

/// A burn rate that an expression compares with, and the windows over which it does.
#[derive(Debug, Clone, PartialEq)]
struct Burn {
    op: &'static str,
    factor: f64,
    budget: f64,
    windows: Vec<f64>,
}

impl Burn {
    /// The alert of that name on this burn rate, whose numbers all stand in the expression.
    fn facts(mut self, at: &Pointer, named: BurnFacts) -> BurnFacts {
        self.windows.sort_by(f64::total_cmp);
        let (long, short) = (self.windows.last().copied(), self.windows.first().copied());
        BurnFacts {
            burn_rate: Placed::number(self.factor, at),
            budget_ratio: Placed::number(self.budget, at),
            op: Some(Placed::new(self.op.to_owned(), at)),
            long_seconds: long.and_then(|seconds| Placed::number(seconds, at)),
            // One window alone is the long one.
            short_seconds: short
                .filter(|_| short != long)
                .and_then(|seconds| Placed::number(seconds, at)),
            ..named
        }
    }
}

/// The burn rates of an expression, in order.
fn burns(expr: &str) -> Vec<Burn> {
    let (Some(product), Some(quoted)) = (PRODUCT.as_ref(), QUOTED.as_ref()) else {
        return Vec::new();
    };
    let expr = quoted.replace_all(expr, "\"\"");
    let mut burns: Vec<Burn> = Vec::new();
    let mut from = 0;
    for found in product.captures_iter(&expr) {
        let Some(whole) = found.get(0) else { continue };
        let compared = expr.get(from..whole.start()).unwrap_or_default();
        let goes_on = expr
            .get(whole.end()..)
            .unwrap_or_default()
            .trim_start()
            .starts_with('*');
        from = whole.end();
        if goes_on || !is_share(compared) {
            continue;
        }
        let windows = windows(compared);
        let Some(burn) = burn(&found) else { continue };
        if burns.len() >= MOST {
            break;
        }
        match burns.iter_mut().find(|known| {
            (known.op, known.factor, known.budget) == (burn.op, burn.factor, burn.budget)
        }) {
            Some(known) => known.windows.extend(windows),
            None => burns.push(Burn { windows, ..burn }),
        }
    }
    burns
}

/// True where what is compared is a share of failures by its name or by a division, and no percent:
/// `memory > 8e9 * 0.9` is no burn rate.
fn is_share(text: &str) -> bool {
    let text = text.to_lowercase();
    let is_percent = mentions(&text, &["100 *", "100*", "* 100", "*100"]);
    !is_percent && mentions(&text, &["ratio", "burn", "error", "/"])
}

fn burn(found: &Captures<'_>) -> Option<Burn> {
    let number = |index: usize| found.get(index)?.as_str().parse::<f64>().ok();
    let op = match found.get(1)?.as_str() {
        ">=" => "gte",
        "<=" => "lte",
        ">" => "gt",
        _ => "lt",
    };
    let (left, right) = (
        number(2)?,
        number(3).map(|target| 1.0 - target).or_else(|| number(4))?,
    );
    // The budget is the one below 1; of two, people write the factor first.
    let (factor, budget) = if left < 1.0 && right >= 1.0 {
        (right, left)
    } else {
        (left, right)
    };
    (factor > 0.0 && budget > 0.0 && budget < 1.0).then(|| Burn {
        op,
        factor,
        budget,
        windows: Vec::new(),
    })
}

/// The windows that a part of an expression looks back.
fn windows(text: &str) -> Vec<f64> {
    let Some(pattern) = WINDOW.as_ref() else {
        return Vec::new();
    };
    let seconds = |found: Captures<'_>| {
        let text = found.get(1).or_else(|| found.get(2))?.as_str();
        units::duration_seconds(text).ok()
    };
    pattern.captures_iter(text).filter_map(seconds).collect()
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
        !burns(text).is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
