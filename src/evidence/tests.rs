//! What holds for every format: detection, limits, and the fixtures themselves.

mod broken;
mod edits;

use super::*;
use proptest::prelude::*;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The path of a fixture.
pub(super) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/evidence")
        .join(name)
}

/// Reads a fixture that must be evidence.
pub(super) fn read_fixture(name: &str) -> Evidence {
    match open(&fixture(name), EvidenceRequest::default()) {
        Ok(found) => found,
        Err(error) => panic!("{name}: {error}"),
    }
}

/// Reads a text without knowing its format.
pub(super) fn read_text(text: &str) -> Result<Evidence, EvidenceError> {
    read(text.as_bytes().to_vec(), EvidenceRequest::default())
}

/// The number of a statistic.
pub(super) fn number(found: &Evidence, metric: &str, statistic: &str) -> Option<f64> {
    found.find(metric, statistic)?.value.number()
}

/// Every fixture by its path, with the format that its content must be detected as.
/// Those called `real` were written by the tool itself.
const FIXTURES: &[(&str, &str)] = &[
    ("k6/summary-export.json", "k6-summary-export"),
    ("k6/handle-summary.json", "k6-summary"),
    ("k6/machine-summary.json", "k6-machine-summary"),
    ("vegeta/report.json", "vegeta-json"),
    ("vegeta/plot.hdr", "vegeta-hdrplot"),
    ("locust/ranker_stats.csv", "locust-stats"),
    ("vllm/bench-3.2rps.json", "vllm-bench"),
    ("vllm/old-inf.json", "vllm-bench"),
    ("sglang/rate-8.jsonl", "sglang-bench"),
    ("oha/report.json", "oha"),
    ("oha/report.txt", "oha-text"),
    ("aiperf/profile_export_aiperf.json", "aiperf"),
    ("aiperf/cancelled.json", "aiperf"),
    (
        "inference-perf/stage_0_lifecycle_metrics.json",
        "inference-perf",
    ),
    ("inference-perf/behind.json", "inference-perf"),
    (
        "inference-perf/summary_lifecycle_metrics.json",
        "inference-perf",
    ),
    ("guidellm/one.json", "guidellm"),
    ("llm-d/report.yaml", "llm-d-report"),
    ("llm-d/report-v0.1.json", "llm-d-report"),
    ("fortio/load.json", "fortio"),
    ("hey/report.txt", "hey"),
    ("hey/few.txt", "hey"),
    ("wrk2/report.txt", "wrk2"),
    ("wrk2/wrk.txt", "wrk2"),
    ("mlperf/server.txt", "mlperf"),
    ("mlperf/offline-invalid.txt", "mlperf"),
    ("argo/successful.yaml", "argo-analysisrun"),
    ("argo/terminated.yaml", "argo-analysisrun"),
    ("flagger/succeeded.yaml", "flagger-canary"),
    ("samples/latencies.csv", "samples"),
    ("jmeter/results.jtl", "jmeter-csv"),
    ("hey/rows.csv", "hey-csv"),
    ("ab/report.txt", "ab"),
    ("llmperf/summary.json", "llmperf"),
    ("perf-analyzer/one.csv", "perf-analyzer"),
    ("gatling/global_stats.json", "gatling-stats"),
    ("gatling/stats.json", "gatling-stats"),
    ("inferencex/row.json", "inferencex"),
    ("ghz/report.json", "ghz"),
    ("prometheus/vector.json", "prometheus-api"),
    ("prometheus/matrix.json", "prometheus-api"),
    ("prometheus/vllm.prom", "prometheus-text"),
    ("jmeter/results.xml", "jmeter-xml"),
    ("locust/ranker-1.6_stats.csv", "locust-stats"),
    ("locust/ranker-0.14_stats.csv", "locust-stats"),
    ("k6/websocket-export.json", "k6-summary-export"),
    ("genai-perf/flat-0.0.8.json", "aiperf"),
    ("genai-perf/nested-0.0.16.json", "aiperf"),
    ("artillery/report.json", "artillery"),
    ("trtllm/report.json", "trtllm-bench"),
    ("lm-eval/results.json", "lm-eval"),
    ("trivy/image.json", "trivy"),
    ("grype/image.json", "grype"),
    ("cyclonedx/model.json", "cyclonedx-ml"),
    ("vegeta/real-12.12.0.json", "vegeta-json"),
    ("hey/real-0.1.4.txt", "hey"),
    ("locust/real-2.47.0_stats.csv", "locust-stats"),
    ("wrk2/real-wrk-4.1.0.txt", "wrk2"),
];

#[test]
fn the_content_alone_tells_the_format() {
    for &(name, format) in FIXTURES {
        let bytes = fs::read(fixture(name)).expect(name);
        let found = read(bytes.clone(), EvidenceRequest::default())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(found.format, format, "{name}");
        // The name that was given must be that one; a row's own name always does.
        let asked = read(
            bytes.clone(),
            EvidenceRequest {
                format: Some(format),
                select: None,
            },
        );
        assert_eq!(asked.as_ref(), Ok(&found), "{name}");
        let other = if format == "hey" { "fortio" } else { "hey" };
        let error = read(
            bytes,
            EvidenceRequest {
                format: Some(other),
                select: None,
            },
        )
        .expect_err(name)
        .to_string();
        assert!(
            error.contains(other) && error.contains(format),
            "{name}: {error}"
        );
    }
}

#[test]
fn every_format_has_a_fixture() {
    for format in formats().filter(|format| *format != "json") {
        assert!(
            FIXTURES.iter().any(|(_, known)| *known == format),
            "{format}"
        );
    }
}

#[test]
fn every_measurement_is_finite_and_placed() {
    for (name, _) in FIXTURES {
        let found = read_fixture(name);
        for measurement in &found.measurements {
            assert!(
                measurement
                    .value
                    .number()
                    .is_none_or(|number| number.is_finite() && number >= 0.0),
                "{name}: {measurement:?}"
            );
            assert!(!measurement.at.is_empty(), "{name}: {measurement:?}");
        }
        assert!(!found.identified_by.is_empty(), "{name}");
        assert_eq!(found.known.len(), RunFact::ALL.len(), "{name}");
        let mut keys: Vec<_> = found
            .measurements
            .iter()
            .map(|found| (&found.metric, &found.statistic))
            .collect();
        keys.sort();
        let before = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), before, "{name} has a statistic twice");
    }
}

#[test]
fn each_fixture_is_claimed_by_one_reader_alone() {
    for (name, format) in FIXTURES {
        let bytes = fs::read(fixture(name)).expect(name);
        let text = String::from_utf8(bytes).expect(name);
        let content = formats::content_of(&text).expect(name);
        let claims: Vec<&str> = table::FORMATS
            .iter()
            .filter(|row| (row.detect)(&content))
            .map(|row| row.name)
            .collect();
        assert_eq!(claims, [*format], "{name}");
        assert_eq!(
            lookalikes::of(&content),
            None,
            "{name} looks like a file that is not read"
        );
    }
}

#[test]
fn an_honest_file_does_not_contradict_itself() {
    for (name, _) in FIXTURES {
        let found = read_fixture(name);
        assert_eq!(found.contradictions, [], "{name}");
    }
}

#[test]
fn look_alikes_are_refused_by_name() {
    let named = [
        (
            "Timestamp,User Count,Type,Name,Requests/s\n1,1,,Aggregated,1\n",
            "_stats.csv",
        ),
        (
            "\"Timestamp\",\"User Count\",\"Type\"\n1,1,\n",
            "Locust's history",
        ),
        ("Method,Name,Error,Occurrences\nGET,/,x,1\n", "failures"),
        ("duration (ms),status,error\n1.2,OK,\n", "ghz's CSV"),
        ("Summary:\n  Count:\t200\n  Total:\t1.0 s\n", "ghz's text"),
        ("RUN\ta.Test\tx\t1700000000000\t \t3.9\n", "simulation.log"),
        (
            "  http_req_duration..............: avg=1ms\n",
            "--summary-export",
        ),
        (
            "Requests      [total, rate, throughput]  1, 1, 1\n",
            "vegeta report",
        ),
        (":::MLLOG {\"key\": 1}\n", "mlperf_log_summary.txt"),
        ("{\"timeslices\": []}", "time slices"),
        (
            "{\"type\": \"Metric\", \"data\": {}, \"metric\": \"vus\"}",
            "k6's stream",
        ),
        (
            "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\"}",
            "CycloneDX",
        ),
        (
            "\"Name\",\"# requests\",\"50%\"\n\"GET /\",9,1\n",
            "distribution",
        ),
        (
            "\"Type\",\"Name\",\"Timestamp\",\"# requests\"\n\"None\",\"Aggregated\",1,9\n",
            "older Locust",
        ),
        (
            "Metric,avg,min,max,p99,p95\nRequest Latency (ms),1,1,1,1,1\n",
            "GenAI-Perf's CSV",
        ),
        ("<?xml version=\"1.0\"?><svg/>", "another XML"),
    ];
    for (text, part) in named {
        let error = read_text(text).expect_err(part);
        assert!(
            matches!(error, EvidenceError::LookAlike { .. }),
            "{part}: {error}"
        );
        assert!(error.to_string().contains(part), "{part}: {error}");
        assert!(error.is_about_format(), "{part}");
    }
}

#[test]
fn a_family_of_formats_can_be_named() {
    for (name, family) in [
        ("k6/summary-export.json", "k6"),
        ("vegeta/plot.hdr", "vegeta"),
        ("aiperf/cancelled.json", "genai-perf"),
    ] {
        assert!(
            open(
                &fixture(name),
                EvidenceRequest {
                    format: Some(family),
                    select: None
                }
            )
            .is_ok(),
            "{name}"
        );
    }
    let error = open(
        &fixture("k6/summary-export.json"),
        EvidenceRequest {
            format: Some("vegta"),
            select: None,
        },
    );
    let error = error.expect_err("no such format").to_string();
    assert!(error.contains("`vegta` is no known format"), "{error}");
    let error = open(
        &fixture("k6/summary-export.json"),
        EvidenceRequest {
            format: Some("flagger-canry"),
            select: None,
        },
    );
    let error = error.expect_err("no such format").to_string();
    assert!(error.contains("did you mean `flagger-canary`?"), "{error}");
}

#[test]
fn content_of_two_formats_is_ambiguous() {
    let text = r#"{"DurationHistogram": {"Count": 1}, "RequestedQPS": "1", "ActualQPS": 1,
        "latencies": {"99th": 1}, "status_codes": {}, "success": 1, "requests": 1}"#;
    let error = read_text(text).expect_err("both").to_string();
    assert!(error.contains("`vegeta-json`, `fortio`"), "{error}");
    assert!(
        read(
            text.into(),
            EvidenceRequest {
                format: Some("vegeta"),
                select: None
            }
        )
        .is_ok()
    );
}

#[test]
fn what_is_no_evidence_says_so() {
    assert_eq!(read_text(""), Err(EvidenceError::Empty));
    assert_eq!(read_text(" \n\u{feff}"), Err(EvidenceError::Unknown));
    assert_eq!(read_text("hello\n"), Err(EvidenceError::Unknown));
    assert_eq!(read_text("a,b\n1,2\n"), Err(EvidenceError::Unknown));
    assert_eq!(read_text("{}"), Err(EvidenceError::NeedsSelect));
    assert_eq!(read_text("{} {}"), Err(EvidenceError::NeedsSelect));
    assert!(matches!(
        read_text("{\"a\": }"),
        Err(EvidenceError::Syntax { syntax: "JSON", .. })
    ));
    assert!(matches!(
        read(vec![0xFF, 0xFE, 65, 0], EvidenceRequest::default()),
        Err(EvidenceError::NotText(_))
    ));
    assert!(matches!(
        read_text("kind: [\n"),
        Err(EvidenceError::Syntax { syntax: "YAML", .. })
    ));
    // Python writes it, and a value that is none is refused where it is used.
    assert_eq!(read_text("{\"a\":\n NaN}"), Err(EvidenceError::NeedsSelect));
    let twice = read_text(r#"{"success": 1, "success": 0}"#)
        .expect_err("twice")
        .to_string();
    assert!(twice.contains("duplicate key `success`"), "{twice}");
}

#[test]
fn limits_hold() {
    assert_eq!(
        read(
            vec![b' '; MAX_EVIDENCE_BYTES + 1],
            EvidenceRequest::default()
        ),
        Err(EvidenceError::TooLarge)
    );
    let deep = "[".repeat(100_000);
    assert!(matches!(
        read_text(&deep),
        Err(EvidenceError::Syntax { .. })
    ));
    let many = format!("[{}0]", "0,".repeat(content::MAX_VALUES));
    assert_eq!(
        read_text(&many),
        Err(EvidenceError::TooMany(content::MAX_VALUES))
    );
    let folder = tempfile::tempdir().expect("temporary folder");
    assert!(matches!(
        open(folder.path(), EvidenceRequest::default()),
        Err(EvidenceError::Unreadable(_))
    ));
    assert!(matches!(
        open(&folder.path().join("none"), EvidenceRequest::default()),
        Err(EvidenceError::Unreadable(_))
    ));
}

#[test]
fn evidence_is_serialised_as_rules_see_it() {
    let found = serde_json::to_value(read_fixture("vegeta/report.json")).expect("JSON");
    assert_eq!(found["format"], "vegeta-json");
    assert_eq!(found["loadShape"], "unknown");
    assert_eq!(found["known"]["loadShape"]["how"], "unknown");
    assert_eq!(found["known"]["durationSeconds"]["at"], "/duration");
    assert_eq!(found["known"]["failed"]["how"], "derived");
    assert_eq!(found["measurements"][0]["exactness"], "exact");
    assert_eq!(found["measurements"][1]["exactness"], "sketch");
    assert_eq!(found["measurements"][0]["unit"], "s");
    assert_eq!(found.get("offeredRps"), None, "absent, not null");
    assert_eq!(found["cautions"][0]["kind"], "includes-failures");
    let burst = serde_json::to_value(read_fixture("vllm/old-inf.json")).expect("JSON");
    assert_eq!(burst["offeredRps"], "unbounded");
}

/// Cuts a fixture short, or changes one byte in it.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    (
        0..FIXTURES.len(),
        any::<prop::sample::Index>(),
        any::<u8>(),
        any::<bool>(),
    )
        .prop_map(|(which, at, byte, cut)| {
            let mut bytes = fs::read(fixture(FIXTURES[which].0)).expect("fixture");
            let at = at.index(bytes.len());
            if cut {
                bytes.truncate(at);
            } else {
                bytes[at] = byte;
            }
            bytes
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn a_damaged_file_is_read_or_refused(bytes in damaged()) {
        if let Ok(found) = read(bytes, EvidenceRequest::default()) {
            prop_assert!(found.measurements.iter().all(|found| found.value.number().is_none_or(f64::is_finite)));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(MLPerf Results Summary|latency_ms|Summary:|Thread Stats requests in|\\{|kind: ).{0,40}\n.{0,60}") {
        let _ = read_text(&text);
    }
}

/// What grows with the square of the file would not end.
#[test]
fn as_many_statistics_as_a_file_can_hold_are_refused_at_once() {
    const MANY: usize = 60_000;
    let rank = |index: usize| format!("{:.6}", index as f64 * 100.0 / (MANY as f64 + 1.0));
    let keys: String = (0..MANY)
        .map(|index| format!(", \"p{}_ttft_ms\": {index}", rank(index)))
        .collect();
    let vllm =
        r#"{"completed": 9, "request_throughput": 1, "total_input_tokens": 9, "model_id": "a""#;
    let sglang = r#"{"completed": 9, "mean_e2e_latency_ms": 1, "accept_length": 1"#;
    let ab: String = (0..MANY)
        .map(|index| format!("{}% 3\n", rank(index)))
        .collect();
    let head =
        "This is ApacheBench, Version 2\nTime taken for tests: 1 seconds\nComplete requests: 9\n";
    for content in [
        format!("{vllm}{keys}}}"),
        format!("{sglang}{keys}}}"),
        format!("{head}{ab}"),
    ] {
        let error = read_text(&content).expect_err("too many");
        let said = error.to_string();
        assert!(said.contains("10000 are the most that are read"), "{said}");
    }
    // Rows and buckets are many in honest files as well.
    let columns: String = (0..MANY).map(|index| format!(",c{index}")).collect();
    let cells = ",1".repeat(MANY);
    let wide = format!("timeStamp,elapsed,label,success{columns}\n1,2,a,true{cells}\n");
    let found = read_text(&wide).expect("a result");
    assert_eq!(found.completed, Some(1));
    let name = "vllm:e2e_request_latency_seconds";
    let buckets: String = (0..MANY)
        .map(|index| format!("{name}_bucket{{le=\"{index}\"}} {index}\n"))
        .collect();
    let text = format!("# TYPE {name} histogram\n{buckets}{name}_bucket{{le=\"+Inf\"}} {MANY}\n");
    let found = read_text(&text).expect("a result");
    assert_eq!(number(&found, "request_latency", "p50"), Some(30_000.0));
}
