//! AIPerf's `profile_export_aiperf.json` and GenAI-Perf's `profile_export_genai_perf.json`.
//!
//! Each metric has its `unit`, which alone tells what its values mean. A percentile may be null.
//! `inter_token_latency` is the mean gap of a request (what others call time per output token).

use super::{
    CautionKind, Evidence, EvidenceError, Rate, RunFact,
    content::{Content, Tree},
    draft::{Draft, per_second},
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

const TIMES: [&str; 3] = [
    "request_latency",
    "time_to_first_token",
    "inter_token_latency",
];
/// Rates by their key, with our name and what they count.
const RATES: [(&str, &str, &str); 4] = [
    ("request_throughput", "throughput", "requests"),
    ("goodput", "goodput", "requests"),
    ("request_goodput", "goodput", "requests"),
    (
        "output_token_throughput",
        "output_token_throughput",
        "tokens",
    ),
];

pub(super) fn detect(content: &Content<'_>) -> bool {
    let Some(tree) = content.tree() else {
        return false;
    };
    let latency = tree.get("request_latency");
    let mut others = ["request_count", "request_throughput", "input_config"].iter();
    latency.is_some_and(|metric| metric.has(&["unit", "avg"]))
        && others.any(|name| tree.get(name).is_some())
}

/// Reads the export.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let root = content.root()?;
    let is_aiperf = root.get("aiperf_version").is_some() || root.get("schema_version").is_some();
    let mut draft = Draft::new("aiperf", if is_aiperf { "AIPerf" } else { "GenAI-Perf" });
    draft.slack.limits_flight = true;
    draft.evidence.version = root.string_at(&["aiperf_version"]);
    draft.evidence.completed = root.count_at(&["request_count", "avg"])?;
    draft.evidence.failed = failed(&root)?;
    for name in TIMES {
        if let Some(metric) = root.get(name) {
            times(&mut draft, name, &metric)?;
        }
    }
    for (name, metric, of) in RATES {
        if let Some(place) = root.find(&[name, "avg"]) {
            is_rate(&root, name, of)?;
            draft.rate(metric, place.amount()?, draft.evidence.completed, &place.at);
        }
    }
    if root.get("inter_token_latency").is_some() {
        draft.caution(
            CautionKind::Definition,
            "`inter_token_latency` is the mean gap of each request, which others call time per output token",
        );
    }
    if root.is_true_at(&["was_cancelled"]) {
        draft.caution(
            CautionKind::Unfinished,
            "the run was cancelled (`was_cancelled`)",
        );
    }
    draft.caution(
        CautionKind::SuccessesOnly,
        "failed requests are in no statistic",
    );
    load(&mut draft, &root)?;
    draft.finish()
}

/// A rate is one a second of what it counts; GenAI-Perf calls that of requests `per sec` as well.
fn is_rate(root: &Spot<'_, Tree>, name: &str, of: &str) -> Result<(), EvidenceError> {
    let Some(unit) = root.find(&[name, "unit"]) else {
        return Ok(());
    };
    let text = unit.text().unwrap_or_default();
    let known = [format!("{of}/sec"), format!("{of}/s"), "per sec".to_owned()];
    match known.iter().any(|known| known == text) {
        true => Ok(()),
        false => Err(unit.bad(format!("no rate of {of} a second (`{text}`)"))),
    }
}

/// Failed requests: the count or what the summary of errors adds up to, whichever is more.
fn failed(root: &Spot<'_, Tree>) -> Result<Option<u64>, EvidenceError> {
    let counted = root.count_at(&["error_request_count", "avg"])?;
    let mut listed = 0_u64;
    for error in root.items_at(&["error_summary"]) {
        listed = listed.saturating_add(error.count_at(&["count"])?.unwrap_or_default());
    }
    Ok(match (counted, root.get("error_summary")) {
        (Some(counted), _) => Some(counted.max(listed)),
        // A run without errors has an empty summary and no count.
        (None, Some(_)) => Some(listed),
        (None, None) => None,
    })
}

fn times(draft: &mut Draft, name: &str, metric: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let unit = metric
        .get("unit")
        .ok_or_else(|| metric.bad("without a `unit`"))?;
    let per = per_second(&unit)?;
    let samples = metric.count_at(&["count"])?.or(draft.evidence.completed);
    for (key, place) in metric.present_at(&[]) {
        let statistic = match key {
            "avg" => Some("mean".to_owned()),
            "std" => Some("stddev".to_owned()),
            "min" | "max" => Some(key.to_owned()),
            _ => percentile::of_key(key),
        };
        if let Some(statistic) = statistic {
            draft.time(name, &statistic, &place, per, samples)?;
        }
    }
    Ok(())
}

fn load(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    draft.take_amount(
        RunFact::AchievedRps,
        root.find(&["request_throughput", "avg"]),
        1.0,
    )?;
    if let Some(unit) = root.find(&["benchmark_duration", "unit"]) {
        let per = per_second(&unit)?;
        let length = root.find(&["benchmark_duration", "avg"]);
        draft.take_amount(RunFact::DurationSeconds, length, per)?;
    }
    if let (Some(place), Some(rate)) = (
        root.find(&["request_throughput", "avg"]),
        draft.evidence.achieved_rps,
    ) {
        let count = draft.evidence.completed.map(|completed| completed as f64);
        draft.compare_with_duration(Law::Rate, (rate, &place.at.to_string()), count);
    }
    // The places in AIPerf's older and newer configuration, and in GenAI-Perf's.
    let homes: [&[&str]; 4] = [
        &["loadgen"],
        &["phases", "profiling"],
        &["perf_analyzer", "stimulus"],
        // Flat, before there were groups.
        &[],
    ];
    for home in homes {
        let config = root.get("input_config");
        let Some(config) = config.and_then(|config| config.find(home)) else {
            continue;
        };
        if let Some(place) = config.get("request_rate") {
            draft.evidence.offered_rps = Some(Rate::Number(place.amount()?));
            draft.state(RunFact::OfferedRps, &place.at);
        }
        draft.take_amount(RunFact::Concurrency, config.get("concurrency"), 1.0)?;
        let is_found = draft.evidence.offered_rps.is_some() || draft.evidence.concurrency.is_some();
        if is_found {
            break;
        }
    }
    unless_streamed(draft, root);
    let (rate, cap) = (draft.evidence.offered_rps, draft.evidence.concurrency);
    draft.evidence.load_shape = draft.load_shape(rate, cap);
    draft.evidence.started_at = root.text_at(&["start_time"]).map(in_utc);
    draft.evidence.ended_at = root.text_at(&["end_time"]).map(in_utc);
    let subject = &mut draft.evidence.subject;
    subject.model = model(root).map(str::to_owned);
    subject.input_tokens = root.amount_at(&["input_sequence_length", "avg"])?;
    subject.output_tokens = root.amount_at(&["output_sequence_length", "avg"])?;
    Ok(())
}

/// Without streaming there is no first token.
fn unless_streamed(draft: &mut Draft, root: &Spot<'_, Tree>) {
    let streaming: [&[&str]; 2] = [
        &["input_config", "streaming"],
        &["input_config", "endpoint", "streaming"],
    ];
    let mut streaming = streaming.iter().filter_map(|keys| root.find(keys)?.flag());
    if streaming.next() == Some(false) {
        draft.withdraw("time_to_first_token", "no streaming");
        draft.caution(
            CautionKind::Definition,
            "without streaming (`streaming` is false) there is no first token: what is written as its time is that of the whole answer, so it is left out",
        );
    }
}

/// AIPerf writes UTC, with and without saying so.
fn in_utc(time: &str) -> String {
    // An offset begins after `2026-10-05T14:01:12`; before that a `-` belongs to the date.
    let rest = time.get(19..).unwrap_or_default();
    let has_offset = time.ends_with('Z') || rest.contains(['+', '-']);
    let suffix = if has_offset { "" } else { "Z" };
    format!("{time}{suffix}")
}

/// The model's name, or the first of several, below `endpoint` or beside it.
fn model<'t>(root: &Spot<'t, Tree>) -> Option<&'t str> {
    for key in ["model_names", "model_name", "model"] {
        let newer = root.find(&["input_config", "endpoint", key]);
        let Some(place) = newer.or_else(|| root.find(&["input_config", key])) else {
            continue;
        };
        let first = place.value.items().first().and_then(Tree::text);
        if let Some(name) = place.text().or(first) {
            return Some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::LoadShape;
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn units_are_read_and_null_percentiles_are_absent() {
        let found = read_fixture("aiperf/profile_export_aiperf.json");
        assert_eq!(
            (found.tool, found.version.as_deref()),
            ("AIPerf", Some("0.9.0"))
        );
        assert_eq!(number(&found, "request_latency", "p99"), Some(3.371_24));
        assert_eq!(number(&found, "time_to_first_token", "p95"), None, "null");
        assert_eq!(number(&found, "time_to_first_token", "p99"), Some(0.4121));
        assert_eq!(
            found
                .find("request_latency", "p99")
                .and_then(|found| found.samples),
            Some(20)
        );
        assert_eq!((found.completed, found.failed), (Some(20), Some(0)));
        assert_eq!(found.concurrency, Some(4.0));
        assert_eq!(found.load_shape, LoadShape::Closed);
        assert_eq!(
            found.started_at.as_deref(),
            Some("2026-10-05T14:01:12.501Z")
        );
    }

    #[test]
    fn cancelled_runs_and_errors_are_told() {
        let found = read_fixture("aiperf/cancelled.json");
        assert_eq!(found.tool, "GenAI-Perf");
        assert!(found.warns(CautionKind::Unfinished));
        assert_eq!(found.failed, Some(7));
        assert_eq!(number(&found, "request_latency", "mean"), Some(1.5));
    }

    #[test]
    fn genai_perf_before_aiperf_has_a_flat_and_a_nested_configuration() {
        let flat = read_fixture("genai-perf/flat-0.0.8.json");
        assert_eq!(
            (flat.tool, flat.completed, flat.failed),
            ("GenAI-Perf", None, None)
        );
        assert_eq!(number(&flat, "request_latency", "p99"), Some(4.402_1));
        assert_eq!(number(&flat, "throughput", "value"), Some(2.31));
        assert_eq!(flat.concurrency, Some(8.0));
        assert_eq!(flat.subject.model.as_deref(), Some("acme/chat-8b"));
        assert_eq!(
            number(&flat, "time_to_first_token", "p95"),
            None,
            "not streamed"
        );
        let nested = read_fixture("genai-perf/nested-0.0.16.json");
        assert_eq!(nested.completed, Some(120));
        assert_eq!(number(&nested, "time_to_first_token", "p95"), Some(0.2105));
        assert_eq!(number(&nested, "goodput", "value"), Some(1.9));
        assert_eq!(nested.concurrency, Some(4.0));
        assert_eq!(nested.subject.model.as_deref(), Some("acme/chat-8b"));
    }

    #[test]
    fn a_rate_in_another_unit_is_refused() {
        let text = |unit: &str| {
            format!(
                r#"{{"request_latency": {{"unit": "ms", "avg": 1}}, "request_throughput": {{"unit": "{unit}", "avg": 1}}}}"#
            )
        };
        assert!(read_text(&text("requests/sec")).is_ok());
        for unit in ["requests/min", "tokens/sec", "ms"] {
            let error = read_text(&text(unit)).expect_err(unit).to_string();
            assert!(error.contains("no rate of requests a second"), "{error}");
        }
    }

    #[test]
    fn an_unknown_unit_is_refused() {
        let text = r#"{"request_latency": {"unit": "fortnights", "avg": 1}, "request_count": {"unit": "requests", "avg": 1}}"#;
        match read_text(text) {
            Err(EvidenceError::BadValue { at, .. }) => assert_eq!(at, "/request_latency/unit"),
            other => panic!("{other:?}"),
        }
    }
}
