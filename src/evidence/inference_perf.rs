//! inference-perf: `stage_N_lifecycle_metrics.json` and `summary_lifecycle_metrics.json`.
//!
//! Seconds. Statistics are those of successful requests. The summary joins stages of different
//! rates and names none.

use super::{
    CautionKind, Evidence, EvidenceError, Rate, RunFact,
    content::{Content, Tree},
    draft::Draft,
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

const TIMES: [&str; 5] = [
    "request_latency",
    "time_to_first_token",
    "time_per_output_token",
    "normalized_time_per_output_token",
    "inter_token_latency",
];

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        tree.has(&["load_summary", "successes", "failures"])
            && tree.at(&["successes", "count"]).is_some()
    })
}

/// Reads a report.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("inference-perf", "inference-perf");
    let root = content.root()?;
    draft.take_count(RunFact::Completed, root.find(&["successes", "count"]))?;
    draft.take_count(RunFact::Failed, root.find(&["failures", "count"]))?;
    for name in TIMES {
        // The gaps between tokens are more than the requests, and the file does not count them.
        let samples = draft
            .evidence
            .completed
            .filter(|_| name != "inter_token_latency");
        for (key, place) in root.present_at(&["successes", "latency", name]) {
            if let Some(statistic) = statistic(key) {
                draft.time(name, &statistic, &place, 1.0, samples)?;
            }
        }
    }
    let throughput = [
        ("requests_per_sec", "throughput"),
        ("output_tokens_per_sec", "output_token_throughput"),
    ];
    for (key, metric) in throughput {
        if let Some(place) = root.find(&["successes", "throughput", key]) {
            draft.rate(metric, place.amount()?, draft.evidence.completed, &place.at);
        }
    }
    draft.caution(
        CautionKind::SuccessesOnly,
        "failed requests are in no statistic",
    );
    load(&mut draft, &root)?;
    let tokens = |names: [&str; 2]| {
        names
            .iter()
            .find_map(|name| root.amount_at(&["successes", name, "mean"]).transpose())
            .transpose()
    };
    draft.evidence.subject.input_tokens = tokens(["prompt_tokens", "prompt_len"])?;
    draft.evidence.subject.output_tokens = tokens(["output_tokens", "output_len"])?;
    token_times(&mut draft);
    draft.finish()
}

/// Some releases take two times for each token, and then the gaps and the time per output token are
/// about half of what they say. The latency, the first token and the length tell which.
fn token_times(draft: &mut Draft) {
    let evidence = &draft.evidence;
    let mean = |metric: &str| evidence.find(metric, "mean")?.value.number();
    let (Some(whole), Some(first), Some(each), Some(tokens)) = (
        mean("request_latency"),
        mean("time_to_first_token"),
        mean("time_per_output_token"),
        evidence.subject.output_tokens,
    ) else {
        return;
    };
    let share = (whole - first) / (each * (tokens - 1.0));
    // Answers of different lengths put the two means apart, honestly by a third.
    if share.is_finite() && share > 1.5 {
        let message = format!(
            "time per output token and inter-token latency are left out: latency, first token and {tokens} tokens an answer make {share:.2} times as much, as in releases that take two times for a token"
        );
        draft.caution(CautionKind::Definition, message);
        for metric in ["time_per_output_token", "inter_token_latency"] {
            draft.withdraw(metric, "another definition");
        }
    }
}

/// All requests are the successes and the failures, over the time of sending.
fn counts(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    summary: &Spot<'_, Tree>,
) -> Result<(), EvidenceError> {
    let Some(place) = summary.get("count") else {
        return Ok(());
    };
    let (sent, at) = (place.count()?, place.at.to_string());
    if let (Some(good), Some(bad)) = (draft.evidence.completed, draft.evidence.failed) {
        draft.add_up((good.saturating_add(bad), "/successes/count"), (sent, &at));
    }
    let rate = summary.get("achieved_rate");
    if let (Some(place), Some(rate)) = (rate, draft.evidence.achieved_rps) {
        draft.compare_with_duration(Law::Rate, (rate, &place.at.to_string()), Some(sent as f64));
    }
    // This rate counts until the last answer, so it is at most that of sending.
    let finished = root.find(&["successes", "throughput", "requests_per_sec"]);
    if let (Some(place), Some(good), Some(seconds)) = (
        finished,
        draft.evidence.completed,
        draft.evidence.duration_seconds,
    ) && seconds > 0.0
    {
        let bound = (good as f64 / seconds, "/load_summary/send_duration");
        let rate = (place.amount()?, &*place.at.to_string());
        draft.disagree(Law::Rate.at_most(rate, bound, (0.01, 0.0)));
    }
    Ok(())
}

fn statistic(key: &str) -> Option<String> {
    match key {
        "mean" | "min" | "max" => Some(key.to_owned()),
        "median" => Some("p50".to_owned()),
        _ => percentile::of_key(key),
    }
}

fn load(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let summary = root
        .get("load_summary")
        .ok_or_else(|| draft.malformed("it has no `load_summary`"))?;
    draft.take_amount(RunFact::DurationSeconds, summary.get("send_duration"), 1.0)?;
    draft.take_amount(RunFact::AchievedRps, summary.get("achieved_rate"), 1.0)?;
    draft.take_amount(RunFact::Concurrency, summary.get("concurrency"), 1.0)?;
    counts(draft, root, &summary)?;
    let mut offered = summary.amount_at(&["requested_rate"])?;
    if draft.evidence.concurrency.is_some() {
        // The stage states a rate that its users never had to keep.
        offered = None;
        let why = "the users of this stage wait for answers; `requested_rate` was not offered";
        draft.leave_open(RunFact::OfferedRps, why);
    }
    draft.evidence.offered_rps = offered.map(Rate::Number);
    // Sending a moment early is normal and no latency, so negative values are left out.
    let sent = summary.count_at(&["count"])?;
    for (key, place) in summary.present_at(&["schedule_delay"]) {
        if let (Some(statistic), Ok(_)) = (statistic(key), place.amount()) {
            draft.time("schedule_delay", &statistic, &place, 1.0, sent)?;
        }
    }
    let users = draft.evidence.concurrency;
    if offered.is_none() && users.is_none() {
        draft.caution(
            CautionKind::Unusual,
            "no rate is named: a summary joins stages of different rates; read the file of one stage",
        );
    }
    let rate = draft.evidence.offered_rps;
    draft.evidence.load_shape = draft.load_shape(rate, users);
    if let (Some(offered), Some(achieved)) = (offered, draft.evidence.achieved_rps) {
        draft.compare_rates(offered, achieved);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::LoadShape;
    use super::super::tests::{number, read_fixture};
    use super::*;

    #[test]
    fn seconds_stay_seconds() {
        let found = read_fixture("inference-perf/stage_0_lifecycle_metrics.json");
        assert_eq!(number(&found, "ttft", "median"), Some(0.1812));
        assert_eq!(number(&found, "ttft", "p99"), Some(0.7031));
        assert_eq!(number(&found, "ttft", "p95"), None);
        assert_eq!(number(&found, "ntpot", "p99.9"), Some(0.0711));
        assert_eq!((found.completed, found.failed), (Some(478), Some(2)));
        assert_eq!(found.offered_rps, Some(Rate::Number(8.0)));
        assert_eq!(found.load_shape, LoadShape::Open);
        assert_eq!(
            number(&found, "schedule_delay", "min"),
            None,
            "negative: sent early"
        );
        assert!(!found.warns(CautionKind::GeneratorBehind));
    }

    #[test]
    fn a_generator_that_fell_behind_and_a_summary_of_stages_are_told() {
        let behind = read_fixture("inference-perf/behind.json");
        assert!(behind.warns(CautionKind::GeneratorBehind));
        let summary = read_fixture("inference-perf/summary_lifecycle_metrics.json");
        assert_eq!(
            (summary.offered_rps, summary.load_shape),
            (None, LoadShape::Unknown)
        );
        assert!(summary.warns(CautionKind::Unusual));
    }
}
