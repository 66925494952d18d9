//! ab, ApacheBench: its text.
//!
//! Whole milliseconds. Percentiles are of all requests. `Failed requests` counts every answer of another
//! length as well, which those of a model always are, so only the others and the answers outside of 2xx are
//! failures. Workers wait for answers.

use super::{
    CautionKind, Evidence, EvidenceError, LoadShape, RunFact,
    content::Content,
    draft::{Draft, printed_amount, to_seconds},
    laws::Law,
    percentile,
};
use crate::document::Pointer;
use std::collections::HashSet;

pub(super) fn detect(content: &Content<'_>) -> bool {
    let starts = |start: &str| {
        let mut lines = content.text.lines().take(200);
        lines.any(|line| line.starts_with(start))
    };
    content.trees.is_empty() && starts("This is ApacheBench") && starts("Time taken for tests:")
}

/// Reads the report.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("ab", "ab");
    let mut report = AbReport::default();
    for (index, line) in content.text.lines().enumerate() {
        report.line(&mut draft, line, index + 1)?;
    }
    let Some(complete) = report.complete else {
        return Err(draft.malformed("it has no `Complete requests`"));
    };
    let failed = report
        .broken
        .saturating_add(report.other_codes)
        .min(complete);
    draft.evidence.completed = Some(complete - failed);
    draft.evidence.failed = Some(failed);
    draft.derive(RunFact::Completed, "`Complete requests` less what failed");
    draft.derive(
        RunFact::Failed,
        "failures to connect, receive and the like, and answers outside of 2xx; not those of another length",
    );
    for (statistic, milliseconds, line) in report.times {
        let at = format!("line {line}");
        let seconds = to_seconds(milliseconds, 1e3);
        draft.seconds("request_latency", &statistic, seconds, Some(complete), at)?;
        draft.last().resolution = Some(1e-3);
    }
    if let Some((rate, at)) = report.rate {
        draft.reached(rate, Some(complete), &at);
        draft.compare_with_duration(Law::Rate, (rate, &at), Some(complete as f64));
    }
    if report.other_length > 0 {
        let message = format!(
            "{} answers differ in length, which ab calls failed and which is no failure of a model",
            report.other_length
        );
        draft.caution(CautionKind::Definition, message);
    }
    if let Some((stated, at)) = report.failed {
        let parts = report.broken.saturating_add(report.other_length);
        draft.add_up((parts, &report.parts_at), (stated, &at));
    }
    draft.evidence.load_shape = LoadShape::Closed;
    draft.caution(
        CautionKind::ClosedLoop,
        "ab's workers wait for answers, so a slow server is asked less",
    );
    draft.caution(CautionKind::IncludesFailures, "latencies count all answers");
    draft.finish()
}

/// What the lines say.
#[derive(Default)]
struct AbReport {
    complete: Option<u64>,
    failed: Option<(u64, String)>,
    /// Where the kinds of failures are.
    parts_at: String,
    broken: u64,
    other_length: u64,
    other_codes: u64,
    rate: Option<(f64, String)>,
    /// Statistic, milliseconds and line.
    times: Vec<(String, f64, usize)>,
    /// The statistics among them.
    known: HashSet<String>,
}

impl AbReport {
    fn line(&mut self, draft: &mut Draft, line: &str, number: usize) -> Result<(), EvidenceError> {
        let at = format!("line {number}");
        let cells: Vec<&str> = line.split_whitespace().collect();
        match cells.as_slice() {
            ["This", "is", "ApacheBench,", "Version", version, ..] => {
                draft.evidence.version = Some((*version).to_owned());
            }
            ["Concurrency", "Level:", count] => {
                draft.evidence.concurrency = printed_amount(count);
                draft.state(RunFact::Concurrency, at);
            }
            ["Time", "taken", "for", "tests:", seconds, "seconds"] => {
                draft.evidence.duration_seconds = printed_amount(seconds);
                draft.state(RunFact::DurationSeconds, at);
            }
            ["Complete", "requests:", count] => self.complete = Some(counted(count, &at)?),
            ["Failed", "requests:", count] => {
                self.parts_at.clone_from(&at);
                self.failed = Some((counted(count, &at)?, at));
            }
            ["Non-2xx", "responses:", count] => self.other_codes = counted(count, &at)?,
            ["Requests", "per", "second:", rate, ..] => {
                self.rate = printed_amount(rate).map(|rate| (rate, at));
            }
            // min, mean, deviation, median and max of the whole request.
            ["Total:", least, mean, deviation, _, greatest] => {
                let row = [
                    ("min", least),
                    ("mean", mean),
                    ("stddev", deviation),
                    ("max", greatest),
                ];
                for (statistic, cell) in row {
                    self.time(statistic, cell, number);
                }
            }
            [percent, milliseconds, ..] if percent.ends_with('%') => {
                let percent = percent.trim_end_matches('%');
                match percentile::of_percent(percent) {
                    Some(statistic) => self.time(&statistic, milliseconds, number),
                    // The row of 100 %, which the table of times may have as well.
                    None if percent == "100" => self.time("max", milliseconds, number),
                    None => {}
                }
            }
            _ if line.trim_start().starts_with("(Connect:") => self.parts(line, at)?,
            _ => {}
        }
        Ok(())
    }

    fn time(&mut self, statistic: &str, cell: &str, line: usize) {
        if let Some(milliseconds) = printed_amount(cell)
            && self.known.insert(statistic.to_owned())
        {
            self.times.push((statistic.to_owned(), milliseconds, line));
        }
    }

    /// `(Connect: 0, Receive: 0, Length: 3, Exceptions: 0)`.
    fn parts(&mut self, line: &str, at: String) -> Result<(), EvidenceError> {
        let inner = line.trim().trim_start_matches('(').trim_end_matches(')');
        for part in inner.split(',') {
            let Some((name, count)) = part.split_once(':') else {
                continue;
            };
            let count = counted(count.trim(), &at)?;
            let sum = match name.trim() {
                "Length" => &mut self.other_length,
                _ => &mut self.broken,
            };
            *sum = sum.saturating_add(count);
        }
        self.parts_at = at;
        Ok(())
    }
}

fn counted(text: &str, at: &str) -> Result<u64, EvidenceError> {
    text.parse().map_err(|_| EvidenceError::BadValue {
        at: at.to_owned(),
        what: format!("no count (`{text}`)"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture};
    use super::*;

    #[test]
    fn another_length_is_no_failure() {
        let found = read_fixture("ab/report.txt");
        assert_eq!((found.completed, found.failed), (Some(1_996), Some(4)));
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.046));
        assert_eq!(number(&found, "request_latency", "max"), Some(0.091));
        assert_eq!(number(&found, "request_latency", "mean"), Some(0.018));
        assert_eq!(found.concurrency, Some(10.0));
        assert_eq!(found.version.as_deref(), Some("2.3"));
        assert!(found.warns(CautionKind::Definition));
        assert_eq!(found.contradictions, []);
    }
}
