//! What a query of Prometheus tells about an objective or an alert. Only what is certain is read.

use crate::{
    document::{Node, Value},
    sheet::{Placed, Sheet, Spot},
    units,
};
use regex::Regex;
use std::{collections::BTreeSet, sync::LazyLock};

/// `le="0.8"`, also as a pattern.
static BUCKET: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\ble=~?"([0-9]+(?:\.[0-9]+)?)""#).ok());
/// `> (14.4 * 0.001)`, `> 14.4 * (1 - 0.999)`.
static BURN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(<=|>=|<|>)\s*\(?\s*([0-9]+(?:\.[0-9]+)?)\s*\*\s*\(?\s*(?:(1)\s*-\s*)?([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*\)?",
    )
    .ok()
});
/// `[1h]`, and names of recorded rates: `rate1h`, `ratio_rate5m`.
static WINDOW: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:\[|rate_?)([0-9]+[smhdw])\b").ok());

/// Writes `indicator` and, for a latency that counts requests within a bucket, `thresholdSeconds`.
pub(super) fn indicator(holder: &Spot<'_>, sheet: &mut Sheet) {
    let mut texts = Vec::new();
    collect(holder, &mut texts);
    let bucket = texts.iter().find_map(|spot| {
        let text = spot.text()?;
        let limit: f64 = BUCKET.as_ref()?.captures(text)?.get(1)?.as_str().parse().ok()?;
        let seconds = match text {
            _ if text.contains("_seconds_bucket") => limit,
            _ if text.contains("_milliseconds_bucket") || text.contains("_ms_bucket") => limit / 1000.0,
            _ => return None,
        };
        Placed::number(seconds, &spot.at)
    });
    let is_latency = texts.iter().any(|spot| spot.text().is_some_and(|text| text.contains("_bucket")));
    let is_ratio = texts.iter().any(|spot| {
        spot.text()
            .is_some_and(|text| text.contains("5..") || text.contains("code") || text.contains("status"))
    });
    let word = match () {
        () if is_latency => Some("latency"),
        () if is_ratio => Some("availability"),
        () => None,
    };
    sheet.text("indicator", word);
    sheet.placed("thresholdSeconds", bucket);
}

/// Every text below a node: tools nest their queries in many ways.
fn collect<'n>(spot: &Spot<'n>, texts: &mut Vec<Spot<'n>>) {
    match &spot.node.value {
        Value::String(_) => texts.push(spot.clone()),
        Value::List(_) => spot.items().iter().for_each(|item| collect(item, texts)),
        Value::Map(_) => spot.entries().iter().for_each(|(_, entry)| collect(entry, texts)),
        _ => {}
    }
}

/// Writes what an alert's expression says of a burn rate: the factor, the budget, the comparison and
/// its windows. Nothing where it speaks of none, or of several factors.
pub(super) fn burn_rate(expression: &Spot<'_>, sheet: &mut Sheet) {
    let (Some(text), Some(burn)) = (expression.text(), BURN.as_ref()) else { return };
    let mut found = BTreeSet::new();
    for parts in burn.captures_iter(text) {
        let part = |index: usize| parts.get(index).map(|part| part.as_str());
        let number = |index: usize| part(index).and_then(|text| text.parse::<f64>().ok());
        let (Some(op), Some(factor), Some(ratio)) = (part(1), number(2), number(4)) else { continue };
        let ratio = if part(3).is_some() { 1.0 - ratio } else { ratio };
        if factor > 0.0 && ratio > 0.0 && ratio < 1.0 {
            found.insert((op, factor.to_bits(), ratio.to_bits()));
        }
    }
    let [(op, factor, ratio)] = found.into_iter().collect::<Vec<_>>()[..] else { return };
    let op = match op {
        ">" => "gt",
        ">=" => "gte",
        "<" => "lt",
        _ => "lte",
    };
    sheet.placed("op", Some(Placed::new(op, &expression.at)));
    sheet.placed("burnRate", Placed::number(f64::from_bits(factor), &expression.at));
    sheet.placed("budgetRatio", Placed::number(f64::from_bits(ratio), &expression.at));
    let windows: BTreeSet<u64> = WINDOW
        .as_ref()
        .into_iter()
        .flat_map(|window| window.captures_iter(text))
        .filter_map(|window| units::duration_seconds(window.get(1)?.as_str()).ok())
        .map(|seconds| seconds as u64)
        .collect();
    if let (Some(short), Some(long)) = (windows.first(), windows.last()) {
        sheet.placed("longSeconds", Placed::number(*long as f64, &expression.at));
        sheet.placed("shortSeconds", Placed::number(*short as f64, &expression.at).filter(|_| short != long));
    }
}

/// True for a file of Prometheus rules: groups that hold rules.
pub(super) fn is_rule_file(root: &Node) -> bool {
    let groups = root.get("groups").map(Node::items).unwrap_or_default();
    !groups.is_empty()
        && groups.iter().all(|group| group.get("rules").is_some() && group.get("name").is_some())
}
