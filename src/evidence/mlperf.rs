//! MLPerf LoadGen: `mlperf_log_summary.txt`.
//!
//! Nanoseconds. Only a result that is `VALID` counts, and only the scenarios Server and
//! Interactive say anything about latency under load. Lines such as `ttft_latency (ns)` among the
//! parameters are limits, not results. The number of queries is not printed; that the minimum was
//! reached is.

use super::{
    CautionKind, Evidence, EvidenceError, LoadShape, Rate,
    content::Content,
    draft::{Draft, to_seconds},
    percentile,
};
use crate::document::Pointer;
use std::collections::BTreeMap;

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.trees.is_empty()
        && content
            .text
            .lines()
            .take(200)
            .any(|line| line.trim() == "MLPerf Results Summary")
}

/// Reads the summary.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("mlperf", "MLPerf LoadGen");
    let summary = Summary::of(content.text)
        .ok_or_else(|| draft.malformed("it holds several results; split it"))?;
    let samples = summary.samples();
    times(&mut draft, &summary, samples)?;
    verdict(&mut draft, &|key| summary.text(key), content.text);
    // A summary that gives it in no number is broken, whatever its scenario.
    let scheduled = summary.rate("Scheduled samples per second")?;
    let done = summary
        .rate("Completed samples per second")?
        .or(summary.rate("Samples per second")?);
    let tokens = ["Completed tokens per second", "Tokens per second"];
    for key in tokens {
        if let Some((line, rate)) = summary.rate(key)? {
            let at = format!("line {line}");
            draft.rate("output_token_throughput", rate, samples, at);
        }
    }
    if let Some((line, rate)) = done {
        draft.rate("throughput", rate, samples, format!("line {line}"));
    }
    draft.evidence.achieved_rps = done.map(|(_, rate)| rate);
    load(&mut draft, &summary, scheduled)?;
    draft.finish()
}

/// The lines of a summary, `key: value`, by their keys.
struct Summary<'t>(BTreeMap<&'t str, (usize, &'t str)>);

impl<'t> Summary<'t> {
    /// `None` for a text of several results.
    fn of(text: &'t str) -> Option<Self> {
        let mut lines = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let key = key.trim();
            let is_known = lines.insert(key, (index + 1, value.trim())).is_some();
            if is_known && key == "Result is" {
                return None;
            }
        }
        Some(Self(lines))
    }

    fn text(&self, key: &str) -> Option<&'t str> {
        self.0.get(key).map(|(_, value)| *value)
    }

    /// At least so many queries were measured, where the run says that it reached its minimum.
    fn samples(&self) -> Option<u64> {
        let least = self.text("min_query_count")?.parse().ok();
        least.filter(|_| self.text("Min queries satisfied") == Some("Yes"))
    }

    /// A number per second, and the line that gives it.
    fn rate(&self, key: &str) -> Result<Option<(usize, f64)>, EvidenceError> {
        let Some((line, value)) = self.0.get(key) else {
            return Ok(None);
        };
        match value.parse::<f64>() {
            Ok(rate) if rate.is_finite() && rate >= 0.0 => Ok(Some((*line, rate))),
            _ => Err(EvidenceError::BadValue {
                at: format!("line {line}"),
                what: format!("no rate (`{value}`)"),
            }),
        }
    }
}

/// The latencies, which LoadGen gives in nanoseconds.
fn times(
    draft: &mut Draft,
    summary: &Summary<'_>,
    samples: Option<u64>,
) -> Result<(), EvidenceError> {
    for (key, (line, value)) in &summary.0 {
        let Some((metric, statistic)) = time(key) else {
            continue;
        };
        let at = format!("line {line}");
        let nanoseconds = value.parse::<f64>().map_err(|_| EvidenceError::BadValue {
            at: at.clone(),
            what: format!("no number (`{value}`)"),
        })?;
        let seconds = to_seconds(nanoseconds, 1e9);
        draft.seconds(metric, &statistic, seconds, samples, at)?;
    }
    Ok(())
}

/// Only two scenarios send requests by a schedule.
fn load(
    draft: &mut Draft,
    summary: &Summary<'_>,
    scheduled: Option<(usize, f64)>,
) -> Result<(), EvidenceError> {
    match summary.text("Scenario") {
        Some("Server" | "Interactive") => {
            draft.evidence.load_shape = LoadShape::Open;
            let offered = scheduled.or(summary.rate("target_qps")?);
            draft.evidence.offered_rps = offered.map(|(_, rate)| Rate::Number(rate));
        }
        scenario => draft.caution(
            CautionKind::UnboundedLoad,
            format!(
                "the scenario is {}: only Server and Interactive say anything about latency under load",
                scenario.unwrap_or("missing")
            ),
        ),
    }
    Ok(())
}

fn verdict<'t>(draft: &mut Draft, text: &dyn Fn(&str) -> Option<&'t str>, all: &str) {
    match text("Result is") {
        Some("VALID") => {}
        Some(result) => draft.caution(
            CautionKind::Invalid,
            format!("LoadGen calls the result {result}"),
        ),
        None => draft.caution(
            CautionKind::Invalid,
            "there is no `Result is` line: the run has no verdict",
        ),
    }
    if let Some(mode) = text("Mode").filter(|mode| *mode != "PerformanceOnly") {
        draft.caution(
            CautionKind::Invalid,
            format!("the mode is {mode}, which measures no performance"),
        );
    }
    if text("Early stopping satisfied").is_some_and(|answer| answer != "Yes") {
        draft.caution(
            CautionKind::Invalid,
            "early stopping is not satisfied: too few queries for the percentile",
        );
    }
    if all
        .lines()
        .any(|line| line.contains("ERROR encountered") || line.contains("ERRORS encountered"))
    {
        draft.caution(CautionKind::Invalid, "LoadGen met errors during the test");
    }
}

/// The metric and statistic of a line of results.
fn time(key: &str) -> Option<(&'static str, String)> {
    let metric = |name: &str| match name.to_ascii_lowercase().as_str() {
        "latency (ns)" => Some("request_latency"),
        "first token latency (ns)" => Some("time_to_first_token"),
        "time to output token (ns)" | "time per output token (ns)" => Some("time_per_output_token"),
        _ => None,
    };
    if let Some((percent, name)) = key.split_once(" percentile ") {
        return Some((metric(name.trim())?, percentile::of_percent(percent)?));
    }
    let (word, name) = key.split_once(' ')?;
    let statistic = match word {
        "Min" => "min",
        "Max" => "max",
        "Mean" => "mean",
        _ => return None,
    };
    Some((metric(name.trim())?, statistic.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn nanoseconds_of_a_server_run() {
        let found = read_fixture("mlperf/server.txt");
        assert_eq!(number(&found, "ttft", "p99"), Some(1.760_966_679));
        assert_eq!(number(&found, "tpot", "p99"), Some(0.164_964_162));
        assert_eq!(
            number(&found, "request_latency", "p99.9"),
            Some(45.708_791_529)
        );
        assert_eq!(
            number(&found, "ttft", "value"),
            None,
            "`ttft_latency (ns)` is a limit"
        );
        assert_eq!(
            found.find("ttft", "p99").and_then(|found| found.samples),
            Some(24_576)
        );
        assert_eq!(found.offered_rps, Some(Rate::Number(104.2)));
        assert_eq!(found.achieved_rps, Some(103.9));
        assert!(found.cautions.is_empty(), "{:?}", found.cautions);
    }

    #[test]
    fn invalid_and_offline_runs_are_told() {
        let found = read_fixture("mlperf/offline-invalid.txt");
        assert!(found.warns(CautionKind::Invalid) && found.warns(CautionKind::UnboundedLoad));
        assert_eq!(
            (found.offered_rps, found.load_shape),
            (None, LoadShape::Unknown)
        );
        assert_eq!(
            found
                .find("request_latency", "p99")
                .and_then(|found| found.samples),
            None,
            "too few queries"
        );
    }

    #[test]
    fn a_rate_that_is_no_number_breaks_a_summary_of_any_scenario() {
        let text = "MLPerf Results Summary\nScenario : Offline\nResult is : VALID\n\
                    Scheduled samples per second : many\n";
        let error = read_text(text).expect_err("no rate");
        assert!(error.to_string().contains("no rate (`many`)"), "{error}");
    }

    #[test]
    fn a_cut_off_summary_has_no_verdict() {
        let found = read_text(
            "MLPerf Results Summary\nScenario : Server\n99.00 percentile latency (ns) : 5\n",
        )
        .expect("mlperf");
        assert!(found.warns(CautionKind::Invalid));
    }
}
