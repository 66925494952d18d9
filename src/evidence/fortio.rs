//! fortio: the JSON of `fortio load -json`.
//!
//! Latencies are seconds, `ActualDuration` is nanoseconds, and `RequestedQPS` is text in which
//! `0` and `max` mean as fast as possible. Percentiles are interpolated by fortio within the
//! buckets of its histogram. Each connection waits for its answer.

use super::{
    CautionKind, Distribution, DistributionSource, Evidence, EvidenceError, LoadShape, Rate,
    RunFact, TimeBin,
    content::{Content, Tree},
    draft::Draft,
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

pub(super) fn detect(content: &Content<'_>) -> bool {
    content
        .tree()
        .is_some_and(|tree| tree.has(&["DurationHistogram", "RequestedQPS", "ActualQPS"]))
}

/// Reads a run.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("fortio", "fortio");
    draft.slack.is_rough = true;
    let root = content.root()?;
    draft.evidence.version = root.string_at(&["Version"]);
    let histogram = root
        .get("DurationHistogram")
        .ok_or_else(|| draft.malformed("it has no histogram"))?;
    let samples = histogram.count_at(&["Count"])?;
    // Of no requests the statistics are zeros, which look like times.
    if samples.is_some_and(|samples| samples > 0) {
        for (key, statistic) in [
            ("Min", "min"),
            ("Avg", "mean"),
            ("Max", "max"),
            ("StdDev", "stddev"),
        ] {
            if let Some(place) = histogram.get(key) {
                draft.time("request_latency", statistic, &place, 1.0, samples)?;
            }
        }
        for item in histogram.items_at(&["Percentiles"]) {
            let (Some(percent), Some(value)) = (item.get("Percentile"), item.get("Value")) else {
                continue;
            };
            if let Some(statistic) = percentile::name(percent.amount()?) {
                draft.time("request_latency", &statistic, &value, 1.0, samples)?;
            }
        }
    }
    buckets(&mut draft, &histogram)?;
    draft.caution(
        CautionKind::Estimated,
        "fortio interpolates percentiles within the buckets of its histogram",
    );
    draft.caution(
        CautionKind::IncludesFailures,
        "the histogram counts failed requests too",
    );
    outcome(&mut draft, &root)?;
    load(&mut draft, &root)?;
    draft.finish()
}

/// The buckets of the histogram, which has no gaps where it has counts.
fn buckets(draft: &mut Draft, histogram: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let mut bins = Vec::new();
    for bucket in histogram.items_at(&["Data"]) {
        let (low, high) = (bucket.amount_at(&["Start"])?, bucket.amount_at(&["End"])?);
        if let (Some(low), Some(count)) = (low, bucket.count_at(&["Count"])?) {
            let last = bins.last().and_then(|bin: &TimeBin| bin.high);
            let overlaps = last.is_some_and(|last| low < last * (1.0 - 1e-9));
            if overlaps || high.is_some_and(|high| high < low) {
                return Err(bucket.bad("a bucket that overlaps another, or ends before it begins"));
            }
            bins.push(TimeBin { low, high, count });
        }
    }
    if !bins.is_empty() {
        if let Some(count) = histogram.count_at(&["Count"])? {
            shares(draft, histogram, count)?;
            let sum = bins
                .iter()
                .fold(0_u64, |sum, bin| sum.saturating_add(bin.count));
            let parts = (sum, "/DurationHistogram/Data");
            draft.add_up(parts, (count, "/DurationHistogram/Count"));
        }
        draft.evidence.distributions.push(Distribution {
            metric: "request_latency".to_owned(),
            source: DistributionSource::Buckets,
            bins,
        });
    }
    Ok(())
}

/// Each bucket states the share of all that are in it or below it.
fn shares(draft: &mut Draft, histogram: &Spot<'_, Tree>, count: u64) -> Result<(), EvidenceError> {
    let mut below = 0_u64;
    for bucket in histogram.items_at(&["Data"]) {
        below = below.saturating_add(bucket.count_at(&["Count"])?.unwrap_or_default());
        if let Some(percent) = bucket.get("Percent")
            && count > 0
        {
            let stated = (percent.amount()?, &*percent.at.to_string());
            let counted = 100.0 * below as f64 / count as f64;
            let broken = Law::Ratio.equal(stated, (counted, "/DurationHistogram/Count"), 1e-6);
            draft.disagree(broken);
        }
    }
    Ok(())
}

fn outcome(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let Some(codes) = root.get("RetCodes") else {
        return Ok(());
    };
    let (mut good, mut bad) = (0_u64, 0_u64);
    for (code, place) in codes.present_at(&[]) {
        // HTTP has codes, -1 stands for a broken connection, gRPC and TCP have words.
        let is_good = matches!(code, "SERVING" | "OK")
            || code
                .parse::<u16>()
                .is_ok_and(|code| (200..300).contains(&code));
        let sum = if is_good { &mut good } else { &mut bad };
        *sum = sum.saturating_add(place.count()?);
    }
    draft.evidence.completed = Some(good);
    draft.evidence.failed = Some(bad);
    draft.derive(RunFact::Completed, "the codes 2xx, `OK` and `SERVING`");
    draft.derive(RunFact::Failed, "the other codes");
    if let Some(count) = root.count_at(&["DurationHistogram", "Count"])? {
        let total = (good.saturating_add(bad), "/RetCodes");
        draft.add_up(total, (count, "/DurationHistogram/Count"));
    }
    Ok(())
}

/// The rate and the mean follow from the count.
fn sums(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let Some(histogram) = root.get("DurationHistogram") else {
        return Ok(());
    };
    let Some(count) = histogram.count_at(&["Count"])?.filter(|count| *count > 0) else {
        return Ok(());
    };
    if let Some(rate) = draft.evidence.achieved_rps {
        draft.compare_with_duration(Law::Rate, (rate, "/ActualQPS"), Some(count as f64));
    }
    if let (Some(sum), Some(mean)) = (histogram.get("Sum"), histogram.get("Avg")) {
        let each = (sum.amount()? / count as f64, &*sum.at.to_string());
        let mean = (mean.amount()?, &*mean.at.to_string());
        draft.disagree(Law::Rate.equal(mean, each, 1e-2));
    }
    Ok(())
}

fn load(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    draft.take_amount(RunFact::AchievedRps, root.get("ActualQPS"), 1.0)?;
    draft.take_amount(RunFact::Concurrency, root.get("NumThreads"), 1.0)?;
    draft.take_amount(RunFact::DurationSeconds, root.get("ActualDuration"), 1e9)?;
    sums(draft, root)?;
    draft.evidence.started_at = root.string_at(&["StartTime"]);
    draft.evidence.load_shape = LoadShape::Closed;
    draft.caution(
        CautionKind::ClosedLoop,
        "each connection waits for its answer, so a slow server is asked less",
    );
    if let Some(place) = root.get("RequestedQPS") {
        let rate = match place.text().map(str::trim) {
            Some("max" | "0") => Rate::Unbounded,
            Some(text) => match text.parse::<f64>() {
                Ok(rate) if rate > 0.0 && rate.is_finite() => Rate::Number(rate),
                _ => return Err(place.bad(format!("no rate (`{text}`)"))),
            },
            None => match place.amount()? {
                0.0 => Rate::Unbounded,
                rate => Rate::Number(rate),
            },
        };
        draft.evidence.offered_rps = Some(rate);
        match (rate, draft.evidence.achieved_rps) {
            (Rate::Unbounded, _) => draft.caution(
                CautionKind::UnboundedLoad,
                "requests were sent as fast as could be: no rate that users would make",
            ),
            (Rate::Number(offered), Some(achieved)) => draft.compare_rates(offered, achieved),
            _ => {}
        }
    }
    if let Some(rate) = draft.evidence.achieved_rps {
        draft.rate("throughput", rate, None, "/ActualQPS");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn seconds_nanoseconds_and_a_rate_in_text() {
        let found = read_fixture("fortio/load.json");
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.0413));
        assert_eq!(number(&found, "request_latency", "p99.9"), Some(0.0722));
        assert_eq!(
            number(&found, "request_latency", "p95"),
            None,
            "not among fortio's defaults"
        );
        assert_eq!(found.duration_seconds, Some(300.012_345_678));
        assert_eq!(found.offered_rps, Some(Rate::Number(200.0)));
        assert_eq!((found.completed, found.failed), (Some(59_880), Some(120)));
        assert!(found.warns(CautionKind::Estimated) && found.warns(CautionKind::ClosedLoop));
        assert!(!found.warns(CautionKind::GeneratorBehind));
    }

    #[test]
    fn zero_and_max_are_as_fast_as_possible() {
        let text = |rate: &str| {
            format!(
                r#"{{"RequestedQPS": {rate}, "ActualQPS": 80.0, "DurationHistogram": {{"Count": 4, "Avg": 0.1, "Percentiles": null}}, "RetCodes": {{"SERVING": 3, "-1": 1}}}}"#
            )
        };
        for rate in [r#""0""#, r#""max""#, "0"] {
            assert_eq!(
                read_text(&text(rate)).expect(rate).offered_rps,
                Some(Rate::Unbounded),
                "{rate}"
            );
        }
        let behind = read_text(&text(r#""100""#)).expect("fortio");
        assert!(behind.warns(CautionKind::GeneratorBehind));
        assert_eq!((behind.completed, behind.failed), (Some(3), Some(1)));
        assert!(read_text(&text(r#""NaN""#)).is_err());
    }
}
