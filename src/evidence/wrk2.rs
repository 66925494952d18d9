//! wrk2, and wrk: their text output.
//!
//! Each number carries its unit: `us`, `ms`, `s`, `m` for minutes, `h`. wrk2 keeps its rate and
//! corrects for answers that delay the next request; wrk does neither. The rate that was asked for
//! is not printed.

use super::{
    CautionKind, Evidence, EvidenceError, LoadShape,
    content::Content,
    draft::{Draft, printed_amount, to_seconds},
    percentile,
};
use crate::document::Pointer;

pub(super) fn detect(content: &Content<'_>) -> bool {
    let has = |text: &str| {
        content
            .text
            .lines()
            .take(50_000)
            .any(|line| line.contains(text))
    };
    content.trees.is_empty() && has("Thread Stats") && has(" requests in ")
}

/// Reads the report.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let is_wrk2 = content.text.contains("HdrHistogram");
    let mut draft = Draft::new("wrk2", if is_wrk2 { "wrk2" } else { "wrk" });
    // Three digits of the histogram, and those that are printed.
    draft.slack.relative = 5e-3;
    let samples = content
        .text
        .lines()
        .find_map(|line| total(line.trim()))
        .map(|(requests, _)| requests);
    let mut in_distribution = false;
    let mut bad = 0_u64;
    for (index, line) in content.text.lines().enumerate() {
        let (line, at) = (line.trim(), format!("line {}", index + 1));
        if line.starts_with("Latency Distribution") {
            // With `-U` wrk2 prints a second one, uncorrected; the first counts.
            in_distribution = !draft.has(|known| known.statistic.starts_with('p'));
            if in_distribution && line.contains("Uncorrected") {
                draft.caution(
                    CautionKind::ClosedLoop,
                    "these latencies are not corrected for requests that were held back",
                );
            }
        } else if let Some((percent, value)) = line.split_once("% ").filter(|_| in_distribution) {
            match percentile::of_percent(percent.trim()) {
                Some(statistic) => draft.seconds(
                    "request_latency",
                    &statistic,
                    time(value.trim(), &at)?,
                    samples,
                    at,
                )?,
                // The last row is 100 %, which is the largest.
                None => in_distribution = false,
            }
        } else {
            in_distribution = in_distribution && line.is_empty();
            plain(&mut draft, line, &at, samples, &mut bad)?;
        }
    }
    draft.evidence.failed = Some(bad);
    draft.evidence.completed = samples.and_then(|samples| samples.checked_sub(bad));
    draft.evidence.load_shape = if is_wrk2 {
        LoadShape::Open
    } else {
        LoadShape::Closed
    };
    if is_wrk2 {
        draft.caution(
            CautionKind::Unusual,
            "wrk2 does not print the rate that was asked for (`-R`)",
        );
    } else {
        draft.caution(
            CautionKind::ClosedLoop,
            "wrk's connections wait for answers, so a slow server is asked less",
        );
    }
    draft.finish()
}

/// Lines outside the distribution.
fn plain(
    draft: &mut Draft,
    line: &str,
    at: &str,
    samples: Option<u64>,
    bad: &mut u64,
) -> Result<(), EvidenceError> {
    let cells: Vec<&str> = line.split_whitespace().collect();
    match cells.as_slice() {
        ["Latency", mean, deviation, max, ..] if samples != Some(0) => {
            for (text, statistic) in [(mean, "mean"), (deviation, "stddev"), (max, "max")] {
                draft.seconds("request_latency", statistic, time(text, at)?, samples, at)?;
            }
        }
        [_, "threads", "and", connections, "connections"] => {
            draft.evidence.concurrency = connections.parse::<u32>().ok().map(f64::from);
        }
        ["Non-2xx", "or", "3xx", "responses:", count] => {
            *bad = bad.saturating_add(count.parse().unwrap_or_default())
        }
        ["Socket", "errors:", rest @ ..] => {
            let counts = rest
                .iter()
                .filter_map(|cell| cell.trim_end_matches(',').parse::<u64>().ok());
            *bad = bad.saturating_add(counts.fold(0, u64::saturating_add));
        }
        ["Requests/sec:", rate] => {
            if let Some(rate) = printed_amount(rate) {
                draft.evidence.achieved_rps = Some(rate);
                draft.rate("throughput", rate, samples, at);
            }
        }
        _ => {
            if let Some((_, duration)) = total(line) {
                draft.evidence.duration_seconds = Some(time(duration, at)?);
            }
        }
    }
    Ok(())
}

/// `60018 requests in 30.00s, 19.81MB read`: the count and the time.
fn total(line: &str) -> Option<(u64, &str)> {
    let (count, rest) = line.split_once(" requests in ")?;
    Some((count.parse().ok()?, rest.split(',').next()?.trim()))
}

/// A number with its unit, in seconds.
fn time(text: &str, at: &str) -> Result<f64, EvidenceError> {
    let split = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    match (printed_amount(number), unit) {
        (Some(number), "us") => Ok(to_seconds(number, 1e6)),
        (Some(number), "ms") => Ok(to_seconds(number, 1e3)),
        (Some(number), "s") => Ok(number),
        (Some(number), "m") => Ok(number * 60.0),
        (Some(number), "h") => Ok(number * 3_600.0),
        _ => Err(EvidenceError::BadValue {
            at: at.to_owned(),
            what: format!("no time (`{text}`)"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture};
    use super::*;

    #[test]
    fn every_number_has_its_own_unit() {
        let found = read_fixture("wrk2/report.txt");
        assert_eq!(found.tool, "wrk2");
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.000_967));
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.041_31));
        assert_eq!(number(&found, "request_latency", "p99.999"), Some(1.02));
        assert_eq!(number(&found, "request_latency", "mean"), Some(0.006_46));
        assert_eq!(found.duration_seconds, Some(1_800.0), "30.00m are minutes");
        assert_eq!((found.completed, found.failed), (Some(359_990), Some(13)));
        assert_eq!(found.concurrency, Some(100.0));
        assert_eq!(found.load_shape, LoadShape::Open);
    }

    #[test]
    fn wrk_is_a_closed_loop() {
        let found = read_fixture("wrk2/wrk.txt");
        assert_eq!((found.tool, found.load_shape), ("wrk", LoadShape::Closed));
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.006_11));
        assert_eq!(found.failed, Some(0));
        assert!(found.warns(CautionKind::ClosedLoop));
    }

    #[test]
    fn times_without_a_known_unit_are_refused() {
        for text in ["1.2", "1.2min", "nanus", "-1ms", "ms", ""] {
            assert!(time(text, "line 1").is_err(), "{text}");
        }
    }
}
