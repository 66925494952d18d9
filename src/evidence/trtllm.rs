//! TensorRT-LLM: `trtllm-bench --report_json`.
//!
//! Milliseconds. The engine is driven in its own process: no server, no network. Percentiles are samples.
//! Failures, the time of the run and what limits the requests in flight are not in the file;
//! `issue_rate` is no rate (it multiplies where it should divide) and is not read. Of
//! `gen_tps_percentiles` the 99th is the fast end, so these are not read either.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::{Content, Tree},
    draft::Draft,
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        let latency = tree.at(&["performance", "request_latency_percentiles_ms"]);
        tree.has(&["engine", "world_info", "request_info"]) && latency.is_some()
    })
}

/// Where the percentiles of each metric are, and the mean that is stated beside them.
const METRICS: [(&str, [&str; 2], [&str; 2]); 3] = [
    (
        "request_latency",
        ["performance", "request_latency_percentiles_ms"],
        ["performance", "avg_request_latency_ms"],
    ),
    (
        "time_to_first_token",
        ["streaming_metrics", "ttft_percentiles"],
        ["streaming_metrics", "avg_ttft_ms"],
    ),
    (
        "time_per_output_token",
        ["streaming_metrics", "tpot_percentiles"],
        ["streaming_metrics", "avg_tpot_ms"],
    ),
];

/// Reads the report.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("trtllm-bench", "trtllm-bench");
    let root = content.root()?;
    draft.evidence.version = root.string_at(&["engine", "version"]);
    let requests = root.find(&["request_info", "num_requests"]);
    draft.take_count(RunFact::Completed, requests)?;
    for (metric, percentiles, mean) in METRICS {
        times(&mut draft, &root, metric, &percentiles)?;
        if let Some(place) = root.find(&mean) {
            agree(&mut draft, metric, &place)?;
        }
    }
    load(&mut draft, &root)?;
    let subject = &mut draft.evidence.subject;
    subject.model = root.string_at(&["engine", "model"]);
    subject.input_tokens = root.amount_at(&["request_info", "avg_input_length"])?;
    subject.output_tokens = root.amount_at(&["request_info", "avg_output_length"])?;
    draft.caution(
        CautionKind::Definition,
        "the engine was measured in its own process: without a server, a network and a queue before them",
    );
    draft.leave_open(RunFact::Failed, "the report counts no failures");
    draft.leave_open(
        RunFact::LoadShape,
        "the report does not tell whether requests were sent at once or after answers",
    );
    draft.finish()
}

fn times(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    metric: &str,
    keys: &[&str],
) -> Result<(), EvidenceError> {
    let samples = draft.evidence.completed;
    for (key, place) in root.present_at(keys) {
        let statistic = match key {
            "average" => Some("mean".to_owned()),
            "minimum" => Some("min".to_owned()),
            "maximum" => Some("max".to_owned()),
            _ => percentile::of_key(key),
        };
        if let Some(statistic) = statistic {
            draft.time(metric, &statistic, &place, 1e3, samples)?;
        }
    }
    Ok(())
}

/// The mean is stated twice.
fn agree(draft: &mut Draft, metric: &str, place: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let stated = (place.amount()? / 1e3, &*place.at.to_string());
    let other = draft.evidence.find(metric, "mean");
    let other = other.and_then(|found| Some((found.value.number()?, found.at.clone())));
    if let Some((mean, at)) = other {
        draft.disagree(Law::Bounds.equal(stated, (mean, &at), 1e-6));
    }
    Ok(())
}

fn load(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let length = root.find(&["performance", "total_latency_ms"]);
    draft.take_amount(RunFact::DurationSeconds, length, 1e3)?;
    let completed = draft.evidence.completed;
    let count = completed.map(|completed| completed as f64);
    if let Some(place) = root.find(&["performance", "request_throughput_req_s"]) {
        let rate = place.amount()?;
        draft.reached(rate, completed, &place.at);
        draft.compare_with_duration(Law::Rate, (rate, &place.at.to_string()), count);
    }
    if let Some(place) = root.find(&["performance", "system_output_throughput_tok_s"]) {
        let rate = place.amount()?;
        draft.rate("output_token_throughput", rate, completed, &place.at);
        let mean = root.amount_at(&["request_info", "avg_output_length"])?;
        let tokens = mean.zip(count).map(|(mean, count)| mean * count);
        draft.compare_with_duration(Law::TokenRate, (rate, &place.at.to_string()), tokens);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fixture, number, read_fixture, read_text};

    #[test]
    fn percentiles_are_milliseconds_and_failures_are_unknown() {
        let found = read_fixture("trtllm/report.json");
        assert_eq!(number(&found, "request_latency", "p99"), Some(2.91));
        assert_eq!(number(&found, "request_latency", "mean"), Some(2.4));
        assert_eq!(number(&found, "ttft", "p95"), Some(0.211));
        assert_eq!(number(&found, "tpot", "p50"), Some(0.0175));
        assert_eq!((found.completed, found.failed), (Some(256), None));
        assert_eq!(found.error_ratio(), None);
        assert_eq!(found.achieved_rps, Some(12.8));
        assert_eq!(found.version.as_deref(), Some("1.1.0"));
        assert_eq!(found.concurrency, None, "the mean in flight is no limit");
    }

    #[test]
    fn means_that_differ_contradict_each_other() {
        let text = std::fs::read_to_string(fixture("trtllm/report.json")).expect("fixture");
        let edited = text.replace(
            "\"avg_request_latency_ms\": 2400.0",
            "\"avg_request_latency_ms\": 2.4",
        );
        let found = read_text(&edited).expect("a report");
        assert_eq!(number(&found, "request_latency", "mean"), None);
        assert_eq!(found.contradictions[0].law, "bounds");
    }
}
