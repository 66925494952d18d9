//! k6's summaries as it writes them.

use super::*;
use crate::evidence::tests::{number, read_fixture};

#[test]
fn the_legacy_export_says_true_for_a_crossed_threshold() {
    let found = read_fixture("k6/summary-export.json");
    assert_eq!(found.format, "k6-summary-export");
    assert_eq!(number(&found, "request_latency", "p95"), Some(0.041_25));
    assert_eq!(
        number(&found, "request_latency", "p99"),
        None,
        "it was not asked for"
    );
    assert_eq!(number(&found, "error_ratio", "ratio"), Some(0.002));
    assert_eq!(
        (found.completed, found.failed),
        (Some(29_940), Some(60)),
        "`passes` are the failures"
    );
    assert_eq!(found.dropped, Some(12));
    let crossed: Vec<&str> = found
        .cautions
        .iter()
        .filter(|caution| caution.kind == CautionKind::ThresholdCrossed)
        .map(|caution| caution.message.as_str())
        .collect();
    assert_eq!(crossed.len(), 1, "{crossed:?}");
    assert!(crossed[0].contains("rate<0.001"), "{crossed:?}");
}

#[test]
fn handle_summary_says_ok() {
    let found = read_fixture("k6/handle-summary.json");
    assert_eq!(found.format, "k6-summary");
    assert_eq!(number(&found, "request_latency", "p99"), Some(0.0478));
    assert_eq!(number(&found, "request_latency", "p99.9"), Some(0.0911));
    assert_eq!(found.duration_seconds, Some(600.012));
    assert_eq!((found.completed, found.failed), (Some(30_000), Some(0)));
    assert!(
        !found.warns(CautionKind::ThresholdCrossed),
        "ok: true is fine"
    );
}

#[test]
fn the_machine_readable_summary_has_no_p99() {
    let found = read_fixture("k6/machine-summary.json");
    assert_eq!(
        (found.format, found.version.as_deref()),
        ("k6-machine-summary", Some("v1.5.0"))
    );
    assert_eq!(number(&found, "request_latency", "p95"), Some(0.0394));
    assert_eq!(number(&found, "request_latency", "p99"), None);
    assert_eq!(
        (found.completed, found.failed),
        (Some(8_991), Some(9)),
        "`matches` are the failures"
    );
    assert_eq!(found.achieved_rps, Some(50.0));
    assert_eq!(found.ended_at.as_deref(), Some("2026-10-06T09:20:01.5Z"));
    let length = found.duration_seconds.expect("a duration");
    assert_eq!(length, 180.0);
    assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:17:01.5Z"));
}

#[test]
fn one_kind_of_calls_is_not_the_whole_file() {
    let text = |http: &str| {
        format!(
            r#"{{"metrics": {{{http}"grpc_req_duration": {{"avg": 120.5, "min": 30.1, "med": 110.0, "max": 900.2, "p(95)": 310.5}},
            "iterations": {{"count": 6000, "rate": 99.9}}}}}}"#
        )
    };
    let http = r#""http_req_duration": {"avg": 1.5, "min": 1.1, "med": 1.5, "max": 2.2}, "http_reqs": {"count": 2, "rate": 0.01},
        "http_req_failed": {"passes": 0, "fails": 2, "value": 0}, "#;
    let both = crate::evidence::tests::read_text(&text(http)).expect("k6");
    assert_eq!(number(&both, "request_latency", "mean"), None);
    assert_eq!(number(&both, "http_req_duration", "mean"), Some(0.0015));
    assert_eq!(number(&both, "grpc_req_duration", "p95"), Some(0.3105));
    assert_eq!(
        (both.completed, both.failed, both.achieved_rps),
        (None, None, None)
    );
    assert_eq!(number(&both, "error_ratio", "ratio"), None);
    let alone = crate::evidence::tests::read_text(&text("")).expect("k6");
    assert_eq!(number(&alone, "request_latency", "p95"), Some(0.3105));
    assert!(alone.warns(CautionKind::Definition));
}

#[test]
fn a_session_of_a_websocket_is_no_request() {
    let found = crate::evidence::tests::read_fixture("k6/websocket-export.json");
    assert_eq!(number(&found, "ws_session_duration", "p95"), Some(61.0031));
    let samples = found
        .find("ws_session_duration", "p95")
        .and_then(|found| found.samples);
    assert_eq!(samples, Some(240));
    assert_eq!(number(&found, "ws_connecting", "p50"), Some(0.0021));
    assert_eq!(number(&found, "ws_ping", "mean"), Some(0.0012));
    assert_eq!(number(&found, "request_latency", "p95"), None);
    assert_eq!(
        (found.completed, found.failed, found.error_ratio()),
        (None, None, None)
    );
    assert!(found.warns(CautionKind::Definition));
}

#[test]
fn a_ratio_of_no_requests_is_no_ratio() {
    let text = r#"{"metrics": {
        "http_req_duration": {"type": "trend", "contains": "time", "values": {"avg": 1}},
        "http_req_failed": {"type": "rate", "contains": "default", "values": {"rate": 0, "passes": 0, "fails": 0}}}}"#;
    let found = crate::evidence::tests::read_text(text).expect("k6");
    assert_eq!(number(&found, "error_ratio", "ratio"), None);
    assert!(found.warns(CautionKind::NoMeasurements));
}
