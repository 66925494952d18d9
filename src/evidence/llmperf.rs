//! LLMPerf: `*_summary.json`.
//!
//! Seconds. Its `inter_token_latency` is the whole latency divided by the tokens, the first one included,
//! so it is read as normalised. Numbers may be text. `timestamp` is the end. Deviations are of n-1.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::{Content, Tree},
    draft::{Draft, moment},
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

const METRICS: [(&str, &str); 3] = [
    ("results_ttft_s_", "time_to_first_token"),
    ("results_end_to_end_latency_s_", "request_latency"),
    (
        "results_inter_token_latency_s_",
        "normalized_time_per_output_token",
    ),
];

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        tree.has(&["num_concurrent_requests", "results_num_requests_started"])
            || tree.has(&["results_ttft_s_quantiles_p99", "results_error_rate"])
    })
}

/// Reads the summary.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("llmperf", "LLMPerf");
    let root = content.root()?;
    draft.evidence.version = root.string_at(&["version"]);
    let completed = root.get("results_num_completed_requests");
    draft.take_count(RunFact::Completed, completed)?;
    draft.take_count(RunFact::Failed, root.get("results_number_errors"))?;
    outcome(&mut draft, &root)?;
    let samples = draft.evidence.completed;
    for (key, place) in root.present_at(&[]) {
        if let Some((metric, statistic)) = measured(key) {
            draft.time(metric, &statistic, &place, 1.0, samples)?;
        }
    }
    draft.caution(
        CautionKind::Definition,
        "its `inter_token_latency` is the latency divided by the tokens, the first one included: it is read as normalised",
    );
    draft.caution(
        CautionKind::SuccessesOnly,
        "failed requests are in no statistic",
    );
    load(&mut draft, &root)?;
    let subject = &mut draft.evidence.subject;
    subject.model = root.string_at(&["model"]);
    subject.input_tokens = root.amount_at(&["results_number_input_tokens_mean"])?;
    subject.output_tokens = root.amount_at(&["results_number_output_tokens_mean"])?;
    draft.finish()
}

/// `results_ttft_s_quantiles_p99`, `results_ttft_s_mean`.
fn measured(key: &str) -> Option<(&'static str, String)> {
    let (rest, metric) = METRICS
        .iter()
        .find_map(|(start, metric)| Some((key.strip_prefix(start)?, *metric)))?;
    let statistic = match rest {
        "mean" | "min" | "max" | "stddev" => rest.to_owned(),
        _ => percentile::of_key(rest.strip_prefix("quantiles_")?)?,
    };
    Some((metric, statistic))
}

fn outcome(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let Some(started) = root.get("results_num_requests_started") else {
        return Ok(());
    };
    let (count, at) = (started.count()?, started.at.to_string());
    if let (Some(good), Some(bad)) = (draft.evidence.completed, draft.evidence.failed) {
        let parts = good.saturating_add(bad);
        // Requests that the end of the run cut off were started and are in neither count.
        if parts > count {
            draft.add_up((parts, "/results_num_completed_requests"), (count, &at));
        }
    }
    if let (Some(rate), Some(bad)) = (root.get("results_error_rate"), draft.evidence.failed)
        && count > 0
    {
        let stated = (rate.ratio()?, &*rate.at.to_string());
        let counted = (bad as f64 / count as f64, "/results_number_errors");
        draft.disagree(Law::Ratio.equal(stated, counted, 1e-3));
    }
    Ok(())
}

fn load(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    draft.take_amount(
        RunFact::Concurrency,
        root.get("num_concurrent_requests"),
        1.0,
    )?;
    let cap = draft.evidence.concurrency;
    draft.evidence.load_shape = draft.load_shape(None, cap);
    if let Some(place) = root.get("results_num_completed_requests_per_min") {
        let rate = place.amount()? / 60.0;
        draft.reached(rate, draft.evidence.completed, &place.at);
        if let Some(completed) = draft.evidence.completed.filter(|_| rate > 0.0) {
            draft.evidence.duration_seconds = Some(completed as f64 / rate);
            let by = "the completed requests divided by their rate";
            draft.derive(RunFact::DurationSeconds, by);
        }
    }
    if let Some(place) = root.get("results_mean_output_throughput_token_per_s") {
        let rate = place.amount()?;
        draft.rate(
            "output_token_throughput",
            rate,
            draft.evidence.completed,
            &place.at,
        );
    }
    if let Some(place) = root.get("timestamp") {
        draft.evidence.ended_at = moment(place.number()?);
        draft.state(RunFact::EndedAt, &place.at);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture};

    #[test]
    fn the_gap_between_tokens_is_normalised() {
        let found = read_fixture("llmperf/summary.json");
        assert_eq!(number(&found, "ttft", "p95"), Some(0.61));
        assert_eq!(number(&found, "request_latency", "p99"), Some(6.4));
        assert_eq!(number(&found, "ntpot", "mean"), Some(0.0244));
        assert_eq!(number(&found, "inter_token_latency", "mean"), None);
        assert_eq!((found.completed, found.failed), (Some(148), Some(2)));
        assert_eq!(found.concurrency, Some(5.0));
        assert_eq!(found.ended_at.as_deref(), Some("2026-10-06T09:20:00Z"));
        assert_eq!(
            found.subject.input_tokens,
            Some(549.6),
            "numbers may be text"
        );
        assert_eq!(found.contradictions, []);
    }
}
