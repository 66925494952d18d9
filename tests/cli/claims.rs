//! Claims of ratings: numbers that are computed again from their evidence.

use super::run::{Folder, found, verdict};
use serde_json::Value as Json;

const LOG: &str = "support-chat-llm.decisions.yaml";
/// The performance of an option that has no claim.
const RATIONALE: &str = "              rationale: 3.0 rps per replica\n";
const AT: &str = "/spec/decisions/0/options/1/tradeoffs/performance";

fn project() -> Folder {
    Folder::project("support-chat-llm")
}

/// The project where the second option has this claim and this rationale.
fn claiming(claim: &str, rationale: &str) -> Folder {
    let folder = project();
    let text = folder.read(LOG);
    assert_eq!(text.matches(RATIONALE).count(), 1);
    let with = format!("              rationale: {rationale}\n              claim: {claim}\n");
    folder.file(LOG, text.replace(RATIONALE, &with));
    folder
}

fn state(report: &Json, name: &str) -> String {
    let claims = report["reviews"][0]["claims"].as_array().expect("claims");
    let mut ratings = claims.iter().filter(|claim| claim["kind"] == "rating");
    let found = ratings.find(|claim| claim["name"] == name).expect(name);
    found["state"].as_str().expect("a state").to_owned()
}

#[test]
fn ratings_without_a_claim_are_attested_in_production_and_no_finding() {
    let report = project().report(&[]);
    assert_eq!(verdict(&report), "go");
    assert_eq!(report["findings"], Json::Array(Vec::new()));
    assert_eq!(state(&report, "kserve-llm"), "met");
    assert_eq!(state(&report, "ray-serve"), "attested");
    assert_eq!(state(&report, "managed-api"), "attested");
}

#[test]
fn a_claim_is_computed_again() {
    for (claim, wanted) in [
        (
            "{metric: time_to_first_token, statistic: p95, op: lte, value: 780ms, evidence: evidence/bench-ray.json}",
            "met",
        ),
        (
            "{metric: ttft, statistic: p95, op: lte, unit: s, value: 0.78, evidence: {path: evidence/bench-ray.json, format: vllm-bench}}",
            "met",
        ),
        (
            "{metric: ttft, statistic: p95, op: lt, value: 700ms, evidence: evidence/bench-ray.json}",
            "missed",
        ),
        (
            "{metric: ttft, statistic: p95, op: gte, value: 1s, evidence: evidence/bench-ray.json}",
            "missed",
        ),
    ] {
        let report = claiming(claim, "python deploy graph").report(&[]);
        assert_eq!(state(&report, "ray-serve"), wanted, "{claim}");
        let refuted = found(&report, "claim-refuted");
        match wanted {
            "met" => {
                assert_eq!(refuted, [], "{claim}");
                assert_eq!(verdict(&report), "go", "{claim}");
            }
            _ => {
                assert_eq!(verdict(&report), "no-go", "{claim}");
                let [(severity, at, message)] = refuted[..] else {
                    panic!("{claim}: {refuted:?}");
                };
                assert_eq!((severity, at), ("error", &*format!("{AT}/claim/value")));
                assert!(message.contains("evidence/bench-ray.json"), "{message}");
            }
        }
    }
}

/// Claims that compare nothing: the rules, one of which reports each, and the beginning of the place.
const UNFIT: [(&str, &str, &str); 16] = [
    (
        "{metric: ttft, statistic: p95, op: lte, value: 780ms, evidence: evidence/gone.json}",
        "evidence-resolvable",
        "/claim/evidence",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: 780ms, evidence: 'https://example.com/a.json'}",
        "claim-refuted",
        "/claim/evidence",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: 780ms, evidence: docs/ops-review.md}",
        "claim-refuted",
        "/claim/evidence",
    ),
    (
        "{metric: nothing, statistic: p95, op: lte, value: 780ms, evidence: evidence/bench-ray.json}",
        "claim-refuted",
        "/claim/evidence",
    ),
    (
        "{metric: ttft, statistic: p99.9, op: lte, value: 780ms, evidence: evidence/bench-ray.json}",
        "claim-refuted",
        "/claim/evidence",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: 780, evidence: evidence/bench-ray.json}",
        "claim-refuted",
        "/claim",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: 780, unit: furlongs, evidence: evidence/bench-ray.json}",
        "claim-refuted",
        "/claim",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: 780ms, unit: s, evidence: evidence/bench-ray.json}",
        "claim-refuted",
        "/claim",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: soon, evidence: evidence/bench-ray.json}",
        "claim-refuted",
        "/claim",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: 780 rps, evidence: evidence/bench-ray.json}",
        "claim-refuted",
        "/claim/evidence",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: .nan, unit: ms, evidence: evidence/bench-ray.json}",
        "schema-valid|claim-refuted",
        "/claim",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: [780], evidence: evidence/bench-ray.json}",
        "schema-valid",
        "/claim/value",
    ),
    (
        "{metric: ttft, statistic: p42, op: lte, value: 780ms, evidence: evidence/bench-ray.json}",
        "schema-valid",
        "/claim/statistic",
    ),
    (
        "{metric: ttft, statistic: p95, op: about, value: 780ms, evidence: evidence/bench-ray.json}",
        "schema-valid",
        "/claim/op",
    ),
    (
        "{metric: ttft, statistic: p95, op: lte, value: 780ms}",
        "schema-valid",
        "/claim",
    ),
    ("fast", "schema-valid", "/claim"),
];

#[test]
fn what_cannot_be_computed_is_an_error_at_the_claim_and_never_a_pass() {
    for (claim, rule, at) in UNFIT {
        let report = claiming(claim, "python deploy graph").report(&[]);
        let errors: Vec<_> = rule
            .split('|')
            .flat_map(|rule| found(&report, rule))
            .filter(|(severity, place, _)| {
                *severity == "error" && place.starts_with(&format!("{AT}{at}"))
            })
            .collect();
        assert_eq!(errors.len(), 1, "{claim}: {report:#}");
        assert_eq!(state(&report, "ray-serve"), "unjudged", "{claim}");
        assert_eq!(verdict(&report), "no-go", "{claim}");
    }
}

#[test]
fn a_rationale_with_another_number_is_a_warning() {
    let claim =
        "{metric: ttft, statistic: p95, op: lte, value: 780ms, evidence: evidence/bench-ray.json}";
    for (rationale, number) in [
        ("p95 TTFT of 650ms", Some("`650ms`")),
        ("p95 TTFT of 780ms", None),
        ("p95 TTFT of 770ms", None),
        ("p95 TTFT within 800ms", None),
        ("p50 TTFT of 300ms", None),
        ("3.0 rps per replica", None),
    ] {
        let report = claiming(claim, rationale).report(&[]);
        let warned = found(&report, "rationale-contradicts-claim");
        match number {
            Some(number) => {
                let [(severity, at, message)] = warned[..] else {
                    panic!("{rationale}: {warned:?}");
                };
                assert_eq!((severity, at), ("warning", &*format!("{AT}/rationale")));
                assert!(message.contains(number), "{message}");
            }
            None => assert_eq!(warned, [], "{rationale}"),
        }
        assert_eq!(verdict(&report), "go", "{rationale}");
    }
}

#[test]
fn claims_outside_of_production_weigh_less() {
    let claim =
        "{metric: ttft, statistic: p95, op: lt, value: 700ms, evidence: evidence/bench-ray.json}";
    let folder = claiming(claim, "python deploy graph");
    let spec = "support-chat-llm.serving.yaml";
    let text = folder.read(spec);
    folder.file(
        spec,
        text.replace("environment: production", "environment: staging"),
    );
    let report = folder.report(&[]);
    let refuted = found(&report, "claim-refuted");
    assert_eq!(
        refuted.iter().map(|found| found.0).collect::<Vec<_>>(),
        ["warning"]
    );
}
