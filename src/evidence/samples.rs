//! Raw samples: CSV with a header, or one JSON object a line.
//!
//! A column's name must carry its unit (`latency_ms`, `ttft_s`). Percentiles are exact order
//! statistics, by nearest rank: the smallest sample that at least that share of all samples does
//! not exceed. A histogram would round, an estimator would interpolate, and neither is needed: the
//! samples of the largest file that is read fit in memory. Failed requests are left out where the
//! file tells which they are.

use super::{
    CautionKind, Evidence, EvidenceError, MeasuredValue,
    column::{self, Column, ColumnRole},
    content::Content,
    draft::{Draft, to_seconds},
};
use crate::document::Pointer;
use csv::ReaderBuilder;
use jiff::Timestamp;
use serde_json::{Map, Value as Json};

/// The percentiles that are computed.
const PERCENTILES: [(f64, &str); 5] = [
    (50.0, "p50"),
    (90.0, "p90"),
    (95.0, "p95"),
    (99.0, "p99"),
    (99.9, "p99.9"),
];

pub(super) fn detect(content: &Content<'_>) -> bool {
    if !content.trees.is_empty() {
        return false;
    }
    let first = content.text.lines().next().unwrap_or_default();
    column::is_lines_of_json(content.text)
        || (first.len() < 10_000
            && !first.starts_with("Type,Name,")
            && column::are_samples(first.split(',')))
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
        let mut is_good = true;
        let mut fresh = Vec::new();
        for (column, cell) in header
            .iter()
            .zip(row.iter())
            .filter(|(_, cell)| !cell.is_empty())
        {
            is_good &= table.cell(column, cell, line, &mut fresh)?;
        }
        table.close(is_good, fresh);
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
        let object: Map<String, Json> =
            serde_json::from_str(line).map_err(|error| EvidenceError::Malformed {
                format: "samples",
                message: format!("line {number} is no JSON object: {error}"),
            })?;
        let mut is_good = true;
        let mut fresh = Vec::new();
        for (key, value) in object {
            let cell = match value {
                Json::Null => continue,
                Json::String(text) => text,
                other => other.to_string(),
            };
            is_good &= table.cell(&Column::of(&key), &cell, number, &mut fresh)?;
        }
        table.close(is_good, fresh);
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

    /// Takes one cell; answers whether it leaves the request a good one.
    fn cell(
        &mut self,
        column: &Column,
        cell: &str,
        line: u64,
        fresh: &mut Vec<(&'static str, f64)>,
    ) -> Result<bool, EvidenceError> {
        match column.role {
            ColumnRole::Time { metric, per } => {
                let bad = |what: String| EvidenceError::BadValue {
                    at: format!("line {line}, column {}", column.name),
                    what,
                };
                match cell.parse::<f64>() {
                    Ok(value) if value.is_finite() && value >= 0.0 => {
                        fresh.push((metric, to_seconds(value, per)))
                    }
                    Ok(value) if value < 0.0 => return Err(bad(format!("negative ({cell})"))),
                    _ => return Err(bad(format!("not a finite number (`{cell}`)"))),
                }
                Ok(true)
            }
            ColumnRole::Outcome(is_good) => {
                self.tells_failures = true;
                Ok(is_good(cell))
            }
            ColumnRole::Moment => {
                if let Ok(moment) = cell.parse::<Timestamp>() {
                    self.first = Some(self.first.map_or(moment, |first| first.min(moment)));
                    self.last = Some(self.last.map_or(moment, |last| last.max(moment)));
                }
                Ok(true)
            }
            ColumnRole::Other => Ok(true),
        }
    }

    fn close(&mut self, is_good: bool, fresh: Vec<(&'static str, f64)>) {
        if !is_good {
            self.bad += 1;
            return;
        }
        self.good += 1;
        for (metric, value) in fresh {
            match self.metrics.iter_mut().find(|(known, _)| *known == metric) {
                Some((_, values)) => values.push(value),
                None => self.metrics.push((metric, vec![value])),
            }
        }
    }

    fn finish(self) -> Result<Evidence, EvidenceError> {
        let mut draft = Draft::new("samples", "raw samples");
        draft.evidence.completed = Some(self.good);
        draft.evidence.failed = self.tells_failures.then_some(self.bad);
        for (metric, mut values) in self.metrics {
            values.sort_unstable_by(f64::total_cmp);
            let samples = Some(values.len() as u64);
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let mut add = |statistic: &str, value: f64| {
                draft.add(
                    metric,
                    statistic,
                    MeasuredValue::Number(value),
                    Some("s"),
                    samples,
                    "all rows",
                )
            };
            for (percent, name) in PERCENTILES {
                if let Some(value) = nearest_rank(&values, percent) {
                    add(name, value);
                }
            }
            for (name, value) in [
                ("mean", Some(mean)),
                ("min", values.first().copied()),
                ("max", values.last().copied()),
            ] {
                if let Some(value) = value {
                    add(name, value);
                }
            }
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
        if let (Some(first), Some(last)) = (self.first, self.last) {
            draft.evidence.duration_seconds =
                Some(last.duration_since(first).as_secs_f64()).filter(|seconds| *seconds > 0.0);
        }
        draft.finish()
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
    use super::super::tests::{number, read_fixture, read_text};
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
