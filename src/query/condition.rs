//! The conditions of an analysis of Argo: the limit at which a measurement fails.
//!
//! Only forms whose meaning is certain are read: comparisons of the one result with a number, joined
//! with guards against empty answers. Anything else says nothing.

use regex::Regex;
use std::sync::LazyLock;

/// `result[0] <= 0.05`, `default(result, 0) > 0.95`, `asFloat(result[0]) < 3`.
static COMPARISON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:default\(\s*|asFloat\(\s*|asInt\(\s*)?result(?:\[0\])?\s*(?:,\s*-?[0-9.]+\s*)?\)?\s*(<=|>=|<|>)\s*(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$",
    )
    .ok()
});

/// How a result that fails compares with a number: `lt`, `lte`, `gt` or `gte`, and that number.
pub fn limit(success: Option<&str>, failure: Option<&str>) -> Option<(&'static str, f64)> {
    match (success, failure) {
        // With a failure condition, what is neither is inconclusive: only that condition fails.
        (_, Some(failure)) => only_comparison(failure),
        (Some(success), None) => {
            only_comparison(success).map(|(op, number)| (opposite(op), number))
        }
        (None, None) => None,
    }
}

/// The only comparison of a condition, guards left out.
fn only_comparison(text: &str) -> Option<(&'static str, f64)> {
    if text.contains("&&") && text.contains("||") {
        return None;
    }
    let parts = text
        .split("&&")
        .flat_map(|part| part.split("||"))
        .map(str::trim);
    let mut found = parts.filter(|part| !is_guard(part)).map(comparison);
    match (found.next(), found.next()) {
        (Some(only), None) => only,
        _ => None,
    }
}

fn is_guard(part: &str) -> bool {
    let part = part.trim_start_matches(['!', '(', ' ']);
    part.starts_with("len(result)")
        || part.starts_with("isNaN(result")
        || part.starts_with("isInf(result")
}

fn comparison(part: &str) -> Option<(&'static str, f64)> {
    let part = part.trim();
    let part = part
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(part)
        .trim();
    let found = COMPARISON.as_ref()?.captures(part)?;
    let op = match found.get(1)?.as_str() {
        "<=" => "lte",
        ">=" => "gte",
        "<" => "lt",
        _ => "gt",
    };
    Some((op, found.get(2)?.as_str().parse().ok()?))
}

fn opposite(op: &str) -> &'static str {
    match op {
        "lte" => "gt",
        "lt" => "gte",
        "gte" => "lt",
        _ => "lte",
    }
}
