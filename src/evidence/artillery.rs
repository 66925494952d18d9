//! Artillery: `artillery run --output`.
//!
//! Milliseconds to one decimal, from a sketch with an error of 1 %. Counters hold codes and errors; a request
//! that had no answer is an error and no code. `p999` is 99.9 %. Times are epoch milliseconds. The phases,
//! and so the load that was asked for, are not in the report.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::{Content, Tree},
    draft::{Draft, moment},
    percentile,
};
use crate::document::{Pointer, Spot};

/// Where the summary of answers is: in newer and in older reports of version 2.
const SUMMARIES: [[&str; 3]; 2] = [
    ["aggregate", "summaries", "http.response_time"],
    ["aggregate", "histograms", "http.response_time"],
];
/// The error of the sketch.
const SKETCH: f64 = 0.02;

pub(super) fn detect(content: &Content<'_>) -> bool {
    let aggregate = content.tree().and_then(|tree| tree.get("aggregate"));
    aggregate.is_some_and(|found| found.has(&["counters", "summaries"]))
}

/// Reads the aggregate of the whole run.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("artillery", "Artillery");
    draft.slack.relative = SKETCH;
    let root = content.root()?;
    let counts = outcome(&mut draft, &root)?;
    let summary = SUMMARIES.iter().find_map(|keys| root.find(keys));
    if let Some(summary) = summary {
        times(&mut draft, &summary)?;
    }
    period(&mut draft, &root, counts)?;
    draft.leave_open(
        RunFact::LoadShape,
        "users arrive on a schedule that the report does not hold, and wait for answers between their requests",
    );
    draft.caution(
        CautionKind::IncludesFailures,
        "response times count answers of every code; requests without an answer have none",
    );
    draft.finish()
}

/// Good and failed requests, by codes and errors, and all that were sent.
fn outcome(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<Option<u64>, EvidenceError> {
    let (mut good, mut bad, mut errors) = (0_u64, 0_u64, 0_u64);
    for (name, place) in root.present_at(&["aggregate", "counters"]) {
        let count = place.count()?;
        if let Some(code) = name.strip_prefix("http.codes.") {
            let code: u16 = code.parse().map_err(|_| place.bad("of no code of HTTP"))?;
            let sum = if (200..400).contains(&code) {
                &mut good
            } else {
                &mut bad
            };
            *sum = sum.saturating_add(count);
        } else if name.starts_with("errors.") {
            errors = errors.saturating_add(count);
        }
    }
    let sent = root.count_at(&["aggregate", "counters", "http.requests"])?;
    let answers = root.find(&["aggregate", "counters", "http.responses"]);
    if let Some(answers) = &answers {
        let whole = (answers.count()?, &*answers.at.to_string());
        draft.add_up(
            (good.saturating_add(bad), "/aggregate/counters/http.codes"),
            whole,
        );
    }
    if sent.is_some() {
        draft.evidence.completed = Some(good);
        draft.evidence.failed = Some(bad.saturating_add(errors));
        draft.derive(RunFact::Completed, "the codes 2xx and 3xx");
        draft.derive(RunFact::Failed, "the other codes and the errors");
    }
    Ok(sent)
}

fn times(draft: &mut Draft, summary: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let samples = summary.count_at(&["count"])?;
    // Of no answers the statistics are zeros, which look like times.
    if samples == Some(0) {
        return Ok(());
    }
    for (key, place) in summary.present_at(&[]) {
        let statistic = match key {
            "mean" | "min" | "max" => Some(key.to_owned()),
            "median" => Some("p50".to_owned()),
            "p999" => percentile::name(99.9),
            _ => percentile::of_key(key),
        };
        if let Some(statistic) = statistic {
            draft.time("request_latency", &statistic, &place, 1e3, samples)?;
            let is_sketched = percentile::rank_of(&statistic).is_some();
            let added = draft.last();
            let value = added.value.number().unwrap_or_default();
            added.resolution = Some(if is_sketched {
                1e-4 + value * SKETCH
            } else {
                1e-4
            });
        }
    }
    Ok(())
}

/// From the first counter to the last.
fn period(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    sent: Option<u64>,
) -> Result<(), EvidenceError> {
    let first = root.amount_at(&["aggregate", "firstCounterAt"])?;
    let last = root.amount_at(&["aggregate", "lastCounterAt"])?;
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(());
    };
    draft.evidence.started_at = moment(first / 1e3);
    draft.evidence.ended_at = moment(last / 1e3);
    draft.state(RunFact::StartedAt, "/aggregate/firstCounterAt");
    draft.state(RunFact::EndedAt, "/aggregate/lastCounterAt");
    let seconds = (last - first) / 1e3;
    if seconds < 0.0 {
        return Err(draft.malformed("its last counter is before its first"));
    }
    if seconds > 0.0 {
        draft.evidence.duration_seconds = Some(seconds);
        draft.derive(RunFact::DurationSeconds, "the last counter less the first");
        if let Some(sent) = sent {
            let rate = sent as f64 / seconds;
            draft.evidence.achieved_rps = Some(rate);
            draft.derive(
                RunFact::AchievedRps,
                "`http.requests` divided by the duration",
            );
            let at = "/aggregate/counters/http.requests";
            draft.rate("throughput", rate, Some(sent), at);
            draft.last().derived = Some("`http.requests` divided by the duration");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fixture, number, read_fixture, read_text};

    #[test]
    fn codes_and_errors_make_the_outcome() {
        let found = read_fixture("artillery/report.json");
        assert_eq!((found.completed, found.failed), (Some(1_180), Some(20)));
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.2282));
        assert_eq!(number(&found, "request_latency", "p99.9"), Some(0.3077));
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.0412));
        assert_eq!(found.duration_seconds, Some(120.0));
        assert_eq!(found.achieved_rps, Some(10.0));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:00:00Z"));
        let p99 = found
            .find("request_latency", "p99")
            .and_then(|found| found.resolution);
        assert!(
            p99.is_some_and(|step| (0.004..0.006).contains(&step)),
            "1 % on either side: {p99:?}"
        );
    }

    #[test]
    fn codes_that_do_not_add_up_contradict() {
        let text = std::fs::read_to_string(fixture("artillery/report.json")).expect("fixture");
        let found =
            read_text(&text.replace("\"http.responses\": 1195", "\"http.responses\": 1205"));
        assert_eq!(found.expect("a report").contradictions[0].law, "counts");
        let none = text.replace("\"http.codes.200\"", "\"http.codes.fine\"");
        assert!(read_text(&none).is_err());
    }
}
