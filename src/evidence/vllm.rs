//! `vllm bench serve --save-result`, and the older `benchmark_serving.py`.
//!
//! Summaries are milliseconds; the raw arrays beside them are seconds and hold failed requests as
//! 0, so they are not read. Failed requests are in no statistic. `p99` is the default and `e2el`
//! is absent unless asked for. `request_rate` is a number or `"inf"`. Older files lack `failed`
//! and have `request_goodput:` with a colon. `--append-result` makes several objects.

use super::{
    CautionKind, Evidence, EvidenceError, Rate, RunFact,
    content::{Content, Tree},
    draft::Draft,
    runs, sglang,
    tokens::{self, TokenKeys},
};
use crate::document::{Pointer, Spot};

const METRICS: [(&str, &str); 4] = tokens::metrics("e2el");

const KEYS: TokenKeys = TokenKeys {
    input: ("total_input_tokens", "input_throughput"),
    output: ("total_output_tokens", "output_throughput"),
    total: "total_token_throughput",
};

pub(super) fn detect(content: &Content<'_>) -> bool {
    let runs = runs::listed(&content.trees);
    !runs.is_empty() && runs.iter().all(|run| is_run(run.value))
}

fn is_run(tree: &Tree) -> bool {
    tree.has(&["completed", "request_throughput", "total_input_tokens"])
        && !sglang::is_run(tree)
        && ["num_prompts", "model_id", "request_rate", "mean_ttft_ms"]
            .iter()
            .any(|mark| tree.get(mark).is_some())
}

/// Reads the run that is meant.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let run = runs::one_run(runs::listed(&content.trees), tokens::label, select)?;
    let mut draft = Draft::new("vllm-bench", "vllm bench serve");
    draft.slack.limits_flight = true;
    draft.take_count(RunFact::Completed, run.get("completed"))?;
    failed(&mut draft, &run)?;
    tokens::statistics(&mut draft, &run, &METRICS, ("_ms", 1e3))?;
    if draft.evidence.completed != Some(0) {
        let failed = draft.evidence.failed;
        let failed = failed.map_or("any".to_owned(), |failed| failed.to_string());
        let message = format!("failed requests ({failed} here) are in no statistic");
        draft.caution(CautionKind::SuccessesOnly, message);
    }
    tokens::rates(&mut draft, &run, &KEYS)?;
    for key in ["request_goodput", "request_goodput:"] {
        if let Some(place) = run.get(key) {
            let rate = place.amount()?;
            draft.rate("goodput", rate, draft.evidence.completed, &place.at);
        }
    }
    load(&mut draft, &run)?;
    subject(&mut draft, &run)?;
    draft.finish()
}

/// Older files and results of embeddings state no failures: what was asked for and not done failed.
fn failed(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let (told, asked) = (run.get("failed"), run.count_at(&["num_prompts"])?);
    draft.take_count(RunFact::Failed, told.clone())?;
    let Some((asked, completed)) = asked.zip(draft.evidence.completed) else {
        if told.is_none() {
            let why =
                "the file states neither how many requests failed nor how many were asked for";
            draft.leave_open(RunFact::Failed, why);
        }
        return Ok(());
    };
    let prompts = run.at.clone().key("num_prompts").to_string();
    match (draft.evidence.failed, asked.checked_sub(completed)) {
        (Some(failed), _) => {
            let at = run.at.clone().key("failed").to_string();
            draft.add_up((completed.saturating_add(failed), &at), (asked, &prompts));
        }
        (None, Some(missing)) => {
            draft.evidence.failed = Some(missing);
            draft.derive(RunFact::Failed, "`num_prompts` less `completed`");
        }
        (None, None) => {
            let at = run.at.clone().key("completed").to_string();
            draft.add_up((completed, &at), (asked, &prompts));
        }
    }
    Ok(())
}

fn load(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    draft.take_amount(RunFact::Concurrency, run.get("max_concurrency"), 1.0)?;
    let ramp = ramp(draft, run)?;
    if let Some(place) = run.get("request_rate").filter(|_| !ramp) {
        draft.evidence.offered_rps = Some(place.rate()?);
        draft.state(RunFact::OfferedRps, &place.at);
    }
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
    if ramp {
        // A schedule, though not one rate.
        rate = Some(Rate::Unbounded);
    }
    draft.evidence.load_shape = draft.load_shape(rate, cap);
    Ok(())
}

/// With a ramp `request_rate` is `inf` as well, and no single rate was offered.
fn ramp(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<bool, EvidenceError> {
    let strategy = run.text_at(&["ramp_up_strategy"]);
    let ends = (
        run.amount_at(&["ramp_up_start_rps"])?,
        run.amount_at(&["ramp_up_end_rps"])?,
    );
    let changes = run.get("rps_change_events").is_some();
    let what = match (strategy, ends) {
        (Some(strategy), (Some(from), Some(to))) => {
            format!("the rate went from {from} to {to} requests/s ({strategy} ramp)")
        }
        (Some(strategy), _) => format!("the rate followed a ramp ({strategy})"),
        (None, _) if changes => {
            "the rate was changed during the run (`rps_change_events`)".to_owned()
        }
        (None, _) => return Ok(false),
    };
    draft.caution(
        CautionKind::Unusual,
        format!("{what}: statistics join all of it"),
    );
    draft.leave_open(RunFact::OfferedRps, what);
    Ok(true)
}

fn subject(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    draft.evidence.subject.model = run.string_at(&["model_id"]);
    tokens::lengths(draft, run, &KEYS)?;
    if let Some(date) = run.get("date")
        && let Some(time) = date.text().and_then(local_time)
    {
        draft.evidence.ended_at = Some(time);
        draft.state(RunFact::EndedAt, &date.at);
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
    use super::super::tests::{fixture, number, read_fixture, read_text};
    use super::super::{EvidenceRequest, open};
    use super::super::{LoadShape, Origin};
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
        assert_eq!(found.ended_at.as_deref(), Some("2026-10-06T11:20:41"));
        assert_eq!(
            found.started_at.as_deref(),
            Some("2026-10-06T11:00:40.96"),
            "`date` less `duration`"
        );
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
        assert!(matches!(
            found.known[&RunFact::Failed],
            Origin::Derived { .. }
        ));
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
    fn a_ramp_is_no_burst_and_offers_no_single_rate() {
        let text = r#"{"completed": 100, "request_throughput": 10, "duration": 10, "total_input_tokens": 10, "num_prompts": 100,
            "failed": 0, "request_rate": "inf", "ramp_up_strategy": "linear", "ramp_up_start_rps": 2, "ramp_up_end_rps": 18}"#;
        let found = read_text(text).expect("vllm");
        assert_eq!(
            (found.offered_rps, found.load_shape),
            (None, LoadShape::Open)
        );
        assert!(!found.warns(CautionKind::UnboundedLoad));
        let mut told = found.cautions.iter();
        assert!(told.any(|told| told.message.contains("from 2 to 18 requests/s")));
    }

    #[test]
    fn what_is_not_told_about_failures_is_unknown() {
        let text = r#"{"completed": 10, "request_throughput": 1, "total_input_tokens": 10, "request_rate": 2}"#;
        let found = read_text(text).expect("vllm");
        assert_eq!(found.failed, None);
        assert_eq!(number(&found, "error_ratio", "ratio"), None);
        assert!(matches!(
            found.known[&RunFact::Failed],
            Origin::Unknown { why: Some(_) }
        ));
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
