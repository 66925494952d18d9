//! What judges a rollout: the metrics of Argo's analysis templates and of Flagger's canaries.

use super::condition;
use super::facts::{ManifestFacts, MetricFacts, put};
use crate::{
    document::Spot,
    facts::{Number, Placed},
};
use regex::Regex;

/// Patterns of `dryRun` that are read: nobody writes more, and each is held against each metric.
const MOST_PATTERNS: usize = 100;

/// Writes the metrics of an AnalysisTemplate or a ClusterAnalysisTemplate.
pub(super) fn template(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let dry_runs: Vec<Regex> = root
        .items_at(&["spec", "dryRun"])
        .iter()
        .take(MOST_PATTERNS)
        .filter_map(|entry| Regex::new(entry.get("metricName")?.text()?).ok())
        .collect();
    let metrics = root.items_at(&["spec", "metrics"]);
    facts.analyses = metrics
        .iter()
        .map(|metric| self::metric(metric, &dry_runs))
        .collect();
}

fn metric(metric: &Spot<'_>, dry_runs: &[Regex]) -> MetricFacts {
    let mut sheet = MetricFacts::default();
    let name = metric.text_at(&["name"]);
    put(&mut sheet.name, name);
    sheet.at = Some(metric.at.clone());
    let seconds = |key: &str| metric.placed_seconds_at(&[key]);
    let number = |key: &str| metric.placed_number_at(&[key]);
    sheet.interval_seconds = seconds("interval");
    sheet.initial_delay_seconds = seconds("initialDelay");
    sheet.count = number("count");
    sheet.failure_limit = number("failureLimit");
    sheet.inconclusive_limit = number("inconclusiveLimit");
    sheet.consecutive_error_limit = number("consecutiveErrorLimit");
    sheet.consecutive_success_limit = number("consecutiveSuccessLimit");
    // Patterns that are found anywhere in the name: `p9` fits `p99` and `p95`.
    sheet.dry_run |= name.is_some_and(|name| dry_runs.iter().any(|pattern| pattern.is_match(name)));
    let (success, failure) = (
        metric.get("successCondition"),
        metric.get("failureCondition"),
    );
    put(
        &mut sheet.success,
        success.as_ref().and_then(Spot::placed_text),
    );
    put(
        &mut sheet.failure,
        failure.as_ref().and_then(Spot::placed_text),
    );
    condition::bounds(success.as_ref(), failure.as_ref(), &mut sheet);
    let provider = metric.get("provider");
    let entries = provider.as_ref().map(Spot::entries).unwrap_or_default();
    put(&mut sheet.provider, entries.first().map(|(name, _)| *name));
    let query = provider
        .as_ref()
        .and_then(|provider| provider.find(&["prometheus", "query"]));
    if let Some(query) = &query {
        put(&mut sheet.query, query.placed_text());
        put(&mut sheet.window_seconds, condition::window(query));
    }
    let query = query.as_ref().and_then(|query| query.text());
    put(
        &mut sheet.metric_kind,
        kind(name.unwrap_or_default(), query.unwrap_or_default()),
    );
    sheet
}

/// Words in names by which people say what a metric is about.
const LATENCY: [&str; 8] = [
    "latency",
    "duration",
    "p99",
    "p95",
    "p90",
    "ttft",
    "tpot",
    "first-token",
];
const ERRORS: [&str; 4] = ["error", "5xx", "failure", "failed"];
const SUCCESS: [&str; 3] = ["success", "availability", "good"];

/// What a metric is about, where its name or its query tells.
fn kind(name: &str, query: &str) -> Option<&'static str> {
    let name = name.to_lowercase().replace('_', "-");
    let holds = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match () {
        () if holds(&SUCCESS) => Some("success"),
        () if holds(&ERRORS) => Some("errors"),
        () if holds(&LATENCY) || query.contains("histogram_quantile") => Some("latency"),
        () => None,
    }
}

/// Writes the metrics of a Flagger Canary: all are checked once an interval.
pub(super) fn canary(analysis: &Spot<'_>) -> Vec<MetricFacts> {
    let interval = analysis.placed_seconds_at(&["interval"]);
    analysis
        .items_at(&["metrics"])
        .iter()
        .map(|metric| flagger_metric(metric, interval.clone()))
        .collect()
}

fn flagger_metric(metric: &Spot<'_>, interval: Option<Placed<Number>>) -> MetricFacts {
    let mut sheet = MetricFacts::default();
    let name = metric.text_at(&["name"]).unwrap_or_default();
    put(&mut sheet.name, Some(name));
    sheet.at = Some(metric.at.clone());
    put(&mut sheet.interval_seconds, interval);
    put(
        &mut sheet.window_seconds,
        metric.placed_seconds_at(&["interval"]),
    );
    let template = metric.text_at(&["templateRef", "name"]);
    let built_in =
        template.is_none() && matches!(name, "request-success-rate" | "request-duration");
    put(
        &mut sheet.provider,
        Some(if built_in { "builtin" } else { "template" }),
    );
    put(&mut sheet.template, template);
    let (scale, unit, about) = match name {
        "request-success-rate" if built_in => (0.01, Some("ratio"), Some("success")),
        "request-duration" if built_in => (0.001, Some("s"), Some("latency")),
        _ => (1.0, None, kind(name, "")),
    };
    put(&mut sheet.metric_kind, about);
    let mut bounds = Vec::new();
    for (key, fails) in [("min", "lt"), ("max", "gt")] {
        let Some(limit) = metric.find(&["thresholdRange", key]) else {
            continue;
        };
        bounds.extend(
            limit
                .number()
                .map(|number| condition::bound(&limit, fails, number * scale, unit)),
        );
    }
    sheet.bounds = bounds;
    sheet
}
