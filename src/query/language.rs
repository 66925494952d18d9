//! What a text is that the parser does not take: another language, or a mistake.
//!
//! A mistake is only what no language takes that looks like PromQL. MetricsQL takes much of what
//! Prometheus refuses, and answers at the same API, so what only types forbid is not a mistake.

use super::{
    ForeignQuery, QueryFault, QueryReading,
    scan::{Scan, Sort, Token, action},
};
use crate::did_you_mean;

/// Words that MetricsQL adds to the grammar.
const METRICSQL_WORDS: [&str; 5] = ["default", "if", "ifnot", "keep_metric_names", "WITH"];

/// Functions of MetricsQL that Prometheus does not have, as far as they occur in the wild.
const METRICSQL: &[&str] = &[
    "aggr_over_time",
    "alias",
    "any",
    "ascent_over_time",
    "bitmap_and",
    "bottomk_avg",
    "bottomk_last",
    "bottomk_max",
    "bottomk_median",
    "bottomk_min",
    "buckets_limit",
    "count_eq_over_time",
    "count_gt_over_time",
    "count_le_over_time",
    "count_ne_over_time",
    "count_values_over_time",
    "decreases_over_time",
    "default_rollup",
    "delta_prometheus",
    "deriv_fast",
    "descent_over_time",
    "distinct",
    "distinct_over_time",
    "drop_common_labels",
    "drop_empty_series",
    "duration_over_time",
    "end",
    "geomean",
    "geomean_over_time",
    "histogram",
    "histogram_over_time",
    "histogram_share",
    "histogram_stddev",
    "histogram_stdvar",
    "hoeffding_bound_lower",
    "hoeffding_bound_upper",
    "ideriv",
    "increase_prometheus",
    "increase_pure",
    "increases_over_time",
    "integrate",
    "interpolate",
    "iqr_over_time",
    "keep_last_value",
    "keep_next_value",
    "label_copy",
    "label_del",
    "label_graphite_group",
    "label_keep",
    "label_lowercase",
    "label_map",
    "label_match",
    "label_mismatch",
    "label_move",
    "label_set",
    "label_transform",
    "label_uppercase",
    "label_value",
    "labels_equal",
    "lag",
    "lifetime",
    "limit_offset",
    "limitk",
    "mad",
    "median",
    "median_over_time",
    "mode",
    "mode_over_time",
    "now",
    "outliersk",
    "outliers_iqr",
    "outliers_mad",
    "prometheus_buckets",
    "quantiles",
    "quantiles_over_time",
    "rand",
    "rand_exponential",
    "rand_normal",
    "range_avg",
    "range_first",
    "range_last",
    "range_max",
    "range_median",
    "range_min",
    "range_quantile",
    "range_sum",
    "rate_over_sum",
    "rate_prometheus",
    "remove_resets",
    "rollup",
    "rollup_candlestick",
    "rollup_delta",
    "rollup_increase",
    "rollup_rate",
    "ru",
    "running_avg",
    "running_max",
    "running_min",
    "running_sum",
    "scrape_interval",
    "share",
    "share_eq_over_time",
    "share_gt_over_time",
    "share_le_over_time",
    "smooth_exponential",
    "sort_by_label_numeric",
    "step",
    "stale_samples_over_time",
    "sum2",
    "sum2_over_time",
    "timezone_offset",
    "tfirst_over_time",
    "tlast_over_time",
    "tlast_change_over_time",
    "tmax_over_time",
    "tmin_over_time",
    "topk_avg",
    "topk_last",
    "topk_max",
    "topk_median",
    "topk_min",
    "union",
    "vmrange",
    "zscore",
    "zscore_over_time",
];

/// What the text is where its signs show that it is no PromQL.
pub(super) fn foreign(scan: &Scan) -> Option<ForeignQuery> {
    let tokens = scan.tokens();
    let outside = |token: &&Token| token.sort == Sort::Other;
    if tokens
        .iter()
        .any(|token| token.sort == Sort::Template && is_program(&token.text))
    {
        return Some(template(
            "it is templated text, and what it renders to decides its meaning",
        ));
    }
    if tokens
        .iter()
        .filter(outside)
        .any(|token| token.text.starts_with('|'))
    {
        return Some(unread("logql", "it is LogQL, because it has a pipe"));
    }
    if tokens.iter().filter(outside).any(|token| token.text == "$") {
        return Some(template("it is templated text, because it has a `$`"));
    }
    let first = tokens.first()?;
    let aggregates = ["sum:", "avg:", "min:", "max:", "count:", "p99:", "p95:"];
    if aggregates.iter().any(|word| first.text.starts_with(word)) && first.text.contains('.') {
        return Some(unread("datadog", "it is a query of Datadog"));
    }
    if tokens.iter().any(is_metricsql) {
        return Some(unread("metricsql", "it is MetricsQL"));
    }
    None
}

/// `{{ if ... }}`, `{{- range`, `{{ printf ... }}`, against `{{args.x}}`.
fn is_program(text: &str) -> bool {
    let inner = action(text);
    inner.starts_with('-') || inner.contains([' ', '|', '"', '(', '$', '`', '%'])
}

fn is_metricsql(token: &Token) -> bool {
    let is_open = token.sort == Sort::Word && !matches!(token.inside, '{' | '[');
    is_open && METRICSQL_WORDS.contains(&token.text.as_str())
}

fn template(reason: &str) -> ForeignQuery {
    unread("template", reason)
}

fn unread(language: &'static str, reason: &str) -> ForeignQuery {
    ForeignQuery {
        language,
        reason: reason.to_owned(),
    }
}

/// Refusals of the parser that speak of types or of what MetricsQL adds.
const TYPED: [&str; 9] = [
    "expected type",
    "BOOL modifier",
    "ranges only allowed",
    "must contain only scalar and instant vector",
    "vector matching only allowed",
    "no grouping allowed",
    "expected at least",
    "expected at most",
    "wrong number of arguments",
];

/// What a text is that the parser refused with this message.
pub(super) fn refused(scan: &Scan, message: &str) -> QueryReading {
    if scan.tokens().is_empty() {
        return wrong(scan, "it is empty".to_owned());
    }
    if scan.has_open_template() {
        return QueryReading::Foreign(template(
            "the value of a template argument decides its syntax",
        ));
    }
    if let Some(name) = quoted(message).filter(|_| message.starts_with("unknown function")) {
        return unknown_function(scan, name);
    }
    if TYPED.iter().any(|part| message.contains(part)) {
        let reason =
            format!("Prometheus refuses its types ({message}), and MetricsQL may take them");
        return QueryReading::Foreign(unread("metricsql", &reason));
    }
    QueryReading::Foreign(unread("unknown", "it is no PromQL of Prometheus 3.8"))
}

/// A function that no version known here has; a misspelt one is a mistake.
fn unknown_function(scan: &Scan, name: &str) -> QueryReading {
    if METRICSQL.contains(&name) {
        return QueryReading::Foreign(unread(
            "metricsql",
            &format!("`{name}` is a function of MetricsQL"),
        ));
    }
    let token = scan.tokens().iter().find(|token| token.is_word(name));
    match (
        did_you_mean::certain(name, FUNCTIONS.iter().copied()),
        token,
    ) {
        (Some(meant), Some(token)) => QueryReading::Wrong(QueryFault {
            message: format!("there is no function `{name}`; `{meant}` is one"),
            span: token.span,
        }),
        _ => QueryReading::Foreign(unread(
            "unknown",
            &format!("function `{name}` is not known to Prometheus 3.8"),
        )),
    }
}

/// What stands between the quotes of a message.
fn quoted(message: &str) -> Option<&str> {
    message.split('\'').nth(1)
}

fn wrong(scan: &Scan, message: String) -> QueryReading {
    QueryReading::Wrong(QueryFault {
        message,
        span: scan.whole(),
    })
}

/// Functions that people misspell.
const FUNCTIONS: [&str; 22] = [
    "absent",
    "absent_over_time",
    "avg_over_time",
    "changes",
    "clamp_max",
    "clamp_min",
    "count_over_time",
    "delta",
    "deriv",
    "histogram_quantile",
    "increase",
    "irate",
    "label_replace",
    "max_over_time",
    "min_over_time",
    "predict_linear",
    "quantile_over_time",
    "rate",
    "resets",
    "scalar",
    "sum_over_time",
    "vector",
];
