//! What a query measures: the series that it reads, and what it makes of them.

use super::{
    Query,
    fold::constant,
    tree::{Operation, children, operation, peeled, selectors},
};
use promql_parser::{
    label::{MatchOp, Matcher},
    parser::{Expr, VectorSelector},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::{collections::BTreeSet, time::Duration};

/// Labels that hold the status of a response of HTTP.
const STATUS_LABELS: [&str; 7] = [
    "code",
    "status",
    "status_code",
    "response_code",
    "http_code",
    "http_status",
    "http_response_status_code",
];

/// What an overloaded or broken server answers.
const SERVER_ERRORS: [&str; 4] = ["500", "502", "503", "504"];

/// What a query measures, as far as its text tells.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct QueryMeasure {
    /// The metrics that it reads, without `_bucket`, `_sum`, `_count` and `_total`; empty where it reads none.
    pub series: BTreeSet<String>,
    /// True where it reads a series whose name is not written in it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unnamed: bool,
    /// The quantile that all its histograms are asked for, a ratio from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantile: Option<f64>,
    /// True where it divides the sum of a histogram by its count, which is the mean.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub mean: bool,
    /// The longest time that it looks back, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<f64>,
    /// The number that it always yields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always: Option<f64>,
    /// The statuses of HTTP among 500, 502, 503 and 504 that none of its series counts, where it asks for failures by status.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uncounted: Vec<&'static str>,
}

impl Query {
    /// What the query measures.
    pub fn measure(&self) -> QueryMeasure {
        let read = selectors(&self.expr);
        let names = read.iter().filter_map(|selector| name(selector));
        let bounds = self
            .bounds()
            .filter(|bounds| (bounds.low - bounds.high).abs() == 0.0);
        QueryMeasure {
            series: names.map(|name| stem(&name).to_owned()).collect(),
            unnamed: read.iter().any(|selector| name(selector).is_none()),
            quantile: quantile(&self.expr),
            mean: is_mean(&self.expr),
            window_seconds: if self.arguments().is_empty() {
                window(&self.expr).map(|window| window.as_secs_f64())
            } else {
                None
            },
            always: bounds.map(|bounds| bounds.low),
            uncounted: uncounted(&read),
        }
    }
}

/// The name of the metric, also where a matcher gives it.
fn name(selector: &VectorSelector) -> Option<String> {
    let named = |matcher: &Matcher| {
        (matcher.name == "__name__" && matcher.op == MatchOp::Equal).then(|| matcher.value.clone())
    };
    let by_matcher = || selector.matchers.matchers.iter().find_map(named);
    selector.name.clone().or_else(by_matcher)
}

/// The name of the family that a series of a histogram or a counter belongs to.
fn stem(name: &str) -> &str {
    let ends = ["_bucket", "_sum", "_count", "_total"];
    let stems = ends.iter().find_map(|end| name.strip_suffix(end));
    stems.unwrap_or(name)
}

/// The one quantile that is asked for; `None` where there is none, several, or an argument gives it.
fn quantile(expr: &Expr) -> Option<f64> {
    let mut found = Vec::new();
    quantiles(expr, &mut found);
    let first = (*found.first()?)?;
    let same = |other: &Option<f64>| other.is_some_and(|other| (other - first).abs() == 0.0);
    found.iter().all(same).then_some(first)
}

fn quantiles(expr: &Expr, found: &mut Vec<Option<f64>>) {
    match expr {
        Expr::Call(call)
            if matches!(call.func.name, "histogram_quantile" | "quantile_over_time") =>
        {
            found.push(call.args.args.first().and_then(|first| constant(first)));
        }
        Expr::Aggregate(aggregate) if aggregate.op.to_string() == "quantile" => {
            found.push(aggregate.param.as_deref().and_then(constant));
        }
        _ => {}
    }
    for child in children(expr) {
        quantiles(child, found);
    }
}

/// Whether some part of it is the sum of a histogram by the count of the same one.
fn is_mean(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) if call.func.name == "histogram_avg" => return true,
        Expr::Binary(binary) if operation(binary.op) == Operation::Divide => {
            let sums = ending(peeled(&binary.lhs), "_sum");
            if sums.is_some() && sums == ending(peeled(&binary.rhs), "_count") {
                return true;
            }
        }
        _ => {}
    }
    children(expr).into_iter().any(is_mean)
}

/// What is before that end in the name of the only metric of an expression.
fn ending(expr: &Expr, end: &str) -> Option<String> {
    match selectors(expr).as_slice() {
        [only] => name(only)?.strip_suffix(end).map(str::to_owned),
        _ => None,
    }
}

/// The longest range; ranges within subqueries add up.
fn window(expr: &Expr) -> Option<Duration> {
    let below = children(expr).into_iter().filter_map(window).max();
    match expr {
        Expr::MatrixSelector(matrix) => Some(matrix.range),
        Expr::Subquery(subquery) => Some(subquery.range + below.unwrap_or_default()),
        _ => below,
    }
}

/// The usual statuses of failed requests that no series counts, where one asks for statuses of failed requests.
fn uncounted(read: &[&VectorSelector]) -> Vec<&'static str> {
    let mut asked = read.iter().filter_map(|selector| statuses(selector));
    let Some(first) = asked.next() else {
        return Vec::new();
    };
    let counted: BTreeSet<u16> = asked.fold(first, |mut all, more| {
        all.extend(more);
        all
    });
    if counted.is_empty() || counted.iter().any(|status| *status < 400) {
        return Vec::new();
    }
    let is_missed =
        |status: &&str| !matches!(status.parse(), Ok(status) if counted.contains(&status));
    SERVER_ERRORS.into_iter().filter(is_missed).collect()
}

/// The statuses that a selector asks for by `=` and `=~`; `None` where it asks for none, or in another way as well.
fn statuses(selector: &VectorSelector) -> Option<BTreeSet<u16>> {
    let by_status = |matcher: &&Matcher| STATUS_LABELS.contains(&matcher.name.as_str());
    let asked: Vec<&Matcher> = selector
        .matchers
        .matchers
        .iter()
        .filter(by_status)
        .collect();
    let positive = |matcher: &&Matcher| matches!(matcher.op, MatchOp::Equal | MatchOp::Re(_));
    if asked.is_empty() || !asked.iter().all(positive) || !selector.matchers.or_matchers.is_empty()
    {
        return None;
    }
    let passes = |status: &u16| {
        let text = status.to_string();
        asked.iter().all(|matcher| matcher.is_match(&text))
    };
    Some((100..600).filter(passes).collect())
}
