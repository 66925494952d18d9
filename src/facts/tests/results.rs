//! What results become in the unit of a claim, from files in the shapes of their tools.

use super::*;
use crate::evidence::{EvidenceRequest, Reading, Reference, Status, read};
use std::{path::Path, sync::Arc};

/// Answers from the fixtures of evidence, without an archive.
pub(super) fn look(reference: Reference<'_>) -> Reading {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/evidence")
        .join(reference.path);
    let request = EvidenceRequest {
        format: reference.format,
        select: reference.select,
    };
    match std::fs::read(path).map(|bytes| read(bytes, request)) {
        Ok(Ok(evidence)) => Reading {
            status: Status::Read,
            reason: None,
            evidence: Some(Arc::new(evidence)),
            binding: None,
        },
        Ok(Err(error)) => Reading {
            status: Status::UnknownFormat,
            reason: Some(error.to_string()),
            evidence: None,
            binding: None,
        },
        Err(_) => Reading {
            status: match crate::evidence::is_url(reference.path) {
                true => Status::Remote,
                false => Status::Missing,
            },
            reason: None,
            evidence: None,
            binding: None,
        },
    }
}

/// The results of one item, and what they leave open.
fn results(item: Json) -> (Json, Vec<String>) {
    let document = json!({"spec": {"items": [item]}});
    let root = node(&document);
    let kind = Subject::VerificationChecklist;
    let mut facts = derive(kind, &root, Assumed::default());
    let gaps = measure(&mut facts, &root, Assumed::default(), &look);
    let facts = facts.to_json();
    (
        facts["items"][0]["results"].clone(),
        gaps.into_iter().map(|gap| gap.what).collect(),
    )
}

fn result(metric: &str, statistic: &str, unit: &str, evidence: Json) -> Json {
    let metric = json!({"name": metric, "statistic": statistic, "unit": unit});
    results(json!({"id": "A", "metric": metric, "evidence": [evidence]})).0[0].clone()
}

fn value(metric: &str, statistic: &str, unit: &str, file: &str) -> Json {
    result(metric, statistic, unit, json!(file))["result"]["value"].clone()
}

#[test]
fn every_tools_unit_becomes_that_of_the_claim() {
    let table = [
        // vegeta writes nanoseconds.
        (
            "request_latency",
            "p99",
            "ns",
            "vegeta/report.json",
            41_300_000.0,
        ),
        (
            "request_latency",
            "p99",
            "us",
            "vegeta/report.json",
            41_300.0,
        ),
        ("request_latency", "p99", "ms", "vegeta/report.json", 41.3),
        ("request_latency", "p99", "s", "vegeta/report.json", 0.0413),
        // k6 and vLLM write milliseconds, fortio and hey seconds, MLPerf nanoseconds.
        (
            "http_req_duration",
            "p95",
            "s",
            "k6/summary-export.json",
            0.041_25,
        ),
        ("ttft", "p95", "s", "vllm/bench-3.2rps.json", 0.6124),
        (
            "time_per_output_token",
            "p95",
            "ms/token",
            "vllm/bench-3.2rps.json",
            46.6,
        ),
        ("latency", "p99", "ms", "fortio/load.json", 41.3),
        // A ratio is a hundredth of its percent, and an error ratio the rest of a success ratio.
        (
            "error_ratio",
            "ratio",
            "percent",
            "k6/summary-export.json",
            0.2,
        ),
        (
            "success_ratio",
            "value",
            "ratio",
            "vegeta/report.json",
            0.999_72,
        ),
    ];
    for (metric, statistic, unit, file, expected) in table {
        let found = value(metric, statistic, unit, file).as_f64();
        let near = found.is_some_and(|found| (found - expected).abs() <= expected.abs() * 1e-9);
        assert!(
            near,
            "{metric} {statistic} in {unit} of {file}: {found:?}, not {expected}"
        );
    }
}

#[test]
fn a_unit_of_another_kind_is_no_guess() {
    let table = [
        ("request_latency", "p99", "ratio", "s"),
        ("availability", "ratio", "ms", "ratio"),
        ("throughput", "mean", "tokens/s", "requests/s"),
        ("throughput", "mean", "furlongs", "1/s"),
        ("request_latency", "p99", "enum", "a number"),
    ];
    for (metric, statistic, unit, holds) in table {
        let found = result(metric, statistic, unit, json!("vegeta/report.json"));
        assert_eq!(found["lacking"], "dimension", "{metric} in {unit}: {found}");
        assert_eq!(found["holdsUnit"], holds, "{metric} in {unit}");
        assert!(found.get("result").is_none());
    }
    assert!(value("throughput", "mean", "queries/s", "vegeta/report.json").is_number());
    assert!(
        value(
            "output_token_throughput",
            "mean",
            "tokens/s",
            "vllm/bench-3.2rps.json"
        )
        .is_number()
    );
    let found = result(
        "output_token_throughput",
        "mean",
        "queries/s",
        json!("vllm/bench-3.2rps.json"),
    );
    assert_eq!(found["holdsUnit"], "tokens/s");
}

#[test]
fn a_value_without_a_unit_is_only_taken_where_it_is_selected() {
    let drill =
        json!({"path": "json/drill.json", "format": "json", "select": "/runs/1/duration_seconds"});
    let found = result("rollback_duration", "max", "s", drill);
    assert_eq!(
        (&found["result"]["value"], &found["result"]["unit"]),
        (&json!(94), &json!("s"))
    );
    assert!(found["result"].get("samplesNeeded").is_none());
}

#[test]
fn the_number_of_a_query_is_taken_in_the_unit_of_the_item_and_attested() {
    let item = |threshold: f64| {
        json!({
            "metric": {"name": "errors", "statistic": "max", "unit": "ratio"},
            "op": "lte", "threshold": threshold, "evidence": ["argo/successful.yaml"],
        })
    };
    let (found, _) = results(item(1.0));
    assert_eq!(found[0]["result"]["unitIsClaimed"], true);
    assert!(found[0]["result"]["value"].is_number(), "{found}");
    assert_eq!(standing(item(1.0))["state"], "attested");
    assert_eq!(standing(item(0.0))["state"], "missed");
}

/// How far an item is shown.
fn standing(item: Json) -> Json {
    let document = json!({"spec": {"items": [item]}});
    let root = node(&document);
    let mut facts = derive(Subject::VerificationChecklist, &root, Assumed::default());
    let today = crate::units::day_number("2026-10-10");
    let assumed = Assumed {
        today,
        ..Assumed::default()
    };
    measure(&mut facts, &root, assumed, &look);
    facts.to_json()["items"][0]["standing"].clone()
}

/// An item whose evidence is one reference, within its threshold unless it is edited.
fn item(edits: Json) -> Json {
    let mut item = json!({
        "id": "A", "owner": "priya.s",
        "metric": {"name": "request_latency", "statistic": "p99", "unit": "ms"},
        "op": "lte", "threshold": 50,
        "evidence": [{"path": "vegeta/report.json", "collectedAt": "2026-10-09"}],
    });
    for (key, value) in edits.as_object().expect("edits") {
        item[key] = value.clone();
    }
    item
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn an_item_is_met_only_where_a_result_was_compared_with_its_own_threshold() {
    let waiver = json!({"by": "m.osei", "reason": "next release", "expires": "2026-10-10"});
    let remote = json!(["https://example.com/report.json"]);
    let table = [
        (json!({"threshold": 41.3}), "met", None),
        (
            json!({"threshold": 41.2}),
            "missed",
            Some("a result misses the threshold"),
        ),
        (json!({"op": "lt", "threshold": 41.3}), "missed", None),
        (json!({"threshold": 41.2, "waiver": waiver}), "missed", None),
        (json!({"threshold": 50, "reported": 90}), "met", None),
        (
            json!({"evidence": [], "reported": 90}),
            "missed",
            Some("the reported value misses"),
        ),
        (
            json!({"evidence": [], "reported": 40}),
            "unjudged",
            Some("it has no evidence"),
        ),
        (
            json!({"evidence": remote}),
            "unjudged",
            Some("is a remote address, which is not fetched"),
        ),
        (
            json!({"evidence": remote, "waiver": waiver}),
            "attested",
            Some("waived by m.osei: `https:"),
        ),
        (
            json!({"evidence": remote, "waiver": {"by": "m.osei", "reason": "x", "expires": "2026-10-09"}}),
            "unjudged",
            Some("its waiver expired on 2026-10-09"),
        ),
        (
            json!({"evidence": remote, "waiver": {"by": "priya.s", "reason": "x", "expires": "2026-12-01"}}),
            "unjudged",
            Some("its waiver is by its own owner"),
        ),
        (
            json!({"evidence": remote, "waiver": {"by": "m.osei"}}),
            "unjudged",
            Some("lacks a name or a reason"),
        ),
        (
            json!({"evidence": ["vegeta/none.json"]}),
            "unjudged",
            Some("does not exist"),
        ),
        (
            json!({"evidence": ["vegeta/report.json", "https://example.com/b.json"]}),
            "attested",
            Some("remote"),
        ),
        (
            json!({"threshold": "fast enough"}),
            "unjudged",
            Some("its threshold is text"),
        ),
        (
            json!({"threshold": null}),
            "unjudged",
            Some("it has no threshold"),
        ),
        (json!({"op": null}), "unjudged", Some("it has no operator")),
        (
            json!({"op": "about"}),
            "unjudged",
            Some("could be compared"),
        ),
        (
            json!({"metric": {"name": "ttft", "statistic": "p99", "unit": "ms"}}),
            "unjudged",
            Some("does not hold the metric"),
        ),
        (
            json!({"metric": {"name": "request_latency", "statistic": "p99", "unit": "ratio"}}),
            "unjudged",
            Some("the value in `vegeta/report.json` is s"),
        ),
        (
            json!({
                "metric": {"name": "analysis_phase", "statistic": "phase", "unit": "enum"},
                "op": "eq", "threshold": "Successful", "evidence": ["argo/terminated.yaml"],
            }),
            "unjudged",
            Some("shows nothing: the run was terminated"),
        ),
        (
            json!({"conditions": {"replicas": 1}}),
            "attested",
            Some("how many replicas served"),
        ),
        (
            json!({
                "metric": {"name": "rollback_duration", "statistic": "max", "unit": "s"}, "threshold": 100,
                "evidence": [{"path": "json/drill.json", "format": "json", "select": "/runs/1/duration_seconds"}],
            }),
            "attested",
            Some("only the reference to it says"),
        ),
    ];
    for (edits, state, because) in table {
        let found = standing(item(edits.clone()));
        assert_eq!(found["state"], state, "{edits}: {found}");
        let told = found["because"].as_str().unwrap_or_default();
        assert!(
            told.contains(because.unwrap_or_default()),
            "{edits}: {told}"
        );
    }
}

#[test]
fn a_phase_is_text() {
    let found = result(
        "analysis_phase",
        "phase",
        "enum",
        json!("argo/successful.yaml"),
    );
    assert_eq!(found["result"]["text"], "Successful");
    assert!(found["fewestMeasurements"].is_number());
    let found = result(
        "analysis_phase",
        "phase",
        "ms",
        json!("argo/successful.yaml"),
    );
    assert_eq!(found["holdsUnit"], "text");
}

#[test]
fn samples_are_those_of_the_statistic_at_the_confidence() {
    let table = [("p50", 5), ("p95", 59), ("p99", 299)];
    for (statistic, needed) in table {
        let found = result(
            "request_latency",
            statistic,
            "ms",
            json!("vegeta/report.json"),
        );
        assert_eq!(found["result"]["samplesNeeded"], needed, "{statistic}");
        assert!(found["result"]["samples"].is_u64(), "{statistic}");
    }
    let found = result("request_latency", "p99.9", "ms", json!("fortio/load.json"));
    assert_eq!(found["result"]["samplesNeeded"], 2_995);
    let found = result("request_latency", "mean", "ms", json!("vegeta/report.json"));
    assert!(found["result"].get("samplesNeeded").is_none());
}

#[test]
fn what_is_not_in_the_file_is_named_with_what_is() {
    let found = result(
        "request_latency",
        "p99.9",
        "ms",
        json!("vegeta/report.json"),
    );
    assert_eq!(found["lacking"], "statistic");
    assert!(
        found["holds"]
            .as_array()
            .is_some_and(|held| held.contains(&json!("p99"))),
        "{found}"
    );
    let found = result(
        "time_to_first_token",
        "p99",
        "ms",
        json!("vegeta/report.json"),
    );
    assert_eq!(found["lacking"], "metric");
    assert!(
        found["holds"]
            .as_array()
            .is_some_and(|held| held.contains(&json!("request_latency")))
    );
}

#[test]
fn what_contradicts_itself_is_neither_lacking_nor_used() {
    let contradicting = |reference: Reference<'_>| {
        let text = include_str!("../../../fixtures/evidence/vllm/bench-3.2rps.json");
        let text = text.replace("\"p95_ttft_ms\": 612.4", "\"p95_ttft_ms\": 812.4");
        let evidence = read(text.into_bytes(), EvidenceRequest::default()).expect("vllm");
        let evidence = Some(Arc::new(evidence));
        Reading {
            evidence,
            ..look(reference)
        }
    };
    let metric = json!({"name": "ttft", "statistic": "p95", "unit": "ms"});
    let item = json!({"id": "A", "metric": metric, "evidence": ["vllm/bench-3.2rps.json"]});
    let root = node(&json!({"spec": {"items": [item]}}));
    let mut facts = derive(Subject::VerificationChecklist, &root, Assumed::default());
    let gaps = measure(&mut facts, &root, Assumed::default(), &contradicting);
    let found = facts.to_json()["items"][0]["results"][0].clone();
    assert_eq!(found["lacking"], "withdrawn");
    assert!(
        found.get("result").is_none() && found.get("holds").is_none(),
        "{found}"
    );
    let told = gaps
        .iter()
        .any(|gap| gap.what == "a usable `p95` of `ttft`");
    assert!(told, "{gaps:?}");
}

#[test]
fn dates_need_no_clock_and_may_lack_an_offset() {
    let found = result("request_latency", "p99", "ms", json!("vegeta/report.json"));
    assert_eq!(found["startedDay"], 20_732);
    assert!(found.get("startedLocally").is_none());
    let found = result("ttft", "p95", "ms", json!("vllm/bench-3.2rps.json"));
    assert!(
        found["startedDay"].is_i64() && found["startedLocally"] == true,
        "{found}"
    );
}

#[test]
fn entries_keep_their_order_whatever_they_are() {
    let metric = json!({"name": "request_latency", "statistic": "p99", "unit": "ms"});
    let evidence = json!(["none.json", 7, {"format": "k6"}, "vegeta/report.json", "../Cargo.toml"]);
    let (found, _) = results(json!({"metric": metric, "evidence": evidence}));
    let status: Vec<&str> = found
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["status"].as_str().expect("a word"))
        .collect();
    assert_eq!(status[..4], ["missing", "unreadable", "unreadable", "read"]);
    assert_eq!(found[3]["at"], json!(["spec", "items", 0, "evidence", 3]));
}

#[test]
fn conditions_that_the_file_leaves_open_are_named() {
    let metric = json!({"name": "request_latency", "statistic": "p99", "unit": "ms"});
    let conditions = json!({"offeredRps": 1, "duration": "1m", "replicas": 1, "inputTokens": 5});
    let item = json!({"metric": metric, "conditions": conditions, "minSamples": 5, "evidence": ["vegeta/plot.hdr"]});
    let (_, gaps) = results(item);
    for what in [
        "the load",
        "how long it ran",
        "how many replicas served",
        "the tokens of a prompt",
        "how many requests failed",
        "when it ran",
    ] {
        assert!(gaps.iter().any(|gap| gap == what), "{what}: {gaps:?}");
    }
}

#[test]
fn capacity_is_judged_by_the_statistic_of_its_objective() {
    let spec = |slo: Json| {
        json!({"spec": {
            "slos": [slo],
            "capacity": {"perReplica": {"throughputRps": 3.2, "atSlo": "x", "evidence": "vllm/bench-3.2rps.json"}},
        }})
    };
    let facts = |document: Json| {
        let root = node(&document);
        let mut facts = derive(Subject::ServingSpec, &root, Assumed::default());
        measure(&mut facts, &root, Assumed::default(), &look);
        facts.to_json()["capacityResults"][0].clone()
    };
    let latency = json!({"name": "x", "indicator": {"type": "time_to_first_token"}, "target": 0.95, "value": "800ms"});
    assert_eq!(facts(spec(latency))["result"]["value"], 0.6124);
    let availability = json!({"name": "x", "indicator": {"type": "availability"}, "target": 0.99});
    assert!(facts(spec(availability))["result"]["value"].is_number());
    let quality = json!({"name": "x", "indicator": {"type": "quality"}, "target": 0.99});
    assert!(facts(spec(quality)).get("result").is_none());
}
