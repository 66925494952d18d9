//! What judges a rollout: the metrics of Argo's analysis templates and of Flagger's canaries.

use super::condition;
use super::facts::{ManifestFacts, MetricFacts, QueryFacts};
use super::indicator::mentions;
use super::queries;
use crate::{
    document::Spot,
    facts::{Number, Placed},
};
use regex::Regex;

/// Patterns of `dryRun` that are read: nobody writes more, and each is held against each metric.
const MOST_PATTERNS: usize = 100;

/// Writes the metrics of an AnalysisTemplate or a ClusterAnalysisTemplate.
pub(super) fn template(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let declared = root.find(&["spec", "dryRun"]);
    let dry_runs = declared.as_ref().map(patterns).unwrap_or_default();
    for metric in root.items_at(&["spec", "metrics"]) {
        let query = metric.find(&["provider", "prometheus", "query"]);
        let read =
            query.and_then(|query| queries::facts(&query, "analysis", metric.text_at(&["name"])));
        facts.queries.extend(read.map(|read| QueryFacts {
            metric: Some(facts.analyses.len()),
            ..read
        }));
        facts.analyses.push(self::metric(&metric, &dry_runs));
    }
}

/// The patterns of a `dryRun`. One that does not compile fits no metric.
pub(super) fn patterns(dry_run: &Spot<'_>) -> Vec<Regex> {
    let entries = dry_run.items();
    let first = entries.iter().take(MOST_PATTERNS);
    first
        .filter_map(|entry| Regex::new(entry.text_at(&["metricName"])?).ok())
        .collect()
}

/// Writes the query of a MetricTemplate of Flagger.
pub(super) fn metric_template(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let asks_prometheus = root.text_at(&["spec", "provider", "type"]) == Some("prometheus");
    let query = root.find(&["spec", "query"]).filter(|_| asks_prometheus);
    let name = root.text_at(&["metadata", "name"]);
    let read = query.and_then(|query| queries::facts(&query, "template", name));
    facts.queries.extend(read);
}

fn metric(metric: &Spot<'_>, dry_runs: &[Regex]) -> MetricFacts {
    let name = metric.text_at(&["name"]);
    let (success, failure) = (
        metric.get("successCondition"),
        metric.get("failureCondition"),
    );
    // The provider is told by its key alone: the first one, which is the only one.
    let providers = metric.entries_at(&["provider"]);
    let query = metric.find(&["provider", "prometheus", "query"]);
    let text = query.as_ref().and_then(Spot::text).unwrap_or_default();
    MetricFacts {
        name: name.map(str::to_owned),
        at: Some(metric.at.clone()),
        interval_seconds: metric.placed_seconds_at(&["interval"]),
        initial_delay_seconds: metric.placed_seconds_at(&["initialDelay"]),
        count: metric.placed_number_at(&["count"]),
        failure_limit: metric.placed_number_at(&["failureLimit"]),
        inconclusive_limit: metric.placed_number_at(&["inconclusiveLimit"]),
        consecutive_error_limit: metric.placed_number_at(&["consecutiveErrorLimit"]),
        consecutive_success_limit: metric.placed_number_at(&["consecutiveSuccessLimit"]),
        dry_run: name.is_some_and(|name| is_dry(name, dry_runs)),
        bounds: condition::bounds(success.as_ref(), failure.as_ref()),
        guarded: condition::is_guarded(success.as_ref(), failure.as_ref()),
        success: success.and_then(|condition| condition.placed_text()),
        failure: failure.and_then(|condition| condition.placed_text()),
        provider: providers.first().map(|(name, _)| (*name).to_owned()),
        metric_kind: kind(name.unwrap_or_default(), text),
        window_seconds: query.as_ref().and_then(condition::window),
        query: query.as_ref().and_then(Spot::placed_text),
        ..MetricFacts::default()
    }
}

/// Patterns are found anywhere in the name: `p9` fits `p99` and `p95`.
fn is_dry(name: &str, dry_runs: &[Regex]) -> bool {
    dry_runs.iter().any(|pattern| pattern.is_match(name))
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
    // In this order: `error-free-success` is a success, `error-latency` counts errors.
    match () {
        () if mentions(&name, &SUCCESS) => Some("success"),
        () if mentions(&name, &ERRORS) => Some("errors"),
        () if mentions(&name, &LATENCY) || query.contains("histogram_quantile") => Some("latency"),
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
    let name = metric.text_at(&["name"]).unwrap_or_default();
    let template = metric.string_at(&["templateRef", "name"]);
    // Flagger's own metrics are percent and milliseconds; one with a template is none of them.
    let (provider, scale, unit, about) = match (name, &template) {
        ("request-success-rate", None) => ("builtin", 0.01, Some("ratio"), Some("success")),
        ("request-duration", None) => ("builtin", 0.001, Some("s"), Some("latency")),
        _ => ("template", 1.0, None, kind(name, "")),
    };
    let mut bounds = Vec::new();
    for (limit, fails) in flagger_limits(metric, about == Some("success")) {
        if let Some(number) = limit.number() {
            bounds.push(condition::bound(&limit, fails, number * scale, unit));
        }
    }
    MetricFacts {
        name: Some(name.to_owned()),
        at: Some(metric.at.clone()),
        interval_seconds: interval,
        window_seconds: metric.placed_seconds_at(&["interval"]),
        provider: Some(provider.to_owned()),
        template,
        metric_kind: about,
        bounds,
        ..MetricFacts::default()
    }
}

/// The limits of a metric and how a result that fails compares with each. The older `threshold` counts only where no
/// range is written; a success rate fails below it, and all else above it.
fn flagger_limits<'n>(metric: &Spot<'n>, is_success: bool) -> Vec<(Spot<'n>, &'static str)> {
    let Some(range) = metric.get("thresholdRange") else {
        let fails = if is_success { "lt" } else { "gt" };
        let threshold = metric.get("threshold");
        return threshold.map(|limit| (limit, fails)).into_iter().collect();
    };
    let mut limits = Vec::new();
    for (key, fails) in [("min", "lt"), ("max", "gt")] {
        limits.extend(range.get(key).map(|limit| (limit, fails)));
    }
    limits
}
