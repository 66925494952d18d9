//! Raw requests of tools that write one row each: what hey's and JMeter's CSV have in common.

use super::{EvidenceError, LoadShape, RunFact, content::Content, draft::Draft, ranks};
use csv::{ReaderBuilder, StringRecord};
use std::collections::HashSet;

/// The rows of CSV, with the columns by their names.
pub(super) struct RequestRows {
    format: &'static str,
    header: StringRecord,
    rows: Vec<(u64, StringRecord)>,
}

impl RequestRows {
    /// Reads all rows; each must have as many cells as the header.
    pub(super) fn of(
        content: &Content<'_>,
        format: &'static str,
        delimiter: u8,
    ) -> Result<Self, EvidenceError> {
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .from_reader(content.text.as_bytes());
        let broken = |error: csv::Error| EvidenceError::Malformed {
            format,
            message: error.to_string(),
        };
        let header = reader.headers().map_err(broken)?.clone();
        let mut rows = Vec::new();
        for row in reader.records() {
            let row = row.map_err(broken)?;
            rows.push((row.position().map_or(0, csv::Position::line), row));
        }
        let found = Self {
            format,
            header,
            rows,
        };
        found.check_header()?;
        Ok(found)
    }

    fn check_header(&self) -> Result<(), EvidenceError> {
        let mut known = HashSet::new();
        for name in &self.header {
            if !known.insert(name) {
                return Err(EvidenceError::Malformed {
                    format: self.format,
                    message: format!("the column `{name}` occurs twice"),
                });
            }
        }
        Ok(())
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    /// Each row with its line.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row {
            rows: self,
            cells,
            line: *line,
        })
    }
}

/// One row.
pub(super) struct Row<'r> {
    rows: &'r RequestRows,
    cells: &'r StringRecord,
    /// Its line, from 1.
    pub line: u64,
}

impl<'r> Row<'r> {
    /// The text of a column; nothing where it is missing or empty.
    pub(super) fn text(&self, column: &str) -> Option<&'r str> {
        let index = self.rows.header.iter().position(|name| name == column)?;
        self.cells.get(index).filter(|text| !text.is_empty())
    }

    /// The amount in a column; nothing where it is missing or empty.
    pub(super) fn amount(&self, column: &str) -> Result<Option<f64>, EvidenceError> {
        let Some(text) = self.text(column) else {
            return Ok(None);
        };
        match text.parse::<f64>() {
            Ok(amount) if amount.is_finite() && amount >= 0.0 => Ok(Some(amount)),
            _ => Err(self.bad(column, format!("no amount (`{text}`)"))),
        }
    }

    /// The amount in a column that every row must have.
    pub(super) fn needs(&self, column: &str) -> Result<f64, EvidenceError> {
        self.amount(column)?
            .ok_or_else(|| self.bad(column, "empty".to_owned()))
    }

    /// Says what is wrong with a cell.
    pub(super) fn bad(&self, column: &str, what: String) -> EvidenceError {
        EvidenceError::BadValue {
            at: format!("line {}, column {column}", self.line),
            what,
        }
    }
}

/// What became of all requests.
#[derive(Default)]
pub(super) struct Requests {
    /// Seconds of each that was answered well.
    times: Vec<f64>,
    failed: u64,
    /// When the first was sent and the last had ended, in seconds.
    span: Option<(f64, f64)>,
}

impl Requests {
    /// Takes a request that was sent at a moment and took some seconds.
    pub(super) fn take(&mut self, is_good: bool, sent: f64, seconds: f64) {
        match is_good {
            true => self.times.push(seconds),
            false => self.failed += 1,
        }
        let (first, last) = self.span.unwrap_or((sent, sent));
        self.span = Some((first.min(sent), last.max(sent + seconds)));
    }

    /// When the first was sent, in seconds.
    pub(super) fn first(&self) -> Option<f64> {
        self.span.map(|(first, _)| first)
    }

    /// Writes counts, statistics, length and rate.
    pub(super) fn write(self, draft: &mut Draft) {
        let all = self.failed + self.times.len() as u64;
        draft.evidence.completed = Some(self.times.len() as u64);
        draft.evidence.failed = Some(self.failed);
        draft.derive(
            RunFact::Completed,
            "the rows of requests that were answered well",
        );
        draft.derive(RunFact::Failed, "the other rows");
        let seconds = self.span.map(|(first, last)| last - first);
        let seconds = seconds.filter(|seconds| *seconds > 0.0);
        draft.evidence.duration_seconds = seconds;
        draft.derive(
            RunFact::DurationSeconds,
            "from the first request to the end of the last",
        );
        if let Some(seconds) = seconds {
            let rate = all as f64 / seconds;
            draft.evidence.achieved_rps = Some(rate);
            draft.derive(RunFact::AchievedRps, "the rows divided by the duration");
            draft.rate("throughput", rate, Some(all), "all rows");
            draft.last().derived = Some("the rows divided by the duration");
        }
        if self.failed > 0 {
            let message = format!("{} failed requests are in no statistic", self.failed);
            draft.caution(super::CautionKind::SuccessesOnly, message);
        }
        ranks::add(draft, "request_latency", self.times);
        draft.evidence.load_shape = LoadShape::Unknown;
    }
}
