//! vegeta: `report -type=json`, in nanoseconds, and `report -type=hdrplot`, in milliseconds.
//!
//! The open-loop attacker; a rate of 0 is as fast as its workers can. `success` is a ratio that
//! counts 2xx and 3xx. The status code `0` is a request that got no answer. Percentiles come from
//! a t-digest, and of all requests.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::{Content, Tree},
    draft::{Draft, to_seconds},
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

const SHAPE: &str = "vegeta keeps a rate, or sends as fast as its workers can (`-rate=0`): the file does not tell which";

pub(super) fn is_json(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        tree.has(&["latencies", "status_codes", "success"])
            && tree
                .get("latencies")
                .is_some_and(|latencies| latencies.get("99th").is_some())
    })
}

pub(super) fn is_hdrplot(content: &Content<'_>) -> bool {
    let header = content
        .text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    content.trees.is_empty()
        && header.split_whitespace().eq([
            "Value(ms)",
            "Percentile",
            "TotalCount",
            "1/(1-Percentile)",
        ])
}

/// Reads the JSON report.
pub(super) fn read_json(
    content: &Content<'_>,
    _: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("vegeta-json", "vegeta");
    let root = content.root()?;
    let requests = root.count_at(&["requests"])?;
    for (key, place) in root.present_at(&["latencies"]) {
        let statistic = match key {
            "mean" | "min" | "max" => Some(key.to_owned()),
            _ => key.strip_suffix("th").and_then(percentile::of_percent),
        };
        if let Some(statistic) = statistic {
            draft.time("request_latency", &statistic, &place, 1e9, requests)?;
        }
    }
    draft.caution(
        CautionKind::IncludesFailures,
        "latencies are those of all requests, failed ones too",
    );
    outcome(&mut draft, &root, requests)?;
    draft.leave_open(RunFact::LoadShape, SHAPE);
    draft.leave_open(
        RunFact::OfferedRps,
        "vegeta writes the rate that was reached",
    );
    draft.take_amount(RunFact::DurationSeconds, root.get("duration"), 1e9)?;
    draft.take_amount(RunFact::AchievedRps, root.get("rate"), 1.0)?;
    if let (Some(place), Some(rate)) = (root.get("rate"), draft.evidence.achieved_rps) {
        // The first request opens the time, so one of few weighs.
        let count = requests
            .filter(|requests| *requests > 1)
            .map(|requests| requests as f64);
        draft.compare_with_duration(Law::Rate, (rate, &place.at.to_string()), count);
    }
    if let Some(place) = root.get("throughput") {
        let throughput = place.amount()?;
        draft.rate("throughput", throughput, requests, &place.at);
    }
    laws(&mut draft, &root, requests)?;
    times(&mut draft, &root)?;
    draft.finish()
}

/// What holds between the values that only vegeta writes.
fn laws(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    requests: Option<u64>,
) -> Result<(), EvidenceError> {
    let (total, mean) = (
        root.find(&["latencies", "total"]),
        root.find(&["latencies", "mean"]),
    );
    if let (Some(total), Some(mean), Some(requests)) = (total, mean, requests)
        && requests > 0
    {
        let each = total.amount()? / requests as f64;
        let mean = (mean.amount()?, &*mean.at.to_string());
        // Nanoseconds are cut to whole ones.
        draft.disagree(Law::Rate.equal(mean, (each, &total.at.to_string()), 1e-3));
    }
    let (throughput, duration) = (root.get("throughput"), root.get("duration"));
    let (wait, good) = (root.amount_at(&["wait"])?, draft.evidence.completed);
    if let (Some(place), Some(duration), Some(wait), Some(good)) =
        (throughput, duration, wait, good)
    {
        let seconds = (duration.amount()? + wait) / 1e9;
        if seconds > 0.0 {
            let stated = (place.amount()?, &*place.at.to_string());
            let counted = (good as f64 / seconds, &*duration.at.to_string());
            draft.disagree(Law::Rate.equal(stated, counted, 5e-3 + 1.0 / good.max(20) as f64));
        }
    }
    Ok(())
}

/// The end is the start, the time of sending and the wait for the last answer.
fn times(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    for (fact, key) in [(RunFact::StartedAt, "earliest"), (RunFact::EndedAt, "end")] {
        let Some(place) = root.get(key) else { continue };
        let time = place.text().map(str::to_owned);
        match fact {
            RunFact::StartedAt => draft.evidence.started_at = time,
            _ => draft.evidence.ended_at = time,
        }
        draft.state(fact, &place.at);
    }
    let wait = root.amount_at(&["wait"])?.unwrap_or_default() / 1e9;
    draft.compare_times(wait);
    Ok(())
}

/// Successes and failures: the ratio that vegeta writes, and the codes that it rests on.
fn outcome(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    requests: Option<u64>,
) -> Result<(), EvidenceError> {
    let (mut good, mut total, mut unanswered, mut redirects) = (0_u64, 0_u64, 0_u64, 0_u64);
    for (code, place) in root.present_at(&["status_codes"]) {
        let count = place.count()?;
        total = total.saturating_add(count);
        match code.parse::<u16>() {
            Ok(200..400) => good = good.saturating_add(count),
            Ok(0) => unanswered = count,
            _ => {}
        }
        if code.starts_with('3') {
            redirects = redirects.saturating_add(count);
        }
    }
    // Codes that do not add up to all requests tell no counts.
    if Some(total) == requests {
        draft.evidence.completed = Some(good);
        draft.evidence.failed = Some(total - good);
        draft.derive(RunFact::Completed, "the status codes 2xx and 3xx");
        draft.derive(RunFact::Failed, "the other status codes");
    } else if let Some(requests) = requests.filter(|_| root.get("status_codes").is_some()) {
        draft.add_up((total, "/status_codes"), (requests, "/requests"));
    }
    if unanswered > 0 {
        draft.caution(
            CautionKind::Unusual,
            format!("{unanswered} requests got no answer at all (code 0)"),
        );
    }
    if redirects > 0 {
        draft.caution(
            CautionKind::Definition,
            format!("{redirects} answers with a 3xx code count as successes"),
        );
    }
    let Some(place) = root
        .get("success")
        .filter(|_| requests.is_some_and(|requests| requests > 0))
    else {
        return Ok(());
    };
    let success = place.ratio()?;
    if let (Some(good), Some(requests)) = (draft.evidence.completed, requests) {
        let counted = (good as f64 / requests as f64, "/status_codes");
        let stated = (success, &*place.at.to_string());
        // Written with all digits; people copy it with six.
        draft.disagree(Law::Ratio.equal(stated, counted, 1e-5));
    }
    draft.ratio("availability", success, requests, &place.at);
    if draft.evidence.failed.is_none() {
        draft.ratio("error_ratio", 1.0 - success, requests, &place.at);
    }
    Ok(())
}

/// Reads the plot: rows of value, percentile and count.
pub(super) fn read_hdrplot(
    content: &Content<'_>,
    _: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("vegeta-hdrplot", "vegeta");
    let mut rows = Vec::new();
    for (index, line) in content.text.lines().enumerate().skip(1) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [value, percentile, total, _] = cells.as_slice() else {
            continue;
        };
        let numbers = (
            value.parse::<f64>(),
            percentile.parse::<f64>(),
            total.parse::<u64>(),
        );
        let (Ok(value), Ok(percentile), Ok(total)) = numbers else {
            continue;
        };
        rows.push((index + 1, value, percentile, total));
    }
    let samples = rows.iter().map(|(_, _, _, total)| *total).max();
    for (line, value, ratio, _) in rows {
        let at = format!("line {line}");
        // The plot begins at 0 and ends at 1: the smallest and the largest value.
        let statistic = match ratio {
            0.0 => "min".to_owned(),
            1.0 => "max".to_owned(),
            _ => percentile::name(ratio * 100.0).ok_or_else(|| EvidenceError::BadValue {
                at: at.clone(),
                what: format!("no percentile ({ratio})"),
            })?,
        };
        if !draft.has(|known| known.statistic == statistic) {
            draft.seconds(
                "request_latency",
                &statistic,
                to_seconds(value, 1e3),
                samples,
                at,
            )?;
        }
    }
    draft.leave_open(RunFact::LoadShape, SHAPE);
    draft.caution(
        CautionKind::Unusual,
        "a plot says nothing of failures, load or time",
    );
    draft.finish()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn nanoseconds_become_seconds() {
        let found = read_fixture("vegeta/report.json");
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.0413));
        assert_eq!(number(&found, "request_latency", "p99.9"), None);
        assert_eq!(number(&found, "availability", "ratio"), Some(0.999_72));
        assert_eq!((found.completed, found.failed), (Some(539_849), Some(151)));
        assert_eq!(found.duration_seconds, Some(1_199.997_777_777));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:00:00Z"));
        assert_eq!(
            found.load_shape,
            super::super::LoadShape::Unknown,
            "`-rate=0` leaves no trace"
        );
        let p99 = found.find("latency", "p99").expect("an alias");
        assert_eq!(
            (p99.at.as_str(), p99.samples),
            ("/latencies/99th", Some(540_000))
        );
    }

    #[test]
    fn redirects_count_as_successes_and_code_0_as_no_answer() {
        let text = r#"{"latencies": {"mean": 1, "99th": 2, "max": 3}, "requests": 10, "rate": 1, "success": 0.8,
            "duration": 10000000000, "status_codes": {"0": 2, "200": 5, "302": 3}}"#;
        let found = read_text(text).expect("vegeta");
        assert_eq!((found.completed, found.failed), (Some(8), Some(2)));
        let kinds: Vec<CautionKind> = found.cautions.iter().map(|caution| caution.kind).collect();
        assert_eq!(
            kinds,
            [
                CautionKind::IncludesFailures,
                CautionKind::Unusual,
                CautionKind::Definition
            ]
        );
    }

    #[test]
    fn the_plot_is_in_milliseconds_and_ratios() {
        let found = read_fixture("vegeta/plot.hdr");
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.0413));
        assert_eq!(number(&found, "request_latency", "p99.9"), Some(0.0722));
        assert_eq!(number(&found, "request_latency", "max"), Some(0.0962));
        assert_eq!(
            found
                .find("request_latency", "p50")
                .and_then(|found| found.samples),
            Some(540_000)
        );
        assert_eq!(number(&found, "error_ratio", "ratio"), None);
    }

    #[test]
    fn negative_latencies_and_ratios_above_one_are_refused() {
        let text = |mean: &str, success: &str| {
            format!(
                r#"{{"latencies": {{"mean": {mean}, "99th": 2}}, "requests": 1, "success": {success}, "status_codes": {{}}}}"#
            )
        };
        for (mean, success, at) in [
            ("-1", "1", "/latencies/mean"),
            ("1", "1.5", "/success"),
            ("\"NaN\"", "1", "/latencies/mean"),
        ] {
            match read_text(&text(mean, success)) {
                Err(EvidenceError::BadValue { at: found, .. }) => assert_eq!(found, at),
                other => panic!("{mean} {success}: {other:?}"),
            }
        }
    }
}
