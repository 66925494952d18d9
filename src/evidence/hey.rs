//! hey: its text output.
//!
//! Seconds with four decimals. Requests without an answer are in the error distribution and in no
//! latency; answers with an error code are in both. Workers wait for answers. With few requests a
//! percentile is printed as `0% in 0.0000 secs`, which is none.

use super::{
    CautionKind, Evidence, EvidenceError, LoadShape,
    content::Content,
    draft::{Draft, printed_amount},
    percentile,
};
use crate::document::Pointer;

pub(super) fn detect(content: &Content<'_>) -> bool {
    let has = |line: &str| {
        content
            .text
            .lines()
            .take(200)
            .any(|found| found.trim_end() == line)
    };
    // oha and ghz print the same titles; only hey counts in `secs` and has no rate of successes.
    let is_in_secs =
        content.text.lines().take(200).any(|line| {
            line.trim_start().starts_with("Total:") && line.trim_end().ends_with(" secs")
        });
    content.trees.is_empty()
        && is_in_secs
        && has("Summary:")
        && (has("Latency distribution:")
            || has("Response time histogram:")
            || has("Error distribution:"))
}

/// Reads the report.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("hey", "hey");
    let mut report = HeyReport::default();
    let mut section = "";
    for (index, line) in content.text.lines().enumerate() {
        if let Some(title) = line
            .trim_end()
            .strip_suffix(':')
            .filter(|_| !line.starts_with([' ', '\t']))
        {
            section = title;
            continue;
        }
        match section {
            "Summary" => summary(&mut draft, line.trim(), index + 1, &mut report.times),
            _ => report.line(section, line.trim(), index + 1),
        }
    }
    draft.evidence.completed = Some(report.good);
    draft.evidence.failed = Some(report.bad.saturating_add(report.unanswered));
    let answered = Some(report.good.saturating_add(report.bad)).filter(|answered| *answered > 0);
    for (statistic, value, line) in report.times {
        draft.seconds(
            "request_latency",
            &statistic,
            value,
            answered,
            format!("line {line}"),
        )?;
        if let Some(added) = draft.evidence.measurements.last_mut() {
            // Printed with four decimals, whatever the tool measured.
            added.resolution = Some(1e-4);
        }
    }
    if report.has_gaps {
        let message = "hey had too few requests for its percentiles: those it printed are of higher ranks than it says";
        draft.caution(CautionKind::Estimated, message);
    }
    if report.unanswered > 0 {
        let message = format!(
            "{} requests got no answer and are in no latency",
            report.unanswered
        );
        draft.caution(CautionKind::SuccessesOnly, message);
    }
    draft.evidence.load_shape = LoadShape::Closed;
    draft.caution(
        CautionKind::ClosedLoop,
        "hey's workers wait for answers, so a slow server is asked less",
    );
    draft.finish()
}

/// What the sections after the summary say.
#[derive(Default)]
struct HeyReport {
    good: u64,
    bad: u64,
    unanswered: u64,
    /// Statistic, seconds and line.
    times: Vec<(String, f64, usize)>,
    /// Percentiles that hey could not fill in.
    has_gaps: bool,
}

impl HeyReport {
    fn line(&mut self, section: &str, line: &str, number: usize) {
        let first_count = |text: &str| text.split_whitespace().next()?.parse::<u64>().ok();
        match section {
            "Latency distribution" => {
                let Some((percent, value)) = line.split_once("% in ") else {
                    return;
                };
                self.has_gaps |= percent.trim() == "0";
                if let (Some(statistic), Some(value)) =
                    (percentile::of_percent(percent.trim()), seconds(value))
                {
                    self.times.push((statistic, value, number));
                }
            }
            "Status code distribution" => {
                let Some((code, rest)) = bracketed(line) else {
                    return;
                };
                let is_good = code
                    .parse::<u16>()
                    .is_ok_and(|code| (200..400).contains(&code));
                let sum = if is_good {
                    &mut self.good
                } else {
                    &mut self.bad
                };
                *sum = sum.saturating_add(first_count(rest).unwrap_or_default());
            }
            "Error distribution" => {
                let count = bracketed(line).and_then(|(count, _)| count.parse::<u64>().ok());
                self.unanswered = self.unanswered.saturating_add(count.unwrap_or_default());
            }
            _ => {}
        }
    }
}

fn summary(draft: &mut Draft, line: &str, number: usize, times: &mut Vec<(String, f64, usize)>) {
    let Some((name, value)) = line.split_once(':') else {
        return;
    };
    let statistic = match name {
        "Slowest" => "max",
        "Fastest" => "min",
        "Average" => "mean",
        "Total" => {
            draft.evidence.duration_seconds = seconds(value);
            return;
        }
        "Requests/sec" => {
            if let Some(rate) = printed_amount(value.trim()) {
                draft.evidence.achieved_rps = Some(rate);
                draft.rate("throughput", rate, None, format!("line {number}"));
            }
            return;
        }
        _ => return,
    };
    if let Some(value) = seconds(value) {
        times.push((statistic.to_owned(), value, number));
    }
}

/// `0.0103 secs`; NaN where no request was answered.
fn seconds(text: &str) -> Option<f64> {
    text.trim()
        .strip_suffix("secs")?
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|seconds| !seconds.is_nan())
}

/// `[200] 180 responses` as its two parts.
fn bracketed(line: &str) -> Option<(&str, &str)> {
    let (inner, rest) = line.strip_prefix('[')?.split_once(']')?;
    Some((inner, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture};
    use super::*;

    #[test]
    fn seconds_codes_and_errors() {
        let found = read_fixture("hey/report.txt");
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.0413));
        assert_eq!(number(&found, "request_latency", "max"), Some(0.0962));
        assert_eq!((found.completed, found.failed), (Some(1_990), Some(10)));
        assert_eq!(
            found
                .find("request_latency", "p99")
                .and_then(|found| found.samples),
            Some(1_996)
        );
        assert_eq!(found.duration_seconds, Some(10.0204));
        assert_eq!(found.load_shape, LoadShape::Closed);
        assert!(found.warns(CautionKind::SuccessesOnly));
    }

    #[test]
    fn a_percentile_of_zero_percent_is_none() {
        let found = read_fixture("hey/few.txt");
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.0012));
        assert_eq!(number(&found, "request_latency", "p99"), None);
        assert!(
            found
                .measurements
                .iter()
                .all(|found| found.statistic != "p0")
        );
        assert!(found.warns(CautionKind::Estimated));
    }
}
