//! What an objective is about, as far as its name and its queries tell.

use super::facts::ObjectiveFacts;
use crate::{
    document::Spot,
    facts::{Number, Placed},
};
use regex::Regex;
use std::{collections::BTreeSet, sync::LazyLock};

/// A bucket of a histogram in seconds or milliseconds, with its limit: `x_seconds_bucket{le="0.8"}`.
static BUCKET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"_(seconds|milliseconds|ms)_bucket\{[^}]*\ble="([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)""#)
        .ok()
});

/// Words in names by which people say what an objective is about.
const LATENCY: [&str; 7] = [
    "latency",
    "duration",
    "ttft",
    "tpot",
    "first-token",
    "p99",
    "p95",
];
const AVAILABILITY: [&str; 4] = ["availab", "error", "success", "uptime"];
/// Labels by which queries pick failed requests.
const CODES: [&str; 6] = [
    "code=~",
    "code!~",
    "status=~",
    "status!~",
    "code=\"5",
    "status=\"5",
];

/// True where the text holds one of the words.
pub(super) fn mentions(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Writes `indicator` and `thresholdSeconds`.
pub(super) fn write(name: &str, queries: &[Spot<'_>], slo: &mut ObjectiveFacts) {
    let limit = limit(queries);
    let name = name.to_lowercase().replace('_', "-");
    let texts: Vec<&str> = queries.iter().filter_map(Spot::text).collect();
    let query = |words: &[&str]| texts.iter().any(|text| mentions(text, words));
    // What people call it counts before how it is computed.
    slo.indicator = match () {
        () if limit.is_some() || mentions(&name, &LATENCY) => Some("latency"),
        () if mentions(&name, &AVAILABILITY) => Some("availability"),
        () if query(&["_bucket", "histogram_quantile"]) => Some("latency"),
        () if query(&CODES) => Some("availability"),
        () => None,
    };
    slo.threshold_seconds = limit;
}

/// The one limit of the buckets in the queries. With several, nobody knows which one is promised.
fn limit(queries: &[Spot<'_>]) -> Option<Placed<Number>> {
    let pattern = BUCKET.as_ref()?;
    let mut limits = BTreeSet::new();
    let mut place = None;
    for query in queries {
        for bucket in pattern.captures_iter(query.text().unwrap_or_default()) {
            limits.insert((bucket.get(1)?.as_str(), bucket.get(2)?.as_str()));
            place.get_or_insert(&query.at);
        }
    }
    let mut limits = limits.into_iter();
    match (limits.next(), limits.next()) {
        (Some((unit, number)), None) => {
            let scale = if unit == "seconds" { 1.0 } else { 0.001 };
            Placed::number(number.parse::<f64>().ok()? * scale, place?)
        }
        _ => None,
    }
}
