//! Numbers of a rationale that contradict its claim.
//!
//! Prose is read only where it can mean one thing: a sentence that names the claimed metric and no other, no other
//! statistic, and one number in the claimed unit, without a word that makes it a limit or a difference.

use super::results::{ClaimedMeasure, ResultFacts};
use crate::{
    evidence::canonical_metric,
    units::{self, Dimension},
};

/// Sentences of a rationale that are read.
const MOST_SENTENCES: usize = 50;

/// How people call metrics, by their canonical names.
const NAMES: [(&str, &[&str]); 9] = [
    (
        "time_to_first_token",
        &["ttft", "time to first token", "time to the first token"],
    ),
    ("time_per_output_token", &["tpot", "time per output token"]),
    ("inter_token_latency", &["itl", "inter token latency"]),
    ("normalized_time_per_output_token", &["ntpot"]),
    ("throughput", &["throughput"]),
    ("goodput", &["goodput"]),
    (
        "availability",
        &["availability", "success ratio", "success rate"],
    ),
    ("error_ratio", &["error ratio", "error rate"]),
    (
        "request_latency",
        &["request latency", "latency", "response time", "e2el"],
    ),
];

/// Words for a statistic, each with the statistic.
const STATISTICS: [(&str, &str); 13] = [
    ("p50", "p50"),
    ("median", "p50"),
    ("p75", "p75"),
    ("p90", "p90"),
    ("p95", "p95"),
    ("p99", "p99"),
    ("p99.9", "p99.9"),
    ("p999", "p99.9"),
    ("mean", "mean"),
    ("average", "mean"),
    ("max", "max"),
    ("maximum", "max"),
    ("worst", "max"),
];

/// Words with which a number is a limit, a difference or about something else.
const OTHERWISE: [&str; 43] = [
    "above",
    "added",
    "adds",
    "allowed",
    "at",
    "before",
    "below",
    "beyond",
    "budget",
    "but",
    "by",
    "down",
    "exceeds",
    "except",
    "faster",
    "from",
    "gap",
    "inside",
    "instead",
    "least",
    "less",
    "limit",
    "limits",
    "more",
    "most",
    "never",
    "no",
    "not",
    "objective",
    "once",
    "or",
    "over",
    "per",
    "save",
    "saves",
    "slo",
    "slower",
    "target",
    "than",
    "under",
    "until",
    "was",
    "within",
];

/// A number with its unit.
pub(super) struct ClaimedNumber<'d> {
    pub number: f64,
    pub unit: &'d str,
}

/// The numbers of the text that are about what is claimed, and are neither the claimed value nor a measured one.
pub(super) fn contradicted(
    text: &str,
    claimed: &ClaimedNumber<'_>,
    measured: &ClaimedMeasure<'_>,
    results: &[ResultFacts],
) -> Vec<String> {
    let Some(metric) = measured.metric.map(canonical_metric) else {
        return Vec::new();
    };
    let results = results.iter().filter_map(|result| result.result.as_ref());
    let mut known: Vec<f64> = results
        .filter_map(|result| result.value)
        .map(|value| value.get())
        .collect();
    known.push(claimed.number);
    let mut found = Vec::new();
    for sentence in sentences(text).take(MOST_SENTENCES) {
        let words = words(sentence);
        if !is_about(&words, metric, measured.statistic) {
            continue;
        }
        let mut numbers = numbers(sentence, claimed.unit);
        let (Some(only), None) = (numbers.next(), numbers.next()) else {
            continue;
        };
        if !known.iter().any(|value| only.is(*value)) {
            found.push(only.text.to_owned());
        }
    }
    found
}

/// The sentences and clauses of a text. A dot within a number ends none.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', ';', '!', '?'])
        .flat_map(|part| part.split(". "))
}

/// Its words in lower case: letters, digits and dots within them.
fn words(sentence: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '.';
    let words = sentence.split(|c: char| !is_part(c));
    words
        .map(|word| word.trim_matches('.').to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// True where the words name this metric alone, no other statistic, and nothing that makes a number mean something else.
fn is_about(words: &[String], metric: &str, statistic: Option<&str>) -> bool {
    let text = format!(" {} ", words.join(" "));
    let mut named = Vec::new();
    let mut rest = text.replace('_', " ");
    let own = metric.replace('_', " ");
    for (name, called) in NAMES {
        for called in called.iter().chain([&name.replace('_', " ").as_str()]) {
            let called = format!(" {called} ");
            if rest.contains(&called) {
                // `latency` is also the end of longer names.
                rest = rest.replace(&called, "  ");
                named.push(name);
            }
        }
    }
    let own = format!(" {own} ");
    if rest.contains(&own) {
        rest = rest.replace(&own, "  ");
        named.push(metric);
    }
    if rest.split(' ').any(|word| OTHERWISE.contains(&word)) {
        return false;
    }
    let is_named = !named.is_empty() && named.iter().all(|name| *name == metric);
    let mut statistics = words.iter().filter_map(|word| {
        let known = STATISTICS.iter().find(|(called, _)| called == word);
        known.map(|(_, statistic)| *statistic)
    });
    is_named && statistics.all(|named| Some(named) == statistic)
}

/// A number of a text in the claimed unit.
struct WrittenNumber<'t> {
    text: &'t str,
    value: f64,
    /// Half of its last digit.
    half: f64,
}

impl WrittenNumber<'_> {
    /// True where it is this value, as exactly as it is written.
    fn is(&self, value: f64) -> bool {
        (self.value - value).abs() <= self.half * (1.0 + 1e-9)
    }
}

/// The numbers with a unit that can be converted to this one.
fn numbers<'t>(sentence: &'t str, unit: &str) -> impl Iterator<Item = WrittenNumber<'t>> {
    let wanted = units::unit_factor(unit);
    let is_tokens = unit.contains("token");
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let start = rest + sentence[rest..].find(|c: char| c.is_ascii_digit())?;
            let length = sentence[start..]
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(sentence.len() - start);
            let end = start + length;
            rest = end;
            let is_apart = sentence[..start]
                .chars()
                .next_back()
                .is_none_or(|c| c.is_whitespace() || c == '(');
            let digits = sentence[start..end].trim_end_matches('.');
            let (written, own) = unit_after(sentence, start, end);
            let (Some(own), Some(wanted), Ok(number)) = (
                own.and_then(units::unit_factor),
                wanted,
                digits.parse::<f64>(),
            ) else {
                continue;
            };
            let alike = own.dimension == wanted.dimension
                && (own.dimension != Dimension::Rate || written.contains("token") == is_tokens);
            if !is_apart || !alike {
                continue;
            }
            let decimals = digits.split_once('.').map_or(0, |(_, part)| part.len());
            let factor = own.factor / wanted.factor;
            let step = 10_f64.powi(-i32::try_from(decimals).unwrap_or(i32::MAX));
            return Some(WrittenNumber {
                text: written,
                value: number * factor,
                half: step * factor / 2.0,
            });
        }
    })
}

/// The number with the unit that stands directly behind it, or a blank apart, and the unit.
fn unit_after(sentence: &str, start: usize, end: usize) -> (&str, Option<&str>) {
    let after = &sentence[end..];
    let blank = after.len() - after.strip_prefix(' ').unwrap_or(after).len();
    let after = &after[blank..];
    let length = after
        .find(|c: char| !c.is_alphanumeric() && !"/%".contains(c))
        .unwrap_or(after.len());
    let unit = Some(&after[..length]).filter(|unit| !unit.is_empty());
    (&sentence[start..end + blank + length], unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, metric: &str, statistic: &str, number: f64, unit: &str) -> Vec<String> {
        let measure = ClaimedMeasure {
            name: String::new(),
            metric: Some(metric),
            statistic: Some(statistic),
            unit: Some(unit),
        };
        contradicted(text, &ClaimedNumber { number, unit }, &measure, &[])
    }

    #[test]
    fn another_number_of_the_claimed_metric_contradicts() {
        for (text, number) in [
            ("p95 TTFT 420ms", "420ms"),
            ("TTFT p95 is 420 ms", "420 ms"),
            ("The time to first token is 0.42s.", "0.42s"),
            ("nothing to run. Its ttft: 420ms", "420ms"),
        ] {
            assert_eq!(
                found(text, "time_to_first_token", "p95", 500.0, "ms"),
                [number],
                "{text}"
            );
        }
        assert_eq!(
            found(
                "a throughput of 450 rps",
                "throughput",
                "mean",
                310.0,
                "requests/s"
            ),
            ["450 rps"]
        );
        assert_eq!(
            found("p99 latency 61.2ms", "request_latency", "p99", 43.8, "ms"),
            ["61.2ms"]
        );
    }

    #[test]
    fn the_claimed_number_agrees_as_exactly_as_it_is_written() {
        for text in ["p95 TTFT 420ms", "p95 TTFT 0.42s", "p95 TTFT 420.0 ms"] {
            assert_eq!(found(text, "ttft", "p95", 420.0, "ms"), [""; 0], "{text}");
        }
        assert_eq!(found("p95 TTFT 420ms", "ttft", "p95", 419.6, "ms"), [""; 0]);
        assert_eq!(
            found("p95 TTFT 420ms", "ttft", "p95", 419.4, "ms"),
            ["420ms"]
        );
    }

    #[test]
    fn what_can_mean_something_else_is_left_alone() {
        for text in [
            "3.2 rps per replica inside the SLO",
            "p95 420ms",
            "p50 TTFT 300ms",
            "TTFT p50 300ms, p95 420ms",
            "TTFT 420ms and TPOT 30ms",
            "TTFT 420ms, down from 800ms",
            "TTFT within 800ms",
            "TTFT is 80ms faster",
            "TTFT 420",
            "TTFT of 12 requests/s",
            "no TTFT; 420ms",
            "TTFT: see run-420ms",
            "inter token latency 42ms",
            "420ms\nTTFT",
            "",
            "ttft \u{2028} 420\u{fe0f}ms",
        ] {
            assert_eq!(
                found(text, "time_to_first_token", "p95", 500.0, "ms"),
                [""; 0],
                "{text}"
            );
        }
        assert_eq!(
            found(
                "inter token latency 42ms",
                "request_latency",
                "p99",
                50.0,
                "ms"
            ),
            [""; 0]
        );
        assert_eq!(
            found(
                "throughput of 450 tokens/s",
                "throughput",
                "mean",
                310.0,
                "requests/s"
            ),
            [""; 0]
        );
    }
}
