//! The order statistics of raw samples, by nearest rank.

use super::{Distribution, MeasuredValue, draft::Draft};

/// The percentiles that are computed.
const PERCENTILES: [(f64, &str); 5] = [
    (50.0, "p50"),
    (90.0, "p90"),
    (95.0, "p95"),
    (99.0, "p99"),
    (99.9, "p99.9"),
];

/// Adds percentiles, mean, least and greatest of a metric's samples, in seconds. Nothing without samples.
pub(super) fn add(draft: &mut Draft, metric: &str, mut values: Vec<f64>) {
    values.sort_unstable_by(f64::total_cmp);
    let (Some(least), Some(greatest)) = (values.first().copied(), values.last().copied()) else {
        return;
    };
    let samples = Some(values.len() as u64);
    let distribution = Distribution::of_samples(metric, &values);
    draft.evidence.distributions.extend(distribution);
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let ranked = PERCENTILES
        .iter()
        .filter_map(|(percent, name)| Some((*name, nearest_rank(&values, *percent)?)));
    // A mean of equal samples may miss them by the last bit.
    let mean = mean.clamp(least, greatest);
    let others = [("mean", mean), ("min", least), ("max", greatest)];
    for (statistic, value) in ranked.chain(others) {
        let value = MeasuredValue::Number(value);
        draft.add(metric, statistic, value, Some("s"), samples, "all rows");
        draft.last().derived = Some("the samples of all rows");
    }
}

/// The sample of rank `ceil(percent / 100 x n)`, from 1.
fn nearest_rank(sorted: &[f64], percent: f64) -> Option<f64> {
    // 99.9 / 100 x 1000 is 999.0000000000001 in floats, which must not become 1000.
    let rank = (percent * sorted.len() as f64 / 100.0 - 1e-9)
        .ceil()
        .max(1.0);
    sorted.get(rank as usize - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples() {
        let values: Vec<f64> = (1..=1_000).map(f64::from).collect();
        let found = |percent| nearest_rank(&values, percent);
        assert_eq!(
            [50.0, 99.0, 99.9].map(found),
            [Some(500.0), Some(990.0), Some(999.0)]
        );
        assert_eq!(nearest_rank(&[1.0, 2.0], 50.0), Some(1.0), "not 1.5");
        assert_eq!(nearest_rank(&[], 50.0), None);
    }
}
