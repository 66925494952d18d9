//! oha: its JSON and its text.
//!
//! JSON is in seconds; the text names a unit beside each number. `successRate` counts every HTTP
//! answer, a 500 as well, and leaves out what the deadline cut off, so the counts are those of the
//! status codes and the errors. Neither tells rate, concurrency or time: `-q` keeps a rate, without it
//! workers wait for answers.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::{Content, Tree},
    draft::{Draft, printed_amount},
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

const SHAPE: &str =
    "`-q` keeps a rate, and without it workers wait for answers: the file tells neither";

pub(super) fn is_json(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        tree.at(&["summary", "successRate"]).is_some()
            && tree.has(&["latencyPercentiles", "responseTimeHistogram"])
    })
}

pub(super) fn is_text(content: &Content<'_>) -> bool {
    let has = |start: &str| {
        let mut lines = content.text.lines().take(200);
        lines.any(|line| line.trim_start().starts_with(start))
    };
    content.trees.is_empty()
        && has("Success rate:")
        && (has("Response time distribution:") || has("Response time histogram:"))
}

/// Reads the JSON.
pub(super) fn read_json(
    content: &Content<'_>,
    _: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("oha", "oha");
    let root = content.root()?;
    draft.take_amount(
        RunFact::DurationSeconds,
        root.find(&["summary", "total"]),
        1.0,
    )?;
    let mut counts = Outcomes::default();
    for (code, place) in root.present_at(&["statusCodeDistribution"]) {
        counts.answered(code, place.count()?);
    }
    for (message, place) in root.present_at(&["errorDistribution"]) {
        counts.unanswered(message, place.count()?);
    }
    let answered = counts.close(&mut draft);
    for (key, statistic) in [("slowest", "max"), ("fastest", "min"), ("average", "mean")] {
        if let Some(place) = root.find(&["summary", key]) {
            draft.time("request_latency", statistic, &place, 1.0, answered)?;
        }
    }
    for (key, place) in root.present_at(&["latencyPercentiles"]) {
        if let Some(statistic) = percentile::of_key(key) {
            draft.time("request_latency", &statistic, &place, 1.0, answered)?;
        }
    }
    success_rate(&mut draft, &root, &counts)?;
    if let Some(place) = root.find(&["summary", "requestsPerSec"]) {
        let at = place.at.to_string();
        throughput(&mut draft, place.amount()?, &at, &counts);
    }
    finish(draft)
}

/// `successRate` is the share of answers, whatever their code.
fn success_rate(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    counts: &Outcomes,
) -> Result<(), EvidenceError> {
    let Some(place) = root.find(&["summary", "successRate"]) else {
        return Ok(());
    };
    let (stated, total) = (place.ratio()?, counts.answers() + counts.errors);
    if total > 0 {
        let counted = counts.answers() as f64 / total as f64;
        let place = (stated, &*place.at.to_string());
        let broken = Law::Ratio.equal(place, (counted, "/statusCodeDistribution"), 1e-6);
        draft.disagree(broken);
    }
    Ok(())
}

/// What became of the requests.
#[derive(Default)]
struct Outcomes {
    good: u64,
    bad: u64,
    /// Without an answer, and not because the run had ended.
    errors: u64,
    /// Cut off by the end of the run.
    aborted: u64,
}

impl Outcomes {
    fn answers(&self) -> u64 {
        self.good.saturating_add(self.bad)
    }

    fn answered(&mut self, code: &str, count: u64) {
        let code = code.parse::<u16>();
        let sum = match code.is_ok_and(|code| (200..400).contains(&code)) {
            true => &mut self.good,
            false => &mut self.bad,
        };
        *sum = sum.saturating_add(count);
    }

    fn unanswered(&mut self, message: &str, count: u64) {
        let sum = match message.contains("deadline") {
            true => &mut self.aborted,
            false => &mut self.errors,
        };
        *sum = sum.saturating_add(count);
    }

    /// Writes the counts; answers how many answers there were, on which latencies rest.
    fn close(&self, draft: &mut Draft) -> Option<u64> {
        draft.evidence.completed = Some(self.good);
        draft.evidence.failed = Some(self.bad.saturating_add(self.errors));
        draft.derive(RunFact::Completed, "the status codes 2xx and 3xx");
        draft.derive(RunFact::Failed, "the other status codes and the errors");
        if self.aborted > 0 {
            let message = format!(
                "{} requests were cut off by the end of the run; they are in no count",
                self.aborted
            );
            draft.caution(CautionKind::Unusual, message);
        }
        if self.bad > 0 {
            draft.caution(
                CautionKind::IncludesFailures,
                "latencies count answers with any status",
            );
        }
        if self.errors > 0 {
            let message = format!(
                "{} requests got no answer and are in no latency",
                self.errors
            );
            draft.caution(CautionKind::SuccessesOnly, message);
        }
        Some(self.answers()).filter(|answers| *answers > 0)
    }
}

/// oha's rate counts all that was sent, what failed and what was cut off as well.
fn throughput(draft: &mut Draft, rate: f64, at: &str, counts: &Outcomes) {
    draft.reached(rate, None, at);
    let sent = counts.answers() + counts.errors + counts.aborted;
    draft.compare_with_duration(Law::Rate, (rate, at), Some(sent as f64));
}

fn finish(mut draft: Draft) -> Result<Evidence, EvidenceError> {
    draft.leave_open(RunFact::LoadShape, SHAPE);
    draft.finish()
}

/// Reads the text.
pub(super) fn read_text(
    content: &Content<'_>,
    _: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("oha-text", "oha");
    let mut report = OhaText::default();
    let mut section = "";
    for (index, line) in content.text.lines().enumerate() {
        let is_title = !line.starts_with([' ', '\t']);
        match line.trim_end().strip_suffix(':').filter(|_| is_title) {
            Some(title) => section = title,
            None => report.line(section, line.trim(), index + 1)?,
        }
    }
    if let Some((line, seconds, _)) = report.total {
        draft.evidence.duration_seconds = Some(seconds);
        draft.state(RunFact::DurationSeconds, format!("line {line}"));
    }
    let answered = report.counts.close(&mut draft);
    for (statistic, (line, seconds, step)) in &report.times {
        let at = format!("line {line}");
        draft.seconds("request_latency", statistic, *seconds, answered, at)?;
        draft.last().resolution = Some(*step);
    }
    if let Some((line, rate)) = report.rate {
        throughput(&mut draft, rate, &format!("line {line}"), &report.counts);
    }
    finish(draft)
}

/// A line, the seconds on it, and the step of its last digit.
type Printed = (usize, f64, f64);

#[derive(Default)]
struct OhaText {
    total: Option<Printed>,
    rate: Option<(usize, f64)>,
    times: Vec<(String, Printed)>,
    counts: Outcomes,
}

impl OhaText {
    fn line(&mut self, section: &str, line: &str, number: usize) -> Result<(), EvidenceError> {
        match section {
            "Summary" => self.summary(line, number)?,
            "Response time distribution" => {
                if let Some((percent, text)) = line.split_once("% in ")
                    && let Some(statistic) = percentile::of_percent(percent.trim())
                {
                    self.times.push((statistic, printed(text, number)?));
                }
            }
            "Status code distribution" | "Error distribution" => {
                self.counted(section.starts_with("Status"), line);
            }
            _ => {}
        }
        Ok(())
    }

    fn summary(&mut self, line: &str, number: usize) -> Result<(), EvidenceError> {
        let Some((name, text)) = line.split_once(':') else {
            return Ok(());
        };
        let text = text.trim();
        let statistic = match name {
            "Slowest" => "max",
            "Fastest" => "min",
            "Average" => "mean",
            "Total" => {
                self.total = Some(printed(text, number)?);
                return Ok(());
            }
            "Requests/sec" => {
                self.rate = printed_amount(text).map(|rate| (number, rate));
                return Ok(());
            }
            _ => return Ok(()),
        };
        // Without an answer there is no time: oha prints `NaN` or `inf`.
        if let Ok(time) = printed(text, number) {
            self.times.push((statistic.to_owned(), time));
        }
        Ok(())
    }

    /// `[200] 2000 responses`, or `[12] connection refused`.
    fn counted(&mut self, is_status: bool, line: &str) {
        let Some((mark, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']'))
        else {
            return;
        };
        let first = rest.split_whitespace().next();
        match is_status {
            true => {
                let count = first.and_then(|count| count.parse().ok());
                self.counts.answered(mark, count.unwrap_or_default());
            }
            false => {
                let count = mark.parse().unwrap_or_default();
                self.counts.unanswered(rest, count);
            }
        }
    }
}

/// `0.1000 sec`, `12.5 ms`, `830 us`: the unit is chosen by the largest value of the report.
fn printed(text: &str, line: usize) -> Result<Printed, EvidenceError> {
    let bad = || EvidenceError::BadValue {
        at: format!("line {line}"),
        what: format!("no time with a unit (`{text}`)"),
    };
    let (number, unit) = text.split_once(' ').ok_or_else(bad)?;
    let per = match unit.trim() {
        "sec" | "secs" | "s" => 1.0,
        "ms" => 1e3,
        "us" | "\u{b5}s" => 1e6,
        "ns" => 1e9,
        _ => return Err(bad()),
    };
    let amount = printed_amount(number).ok_or_else(bad)?;
    let decimals = number.split_once('.').map_or(0, |(_, digits)| digits.len());
    let step = 1.0 / (10_f64.powi(i32::try_from(decimals).unwrap_or_default()) * per);
    Ok((line, super::draft::to_seconds(amount, per), step))
}

#[cfg(test)]
mod tests {
    use super::super::LoadShape;
    use super::super::tests::{number, read_fixture, read_text};

    #[test]
    fn the_success_rate_is_no_availability() {
        let found = read_fixture("oha/report.json");
        assert_eq!((found.completed, found.failed), (Some(5_850), Some(140)));
        let ratio = number(&found, "error_ratio", "ratio").expect("from the counts");
        assert!((ratio - 140.0 / 5_990.0).abs() < 1e-12, "{ratio}");
        assert_eq!(number(&found, "request_latency", "p99.9"), Some(0.0871));
        assert_eq!(number(&found, "request_latency", "min"), Some(0.0021));
        assert_eq!(found.load_shape, LoadShape::Unknown);
        assert_eq!(found.started_at, None);
        assert_eq!(found.contradictions, []);
    }

    #[test]
    fn text_has_the_unit_beside_each_number() {
        let found = read_fixture("oha/report.txt");
        assert_eq!(found.format, "oha-text");
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.0311));
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.0082));
        assert_eq!((found.completed, found.failed), (Some(1_198), Some(2)));
        assert_eq!(found.achieved_rps, Some(400.0));
        let p99 = found.find("request_latency", "p99").expect("p99");
        assert_eq!(p99.resolution, Some(1e-4));
        let text = std::fs::read_to_string(super::super::tests::fixture("oha/report.txt"))
            .expect("fixture")
            .replace("0.0311 sec", "31.1 minutes");
        let error = read_text(&text).expect_err("no unit of oha").to_string();
        assert!(error.contains("31.1 minutes"), "{error}");
    }
}
