//! What holds of every honest result: two values of a file that break a law cannot both be true.
//!
//! The tolerances are those that files of the real tools need. A law is never tested across two
//! sets of requests (all and the successful ones, with and without a queue).

use super::{Contradiction, Evidence, MeasuredValue, Measurement, percentile::rank_of};
use std::collections::HashMap;

/// What cannot be broken by an honest file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Law {
    /// A higher percentile is no smaller.
    PercentilesRise,
    /// Nothing is below the least or above the greatest value.
    Bounds,
    /// Of times, which are not negative, a share of 1-q can exceed at most mean/(1-q).
    MeanBoundsTail,
    /// A quantile is at most mean + deviation x sqrt(q/(1-q)), and the median one deviation from the mean.
    DeviationBoundsTail,
    /// The parts of a count add up to it.
    Counts,
    /// A ratio is that of its counts.
    Ratio,
    /// A rate is the count over the time.
    Rate,
    /// Tokens a second are the tokens over the time.
    TokenRate,
    /// The first token comes no later than the last.
    FirstToken,
    /// The time to the first token and the gaps after it make the whole answer.
    TokenTimes,
    /// Rate x latency is the number in flight, which a limit bounds.
    InFlight,
    /// The end is the start and the duration.
    Times,
    /// A mean of values from 0 to 1 bounds the error of the mean.
    StandardError,
    /// A statistic that is written twice, under two names such as `p99` and `p99.0`, has one value.
    OneValue,
}

impl Law {
    /// Its name in facts and messages, and what it says.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::PercentilesRise => (
                "percentiles-rise",
                "a higher percentile cannot be smaller than a lower one",
            ),
            Self::Bounds => (
                "bounds",
                "no value is below the least or above the greatest",
            ),
            Self::MeanBoundsTail => (
                "mean-bounds-tail",
                "a percentile of times is at most the mean divided by the share above it",
            ),
            Self::DeviationBoundsTail => (
                "deviation-bounds-tail",
                "mean and standard deviation leave no room for such a percentile",
            ),
            Self::Counts => ("counts", "the parts of a count add up to it"),
            Self::Ratio => ("ratio", "a ratio is that of the counts"),
            Self::Rate => (
                "rate",
                "a rate is the number of requests divided by the time",
            ),
            Self::TokenRate => (
                "token-rate",
                "tokens a second are the tokens divided by the time",
            ),
            Self::FirstToken => (
                "first-token",
                "the first token cannot come after the whole answer",
            ),
            Self::TokenTimes => (
                "token-times",
                "the time to the first token and the gaps after it make the whole answer",
            ),
            Self::InFlight => (
                "in-flight",
                "rate times latency is the number in flight, which the limit bounds",
            ),
            Self::Times => ("times", "the end is the start and the duration"),
            Self::StandardError => (
                "standard-error",
                "the ratio and the number of samples bound its standard error",
            ),
            Self::OneValue => ("one-value", "a statistic has one value"),
        }
    }

    /// The contradiction of two values that should be equal and differ by more than `tolerance` of the larger.
    pub(super) fn equal(
        self,
        one: (f64, &str),
        other: (f64, &str),
        tolerance: f64,
    ) -> Option<Contradiction> {
        let largest = one.0.abs().max(other.0.abs());
        let is_broken = (one.0 - other.0).abs() > largest * tolerance;
        is_broken.then(|| self.broken(one, other))
    }

    /// The contradiction of a value that exceeds what bounds it by more than `tolerance` of the bound and `step`.
    pub(super) fn at_most(
        self,
        value: (f64, &str),
        bound: (f64, &str),
        (tolerance, step): (f64, f64),
    ) -> Option<Contradiction> {
        let is_broken = value.0 > bound.0 + bound.0.abs() * tolerance + step;
        is_broken.then(|| self.broken(value, bound))
    }

    fn broken(self, one: (f64, &str), other: (f64, &str)) -> Contradiction {
        let (law, says) = self.words();
        Contradiction {
            law,
            message: format!(
                "`{}` gives {} and `{}` {}: {says}",
                one.1,
                shown(one.0),
                other.1,
                shown(other.0)
            ),
            at: one.1.to_owned(),
            other: other.1.to_owned(),
        }
    }
}

/// At most six digits after the point.
fn shown(number: f64) -> String {
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How far the statistics of a tool may be apart and still be honest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slack {
    /// A relative error of its percentiles.
    pub relative: f64,
    /// True where its mean is of other requests than its percentiles.
    pub has_other_mean: bool,
    /// True where its percentiles lie somewhere in a bucket, so that only their order is certain.
    pub is_rough: bool,
    /// True where the number in flight has the limit that the file states.
    pub limits_flight: bool,
}

/// All that is broken between the statistics of a file.
pub(super) fn broken(evidence: &Evidence, slack: Slack) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for measurement in &evidence.measurements {
        let metric = measurement.metric.as_str();
        if measurement.unit == Some("s") && !seen.contains(&metric) {
            seen.push(metric);
            Series::of(evidence, metric).check(slack, &mut found);
        }
    }
    first_token(evidence, &mut found);
    if slack.limits_flight {
        found.extend(in_flight(evidence));
    }
    found
}

/// Statistics that occur twice with two values; of equal ones the first stays.
pub(super) fn twice(evidence: &mut Evidence) -> Vec<Contradiction> {
    let mut known: HashMap<(String, String), (MeasuredValue, String)> = HashMap::new();
    let mut broken = Vec::new();
    evidence.measurements.retain(|found| {
        let key = (found.metric.clone(), found.statistic.clone());
        let Some((value, at)) = known.get(&key) else {
            known.insert(key, (found.value.clone(), found.at.clone()));
            return true;
        };
        let is_same = *value == found.value;
        if !is_same {
            let number = |value: &MeasuredValue| value.number().unwrap_or_default();
            let (one, other) = (
                (number(value), at.as_str()),
                (number(&found.value), found.at.as_str()),
            );
            broken.push(Law::OneValue.broken(one, other));
        }
        false
    });
    broken
}

/// The statistics of one metric, in seconds.
struct Series<'e> {
    metric: &'e str,
    /// Rank from 0 to 1, and the statistic, in the order of their ranks.
    percentiles: Vec<(f64, &'e Measurement)>,
    least: Option<&'e Measurement>,
    greatest: Option<&'e Measurement>,
    mean: Option<&'e Measurement>,
    deviation: Option<&'e Measurement>,
}

impl<'e> Series<'e> {
    fn of(evidence: &'e Evidence, metric: &'e str) -> Self {
        let of_metric = || {
            let all = evidence.measurements.iter();
            all.filter(move |found| found.metric == metric && found.unit == Some("s"))
        };
        let named = |name: &str| of_metric().find(|found| found.statistic == name);
        let mut percentiles: Vec<(f64, &Measurement)> = of_metric()
            .filter_map(|found| Some((rank_of(&found.statistic)?, found)))
            .collect();
        percentiles.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        Self {
            metric,
            percentiles,
            least: named("min"),
            greatest: named("max"),
            mean: named("mean"),
            deviation: named("stddev"),
        }
    }

    fn check(&self, slack: Slack, found: &mut Vec<Contradiction>) {
        for pair in self.percentiles.windows(2) {
            if let [(_, low), (_, high)] = pair {
                found.extend(ordered(Law::PercentilesRise, low, high, slack.relative));
            }
        }
        let mean = self.mean.filter(|_| !slack.has_other_mean);
        let lowest = self.percentiles.first().map(|(_, lowest)| *lowest);
        let highest = self.percentiles.last().map(|(_, highest)| *highest);
        let pairs = [
            (self.least, lowest),
            (highest, self.greatest),
            (self.least, mean),
            (mean, self.greatest),
            (self.least, self.greatest),
        ];
        for (low, high) in pairs {
            if let (Some(low), Some(high)) = (low, high) {
                found.extend(ordered(Law::Bounds, low, high, slack.relative));
            }
        }
        // Sending early is a negative delay, and a value within a bucket is no sample.
        let is_bounded = self.metric != "schedule_delay" && !slack.is_rough;
        if let Some(mean) = mean.filter(|_| is_bounded) {
            let mut all = self.percentiles.iter();
            found.extend(all.find_map(|(rank, high)| self.tail(*rank, high, mean)));
        }
    }

    /// A percentile that the mean, or the mean and the deviation, leave no room for.
    fn tail(&self, rank: f64, high: &Measurement, mean: &Measurement) -> Option<Contradiction> {
        let (value, average) = (amount(high)?, amount(mean)?);
        let step = steps(high, mean);
        let bound = average / (1.0 - rank);
        let law = Law::MeanBoundsTail;
        let broken = law.at_most((value, &high.at), (bound, &mean.at), (TAIL, step));
        broken.or_else(|| {
            let deviation = self.deviation?;
            let width = amount(deviation)?;
            let bound = average + width * (rank / (1.0 - rank)).sqrt();
            let law = Law::DeviationBoundsTail;
            law.at_most((value, &high.at), (bound, &deviation.at), (TAIL, step))
        })
    }
}

/// The room that rounding and interpolation between two samples need at the tail.
const TAIL: f64 = 0.01;

fn amount(found: &Measurement) -> Option<f64> {
    match found.value {
        MeasuredValue::Number(number) => Some(number),
        MeasuredValue::Text(_) => None,
    }
}

/// The rounding of both.
fn steps(one: &Measurement, other: &Measurement) -> f64 {
    let step = |found: &Measurement| found.resolution.unwrap_or_default();
    step(one) + step(other)
}

fn ordered(
    law: Law,
    low: &Measurement,
    high: &Measurement,
    relative: f64,
) -> Option<Contradiction> {
    let room = (relative, steps(low, high));
    law.at_most((amount(low)?, &low.at), (amount(high)?, &high.at), room)
}

fn first_token(evidence: &Evidence, found: &mut Vec<Contradiction>) {
    let first = evidence.measurements.iter();
    for first in first.filter(|found| found.metric == "time_to_first_token") {
        let whole = evidence.find("request_latency", &first.statistic);
        // A deviation is no time.
        let whole = whole.filter(|_| first.statistic != "stddev");
        let broken = whole.and_then(|whole| ordered(Law::FirstToken, first, whole, 1e-9));
        found.extend(broken);
    }
}

/// More requests in flight than the limit admits.
fn in_flight(evidence: &Evidence) -> Option<Contradiction> {
    let limit = evidence.concurrency?;
    let mean = evidence.find("request_latency", "mean")?;
    let rate = evidence.achieved_rps?;
    let rate_at = evidence.find("throughput", "value")?;
    let flying = rate * amount(mean)?;
    let law = Law::InFlight;
    let room = (0.01, rate * mean.resolution.unwrap_or_default());
    law.at_most((flying, &mean.at), (limit, &rate_at.at), room)
}
