//! `vllm bench serve --save-result`, and the older `benchmark_serving.py`.
//!
//! Summaries are milliseconds; the raw arrays beside them are seconds and hold failed requests as
//! 0, so they are not read. Failed requests are in no statistic. `p99` is the default and `e2el`
//! is absent unless asked for. `request_rate` is a number or `"inf"`. Older files lack `failed`
//! and have `request_goodput:` with a colon. `--append-result` makes several objects.

use super::{
    CautionKind, Evidence, EvidenceError, Rate,
    content::{Content, Tree},
    draft::Draft,
    percentile, runs,
};
use crate::document::{Pointer, Spot};

const METRICS: [(&str, &str); 4] = [
    ("ttft", "time_to_first_token"),
    ("tpot", "time_per_output_token"),
    ("itl", "inter_token_latency"),
    ("e2el", "request_latency"),
];

pub(super) fn detect(content: &Content<'_>) -> bool {
    let runs = runs(content);
    !runs.is_empty() && runs.iter().all(|run| is_run(run.value))
}

fn is_run(tree: &Tree) -> bool {
    tree.has(&["completed", "request_throughput", "total_input_tokens"])
        && (tree.get("num_prompts").is_some()
            || tree.get("request_rate").is_some()
            || tree.get("mean_ttft_ms").is_some())
}

/// The objects of the file: one, several after each other, or several in an array.
fn runs<'c>(content: &'c Content<'_>) -> Vec<Spot<'c, Tree>> {
    match content.trees.as_slice() {
        [tree @ Tree::List(_)] => Spot::root(tree).items(),
        trees => runs::roots(trees),
    }
}

/// Reads the run that is meant.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let rate = |run: &Spot<'_, Tree>| match run.value.get("request_rate") {
        Some(Tree::Number(rate)) => format!("request_rate {rate}"),
        Some(Tree::Text(rate)) => format!("request_rate {rate}"),
        _ => "no request_rate".to_owned(),
    };
    let run = runs::one_run(runs(content), rate, select)?;
    let mut draft = Draft::new("vllm-bench", "vllm bench serve");
    draft.evidence.completed = run.count_at(&["completed"])?;
    draft.evidence.failed = failed(&mut draft, &run)?;
    match draft.evidence.completed {
        Some(0) => draft.caution(
            CautionKind::NoMeasurements,
            "no request succeeded, so its statistics mean nothing",
        ),
        _ => statistics(&mut draft, &run)?,
    }
    for (key, metric) in [
        ("request_throughput", "throughput"),
        ("request_goodput", "goodput"),
        ("request_goodput:", "goodput"),
        ("output_throughput", "output_token_throughput"),
        ("total_token_throughput", "total_token_throughput"),
    ] {
        if let Some(place) = run.get(key) {
            draft.rate(metric, place.amount()?, draft.evidence.completed, &place.at);
        }
    }
    load(&mut draft, &run)?;
    subject(&mut draft, &run)?;
    draft.finish()
}

/// `{mean,median,std,pNN}_{ttft,tpot,itl,e2el}_ms`.
fn statistics(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let completed = draft.evidence.completed;
    for (key, place) in run.present_at(&[]) {
        let Some((metric, statistic)) = measured(key) else {
            continue;
        };
        // The gaps between tokens are far more than the requests, and the file does not count them.
        let samples = completed.filter(|_| metric != "inter_token_latency");
        // The median is also written as `p50` where that was asked for.
        if draft.evidence.find(metric, &statistic).is_none() {
            draft.time(metric, &statistic, &place, 1e3, samples)?;
        }
    }
    let failed = draft
        .evidence
        .failed
        .map_or("any".to_owned(), |failed| failed.to_string());
    draft.caution(
        CautionKind::SuccessesOnly,
        format!("failed requests ({failed} here) are in no statistic"),
    );
    Ok(())
}

/// The metric and the statistic that a key such as `p99_ttft_ms` stands for.
fn measured(key: &str) -> Option<(&'static str, String)> {
    let (statistic, short) = key.strip_suffix("_ms")?.split_once('_')?;
    let (_, metric) = METRICS.iter().find(|(known, _)| *known == short)?;
    let statistic = match statistic {
        "mean" => "mean".to_owned(),
        "median" => "p50".to_owned(),
        "std" => "stddev".to_owned(),
        _ => percentile::of_key(statistic)?,
    };
    Some((metric, statistic))
}

fn failed(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<Option<u64>, EvidenceError> {
    let (told, asked) = (run.count_at(&["failed"])?, run.count_at(&["num_prompts"])?);
    let missing = asked
        .zip(draft.evidence.completed)
        .and_then(|(asked, completed)| asked.checked_sub(completed));
    if let (Some(told), Some(missing)) = (told, missing)
        && missing > told
    {
        let message = format!(
            "of {} prompts {missing} did not complete, though `failed` says {told}",
            asked.unwrap_or_default()
        );
        draft.caution(CautionKind::Unusual, message);
    }
    Ok(told.max(missing))
}

fn load(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    draft.evidence.achieved_rps = run.amount_at(&["request_throughput"])?;
    draft.evidence.duration_seconds = run.amount_at(&["duration"])?;
    draft.evidence.offered_rps = run
        .get("request_rate")
        .map(|place| place.rate())
        .transpose()?;
    if run.get("rps_change_events").is_some() {
        draft.caution(
            CautionKind::Unusual,
            "the rate was changed during the run (`rps_change_events`)",
        );
    }
    draft.evidence.concurrency = run.amount_at(&["max_concurrency"])?;
    // Newer files tell the highest number that was seen.
    let peak = run.amount_at(&["max_concurrent_requests"])?;
    let cap = draft
        .evidence
        .concurrency
        .filter(|cap| peak.is_none_or(|peak| peak >= *cap));
    let mut rate = draft.evidence.offered_rps;
    if rate == Some(Rate::Unbounded) {
        if cap.is_none() {
            draft.caution(
                CautionKind::UnboundedLoad,
                "all requests were sent at once (`request_rate` is `inf`): a burst, not a rate",
            );
        } else {
            // As many as the limit admits are sent: the limit alone sets the pace.
            rate = None;
        }
    }
    draft.evidence.load_shape = draft.load_shape(rate, cap);
    Ok(())
}

fn subject(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    draft.evidence.subject.model = run.string_at(&["model_id"]);
    if let Some(completed) = draft.evidence.completed.filter(|completed| *completed > 0) {
        let total = |key: &str| run.amount_at(&[key]);
        let subject = &mut draft.evidence.subject;
        if let Some(tokens) = total("total_input_tokens")? {
            subject.input_tokens = Some(tokens / completed as f64);
        }
        if let Some(tokens) = total("total_output_tokens")? {
            subject.output_tokens = Some(tokens / completed as f64);
        }
    }
    if let Some(date) = run.text_at(&["date"]).and_then(local_time) {
        draft.evidence.started_at = Some(date);
        draft.caution(
            CautionKind::LocalTime,
            "`date` is the end of the run in the client's local time, without an offset",
        );
    }
    Ok(())
}

/// `20250530-203806` as `2025-05-30T20:38:06`.
fn local_time(date: &str) -> Option<String> {
    let digits =
        |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let (day, time) = date.split_once('-')?;
    (digits(day, 8) && digits(time, 6)).then(|| {
        format!(
            "{}-{}-{}T{}:{}:{}",
            &day[..4],
            &day[4..6],
            &day[6..],
            &time[..2],
            &time[2..4],
            &time[4..]
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::LoadShape;
    use super::super::tests::{fixture, number, read_fixture, read_text};
    use super::super::{EvidenceRequest, open};
    use super::*;

    #[test]
    fn summaries_are_milliseconds_and_raw_arrays_are_left_alone() {
        let found = read_fixture("vllm/bench-3.2rps.json");
        assert_eq!(number(&found, "time_to_first_token", "p95"), Some(0.6124));
        assert_eq!(number(&found, "tpot", "p99"), Some(0.0517));
        assert_eq!(number(&found, "request_latency", "p99"), Some(14.821_7));
        assert_eq!(number(&found, "ttft", "median"), Some(0.2113));
        assert_eq!((found.completed, found.failed), (Some(3_838), Some(2)));
        assert_eq!(found.offered_rps, Some(Rate::Number(3.2)));
        assert_eq!(found.load_shape, LoadShape::Open);
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T11:20:41"));
        assert_eq!(
            found.subject.model.as_deref(),
            Some("Qwen/Qwen2.5-7B-Instruct")
        );
        assert_eq!(found.subject.output_tokens.map(f64::round), Some(220.0));
        for kind in [CautionKind::SuccessesOnly, CautionKind::LocalTime] {
            assert!(found.warns(kind), "{kind}");
        }
    }

    #[test]
    fn older_files_lack_failed_and_have_a_colon() {
        let found = read_fixture("vllm/old-inf.json");
        assert_eq!(found.offered_rps, Some(Rate::Unbounded));
        assert!(found.warns(CautionKind::UnboundedLoad));
        assert_eq!((found.completed, found.failed), (Some(296), Some(4)));
        assert_eq!(number(&found, "goodput", "value"), Some(7.1));
        assert_eq!(
            number(&found, "request_latency", "p99"),
            None,
            "e2el was not asked for"
        );
        assert_eq!(
            number(&found, "time_to_first_token", "p95"),
            None,
            "only p99 is the default"
        );
    }

    #[test]
    fn several_runs_need_a_choice() {
        let path = fixture("vllm/appended.json");
        let error = open(&path, EvidenceRequest::default()).expect_err("two runs");
        assert!(
            matches!(error, EvidenceError::SeveralRuns { count: 2, .. }),
            "{error}"
        );
        assert!(error.to_string().contains("request_rate 6.4"), "{error}");
        let found = open(
            &path,
            EvidenceRequest {
                select: Some("/1"),
                ..EvidenceRequest::default()
            },
        )
        .expect("the second");
        assert_eq!(found.offered_rps, Some(Rate::Number(6.4)));
        assert_eq!(
            found.find("ttft", "p99").map(|found| found.at.as_str()),
            Some("/1/p99_ttft_ms")
        );
        let error = open(
            &path,
            EvidenceRequest {
                select: Some("/2"),
                ..EvidenceRequest::default()
            },
        )
        .expect_err("no third");
        assert!(error.to_string().contains("no `/2`"), "{error}");
    }

    #[test]
    fn a_cap_on_concurrency_is_told() {
        let text = |rate: &str, peak: &str| {
            format!(
                r#"{{"completed": 10, "request_throughput": 1, "total_input_tokens": 10, "num_prompts": 10, "failed": 0,
                    "request_rate": {rate}, "max_concurrency": 8{peak}}}"#
            )
        };
        let shape = |rate: &str, peak: &str| read_text(&text(rate, peak)).expect("vllm").load_shape;
        assert_eq!(shape("\"inf\"", ""), LoadShape::Closed);
        assert_eq!(shape("2", ""), LoadShape::Unknown);
        assert_eq!(
            shape("2", r#", "max_concurrent_requests": 5"#),
            LoadShape::Open
        );
    }

    #[test]
    fn a_run_in_which_all_failed_measured_nothing() {
        let text = r#"{"completed": 0, "request_throughput": 0, "total_input_tokens": 0, "num_prompts": 9, "p99_ttft_ms": 0.0}"#;
        let found = read_text(text).expect("vllm");
        assert_eq!(number(&found, "ttft", "p99"), None);
        assert_eq!(number(&found, "error_ratio", "ratio"), Some(1.0));
        assert!(found.warns(CautionKind::NoMeasurements));
    }
}
