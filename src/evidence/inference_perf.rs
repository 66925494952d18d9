//! inference-perf: `stage_N_lifecycle_metrics.json` and `summary_lifecycle_metrics.json`.
//!
//! Seconds. Statistics are those of successful requests. The summary joins stages of different
//! rates and names none.

use super::{
    CautionKind, Evidence, EvidenceError, Rate,
    content::{Content, Tree},
    draft::Draft,
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
    draft.evidence.completed = root.count_at(&["successes", "count"])?;
    draft.evidence.failed = root.count_at(&["failures", "count"])?;
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
    draft.finish()
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
    let offered = summary.amount_at(&["requested_rate"])?;
    draft.evidence.offered_rps = offered.map(Rate::Number);
    draft.evidence.achieved_rps = summary.amount_at(&["achieved_rate"])?;
    draft.evidence.duration_seconds = summary.amount_at(&["send_duration"])?;
    draft.evidence.concurrency = summary.amount_at(&["concurrency"])?;
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
    // Its users wait for answers, whatever rate was asked for beside them.
    let rate = draft.evidence.offered_rps.filter(|_| users.is_none());
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
