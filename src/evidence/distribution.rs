//! How the times of a metric are distributed, where a file has more than percentiles.

use serde::Serialize;

/// The times of a metric, counted by where they lie.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Distribution {
    /// The metric.
    pub metric: String,
    /// What was counted.
    pub source: DistributionSource,
    /// From the shortest times to the longest, without gaps.
    pub bins: Vec<TimeBin>,
}

/// What a distribution was counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DistributionSource {
    /// Every sample.
    Samples,
    /// The buckets of the file's own histogram.
    Buckets,
}

/// How many times lie between two.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeBin {
    /// Seconds that all of them reach.
    pub low: f64,
    /// Seconds that none of them exceeds; absent for the times above the last bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// How many there are.
    pub count: u64,
}

/// Bins that samples are counted in, as many as fit a terminal.
const BINS: usize = 16;
/// From this ratio of the greatest to the least on, bins grow with the times.
const WIDE: f64 = 10.0;

impl Distribution {
    /// Counts samples that are sorted; nothing where all are equal, or there are none.
    pub(super) fn of_samples(metric: &str, sorted: &[f64]) -> Option<Self> {
        let (least, greatest) = (*sorted.first()?, *sorted.last()?);
        if greatest <= least {
            return None;
        }
        let grows = least > 0.0 && greatest / least > WIDE;
        let edge = |index: usize| {
            let part = index as f64 / BINS as f64;
            match grows {
                true => least * (greatest / least).powf(part),
                false => least + (greatest - least) * part,
            }
        };
        let mut bins = Vec::new();
        let mut rest = sorted;
        for index in 0..BINS {
            let high = if index + 1 == BINS {
                greatest
            } else {
                edge(index + 1)
            };
            let count = rest.partition_point(|value| *value <= high);
            let bin = TimeBin {
                low: edge(index),
                high: Some(high),
                count: count as u64,
            };
            bins.push(bin);
            rest = &rest[count..];
        }
        Some(Self {
            metric: metric.to_owned(),
            source: DistributionSource::Samples,
            bins,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_in_one_bin() {
        let narrow: Vec<f64> = (10..=40).map(f64::from).collect();
        let wide: Vec<f64> = (1..=1_000).map(f64::from).collect();
        for samples in [narrow, wide] {
            let found = Distribution::of_samples("a", &samples).expect("bins");
            let counts: u64 = found.bins.iter().map(|bin| bin.count).sum();
            assert_eq!((found.bins.len(), counts), (BINS, samples.len() as u64));
            assert_eq!(found.bins[0].low, samples[0]);
            for pair in found.bins.windows(2) {
                assert!(
                    pair[0]
                        .high
                        .is_some_and(|high| (high - pair[1].low).abs() < 1e-9)
                );
            }
        }
        assert_eq!(Distribution::of_samples("a", &[]), None);
        assert_eq!(Distribution::of_samples("a", &[2.0, 2.0]), None);
    }
}
