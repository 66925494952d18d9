//! Raw samples: CSV with a header, or one JSON object a line.
//!
//! A column's name must carry its unit (`latency_ms`, `ttft_s`). Percentiles are exact order
//! statistics, by nearest rank: the smallest sample that at least that share of all samples does
//! not exceed. A histogram would round, an estimator would interpolate, and neither is needed: the
//! samples of the largest file that is read fit in memory. Failed requests are left out where the
//! file tells which they are.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    column::{self, Column, ColumnRole},
    content::{Content, Tree, json_value},
    draft::{Draft, to_seconds},
    outcome::{Outcome, OutcomeColumn},
    ranks,
};
use crate::document::Pointer;
use csv::ReaderBuilder;
use jiff::Timestamp;

pub(super) fn detect(content: &Content<'_>) -> bool {
    if !content.trees.is_empty() {
        return false;
    }
    let header = content.header();
    let is_locust = header
        .first()
        .is_some_and(|cell| cell == "Type" || cell == "Method");
    column::is_lines_of_json(content.text)
        || (!is_locust && column::are_samples(header.iter().map(String::as_str)))
}

/// Reads all samples.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut table = SampleTable::default();
    match content.text.trim_start().starts_with('{') {
        true => json_lines(content.text, &mut table)?,
        false => csv_rows(content.text, &mut table)?,
    }
    table.finish()
}

fn csv_rows(text: &str, table: &mut SampleTable) -> Result<(), EvidenceError> {
    let mut reader = ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let broken = |error: csv::Error| EvidenceError::Malformed {
        format: "samples",
        message: error.to_string(),
    };
    let header: Vec<Column> = reader
        .headers()
        .map_err(broken)?
        .iter()
        .map(Column::of)
        .collect();
    table.open(&header)?;
    for row in reader.records() {
        let row = row.map_err(broken)?;
        let line = row.position().map_or(0, csv::Position::line);
        let mut sample = Sample::at(line);
        for (column, cell) in header.iter().zip(row.iter()) {
            sample.take(column, cell)?;
        }
        table.close(sample)?;
    }
    Ok(())
}

fn json_lines(text: &str, table: &mut SampleTable) -> Result<(), EvidenceError> {
    for (index, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let number = index as u64 + 1;
        // Strictly, so that a key that occurs twice is no value.
        let broken = |message: String| EvidenceError::Malformed {
            format: "samples",
            message: format!("line {number} is no JSON object: {message}"),
        };
        let object = json_value(line).map_err(|error| broken(error.to_string()))?;
        let Tree::Map(entries) = object else {
            return Err(broken("it is another value".to_owned()));
        };
        let mut sample = Sample::at(number);
        for (key, value) in entries {
            let cell = match value {
                Tree::Null => String::new(),
                Tree::Text(text) => text,
                Tree::Bool(flag) => flag.to_string(),
                Tree::Number(amount) => amount.to_string(),
                Tree::List(_) | Tree::Map(_) => "a list or a mapping".to_owned(),
            };
            sample.take(&Column::of(&key), &cell)?;
        }
        table.close(sample)?;
    }
    Ok(())
}

/// The samples of each metric so far.
#[derive(Default)]
struct SampleTable {
    metrics: Vec<(&'static str, Vec<f64>)>,
    good: u64,
    bad: u64,
    tells_failures: bool,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl SampleTable {
    /// Refuses a header that has one metric twice.
    fn open(&mut self, header: &[Column]) -> Result<(), EvidenceError> {
        let mut seen = Vec::new();
        for column in header {
            if let ColumnRole::Time { metric, .. } = column.role {
                if seen.contains(&metric) {
                    let message = format!("several columns hold `{metric}`");
                    return Err(EvidenceError::Malformed {
                        format: "samples",
                        message,
                    });
                }
                seen.push(metric);
            }
        }
        Ok(())
    }

    fn close(&mut self, sample: Sample) -> Result<(), EvidenceError> {
        self.tells_failures |= sample.tells_outcome;
        if let Some(moment) = sample.moment {
            self.first = Some(self.first.map_or(moment, |first| first.min(moment)));
            self.last = Some(self.last.map_or(moment, |last| last.max(moment)));
        }
        if !sample.is_good()? {
            self.bad += 1;
            return Ok(());
        }
        self.good += 1;
        for (metric, value) in sample.times {
            match self.metrics.iter_mut().find(|(known, _)| *known == metric) {
                Some((_, values)) => values.push(value),
                None => self.metrics.push((metric, vec![value])),
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Evidence, EvidenceError> {
        let mut draft = Draft::new("samples", "raw samples");
        draft.evidence.completed = Some(self.good);
        draft.evidence.failed = self.tells_failures.then_some(self.bad);
        draft.derive(RunFact::Completed, "the rows without a failure");
        match self.tells_failures {
            true => draft.derive(RunFact::Failed, "the rows that a column marks as failed"),
            false => draft.leave_open(RunFact::Failed, "no column tells which requests failed"),
        }
        for (metric, values) in self.metrics {
            ranks::add(&mut draft, metric, values);
        }
        if self.bad > 0 {
            draft.caution(
                CautionKind::SuccessesOnly,
                format!("{} failed requests are in no statistic", self.bad),
            );
        }
        if !self.tells_failures {
            draft.caution(
                CautionKind::Unusual,
                "no column tells which requests failed",
            );
        }
        draft.evidence.started_at = self.first.map(|first| first.to_string());
        draft.derive(RunFact::StartedAt, "the first timestamp");
        draft.derive(
            RunFact::DurationSeconds,
            "the last timestamp less the first",
        );
        if let (Some(first), Some(last)) = (self.first, self.last) {
            draft.evidence.duration_seconds =
                Some(last.duration_since(first).as_secs_f64()).filter(|seconds| *seconds > 0.0);
        }
        draft.finish()
    }
}

/// What one line tells.
struct Sample {
    line: u64,
    times: Vec<(&'static str, f64)>,
    moment: Option<Timestamp>,
    tells_outcome: bool,
    is_bad: bool,
    is_told_good: bool,
    /// The column of an outcome that is empty.
    open: Option<String>,
}

impl Sample {
    fn at(line: u64) -> Self {
        Self {
            line,
            times: Vec::new(),
            moment: None,
            tells_outcome: false,
            is_bad: false,
            is_told_good: false,
            open: None,
        }
    }

    fn take(&mut self, column: &Column, cell: &str) -> Result<(), EvidenceError> {
        match column.role {
            ColumnRole::Time { metric, per } if !cell.is_empty() => {
                let seconds = self.seconds(column, cell, per)?;
                self.times.push((metric, seconds));
            }
            ColumnRole::Outcome(kind) => self.outcome(column, kind, cell)?,
            ColumnRole::Moment if !cell.is_empty() => self.moment = cell.parse().ok(),
            _ => {}
        }
        Ok(())
    }

    fn seconds(&self, column: &Column, cell: &str, per: f64) -> Result<f64, EvidenceError> {
        match cell.parse::<f64>() {
            Ok(value) if value.is_finite() && value >= 0.0 => Ok(to_seconds(value, per)),
            Ok(value) if value < 0.0 => Err(self.bad(&column.name, format!("negative ({cell})"))),
            _ => Err(self.bad(&column.name, format!("not a finite number (`{cell}`)"))),
        }
    }

    fn outcome(
        &mut self,
        column: &Column,
        kind: OutcomeColumn,
        cell: &str,
    ) -> Result<(), EvidenceError> {
        self.tells_outcome = true;
        match kind.read(cell) {
            Some(Outcome::Good) => self.is_told_good = true,
            Some(Outcome::Bad) => self.is_bad = true,
            Some(Outcome::Open) => self.open = Some(column.name.clone()),
            None => {
                let what =
                    format!("no known outcome (`{cell}`): it is neither a success nor a failure");
                return Err(self.bad(&column.name, what));
            }
        }
        Ok(())
    }

    /// A failure in one column is one, whatever the others tell.
    fn is_good(&self) -> Result<bool, EvidenceError> {
        match (&self.open, self.is_bad || self.is_told_good) {
            (Some(column), false) => Err(self.bad(
                column,
                "empty, so nothing tells whether the request failed".to_owned(),
            )),
            _ => Ok(!self.is_bad),
        }
    }

    fn bad(&self, column: &str, what: String) -> EvidenceError {
        EvidenceError::BadValue {
            at: format!("line {}, column {column}", self.line),
            what,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn csv_with_units_in_its_names() {
        let found = read_fixture("samples/latencies.csv");
        assert_eq!(found.format, "samples");
        assert_eq!((found.completed, found.failed), (Some(9), Some(1)));
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.015));
        assert_eq!(number(&found, "request_latency", "max"), Some(0.0402));
        assert_eq!(number(&found, "ttft", "min"), Some(0.004));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:00:00Z"));
        assert_eq!(found.duration_seconds, Some(9.0));
        assert!(found.warns(CautionKind::SuccessesOnly));
    }

    #[test]
    fn one_object_a_line() {
        let found = read_fixture("samples/latencies.ndjson");
        assert_eq!((found.completed, found.failed), (Some(3), Some(1)));
        assert_eq!(number(&found, "request_latency", "p99"), Some(1.5));
    }

    #[test]
    fn words_for_an_outcome_are_a_table_and_others_an_error() {
        let counts = |text: &str| {
            let found = read_text(text).expect("samples");
            (found.completed, found.failed)
        };
        let words = "latency_ms,status\n1,ok\n2,SUCCESS\n3,timeout\n4,503\n5,200\n";
        assert_eq!(counts(words), (Some(3), Some(2)));
        let error = read_text("latency_ms,status\n1,ok\n2,fine\n").expect_err("`fine`");
        let told = "`line 3, column status` is no known outcome (`fine`)";
        assert!(error.to_string().starts_with(told), "{error}");
        let error = read_text("latency_ms,status\n1,ok\n2,\n").expect_err("nothing");
        assert!(
            error.to_string().contains("line 3, column status"),
            "{error}"
        );
        // Where another column tells it, an empty status is that of a request without an answer.
        let other = "latency_ms,status,error\n1,200,\n2,,connection reset\n";
        assert_eq!(counts(other), (Some(1), Some(1)));
    }

    #[test]
    fn cells_may_be_quoted_and_keys_may_not_occur_twice() {
        let found =
            read_text("\"latency_ms\",\"error\"\n\"1\",\"a, b\"\n\"2\",\"\"\n").expect("CSV");
        assert_eq!((found.completed, found.failed), (Some(1), Some(1)));
        let twice = "{\"latency_ms\": 1}\n{\"latency_ms\": 2, \"latency_ms\": 3}\n";
        let error = read_text(twice).expect_err("twice").to_string();
        assert!(
            error.contains("line 2") && error.contains("duplicate key"),
            "{error}"
        );
    }

    #[test]
    fn what_no_request_can_take_is_refused() {
        for bad in ["-1", "NaN", "inf", "fast"] {
            let error = read_text(&format!("latency_ms\n1\n{bad}\n"))
                .expect_err(bad)
                .to_string();
            assert!(error.contains("line 3, column latency_ms"), "{error}");
        }
        assert!(
            read_text("latency_ms,duration_s\n1,1\n").is_err(),
            "two columns of one metric"
        );
        assert_eq!(
            read_text("latency\n1\n"),
            Err(EvidenceError::Unknown),
            "no unit"
        );
    }
}
