//! Results beside latency through `check`: scores of an evaluation, findings of scanners, bills of materials.

use super::run::{Answer, Folder, GOOD};

const SCORES: &str = include_str!("../../fixtures/evidence/lm-eval/results.json");
const TRIVY: &str = include_str!("../../fixtures/evidence/trivy/image.json");
const GRYPE: &str = include_str!("../../fixtures/evidence/grype/image.json");
const BILL: &str = include_str!("../../fixtures/evidence/cyclonedx/model.json");

/// The findings about one item: its category, metric and target, and the rest of it.
fn check(category: &str, metric: &str, target: &str, rest: &str, file: &str) -> Answer {
    let checklist = format!(
        "\
apiVersion: servelint/v1alpha1
kind: VerificationChecklist
metadata: {{name: feed-ranker, owner: team-feed-relevance}}
spec:
  servingSpec: feed-ranker
  revision: 31
  items:
    - id: Q-1
      title: What was measured beside latency
      category: {category}
      gate: blocking
      metric: {metric}
      {target}
      method: {{tool: script}}
      evidence: [{{path: evidence/result.json, collectedAt: 2026-10-06}}]
      owner: priya.s
{rest}"
    );
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("spec.yaml", GOOD),
        ("checklist.yaml", &checklist),
        ("evidence/result.json", file),
    ]);
    folder.check(&["."])
}

const STRICT: &str = "{name: \"gsm8k/exact_match,strict-match\", statistic: value, unit: ratio}";

#[test]
fn a_score_is_compared_with_its_target() {
    let scores = SCORES.replace("acme/chat-8b", "feed-ranker");
    let score =
        |metric: &str, target: &str, rest: &str| check("quality", metric, target, rest, &scores);
    let met = score(
        STRICT,
        "op: gte\n      threshold: 0.75",
        "      minSamples: 1000\n",
    );
    met.exits(0).keeps_quiet_about("[");
    let percent = STRICT.replace("unit: ratio", "unit: percent");
    score(&percent, "op: gte\n      threshold: 80", "")
        .exits(1)
        .says("threshold-not-met")
        .says("is 76.19 percent in `evidence/result.json`, not at least 80 percent");
    score(
        STRICT,
        "op: gte\n      threshold: 0.7",
        "      reported: 0.81\n",
    )
    .exits(1)
    .says("reported-value-mismatch")
    .says("has 0.7619");
    score(
        STRICT,
        "op: gte\n      threshold: 0.7",
        "      minSamples: 2000\n",
    )
    .says("evidence-too-few-samples")
    .says("requires at least 2000 samples, but `evidence/result.json` has 1319");
    // Which filter takes the answer out of the text is a part of what was measured.
    let any = STRICT.replace(",strict-match", "");
    score(&any, "op: gte\n      threshold: 0.7", "")
        .says("percentile-not-in-evidence")
        .says("gsm8k/exact_match,flexible-extract");
}

#[test]
fn a_score_without_a_unit_is_attested_and_no_ratio_above_one() {
    let scores = SCORES.replace("acme/chat-8b", "feed-ranker");
    let bleu = |unit: &str, threshold: &str| {
        let metric = format!("{{name: wmt/bleu, statistic: value, unit: {unit}}}");
        let target = format!("op: gte\n      threshold: {threshold}");
        check("quality", &metric, &target, "", &scores)
    };
    bleu("percent", "30").exits(0).says("1 attested");
    bleu("percent", "35").exits(1).says("threshold-not-met");
    bleu("ratio", "0.3")
        .exits(1)
        .says("unjudged")
        .says("a number that is no ratio");
}

#[test]
fn a_part_of_a_task_proves_nothing() {
    let part = SCORES
        .replace("acme/chat-8b", "feed-ranker")
        .replace("\"limit\": null", "\"limit\": 100");
    check(
        "quality",
        STRICT,
        "op: gte\n      threshold: 0.7",
        "",
        &part,
    )
    .exits(1)
    .says("only a part of each task was evaluated (`limit` is 100)");
}

fn severity(name: &str) -> String {
    format!("{{name: {name}, statistic: value, unit: count}}")
}

#[test]
fn findings_of_a_scan_are_counted_by_severity() {
    let none = "op: lte\n      threshold: 0";
    let scan = |file: &str, name: &str| check("security", &severity(name), none, "", file);
    // The image is that of the specification; the one in the fixtures is not.
    let served = "0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f41d0c2b3a4f5e6d7c8b9a";
    let image = |text: &str| {
        text.replace("registry.example.com/ranker", "nvcr.io/nvidia/tritonserver")
            .replace(&"ab".repeat(32), served)
    };
    let trivy = image(TRIVY);
    scan(&trivy, "vulnerabilities/critical")
        .exits(1)
        .says("`vulnerabilities/critical` is 1 count in `evidence/result.json`");
    scan(&image(GRYPE), "critical_vulnerabilities").keeps_quiet_about("threshold-not-met");
    scan(&image(GRYPE), "vulnerabilities/high").says("threshold-not-met");
    scan(&trivy, "secrets/critical")
        .says("percentile-not-in-evidence")
        .says("holds no `secrets/critical`");
    for name in ["vulnerabilities/critical", "vulnerabilities/high"] {
        // Rules on load have nothing to say about a scan.
        scan(&trivy, name)
            .keeps_quiet_about("evidence-load")
            .keeps_quiet_about("evidence-error-ratio")
            .keeps_quiet_about("evidence-too-few-samples")
            .keeps_quiet_about("how many requests failed");
    }
}

#[test]
fn a_scan_of_which_nothing_shows_what_it_reports_is_attested() {
    let clean = r#"{"SchemaVersion": 2, "CreatedAt": "2026-10-06T09:00:00Z", "ArtifactName": "a", "ArtifactType": "filesystem",
        "Results": [{"Target": "a", "Class": "os-pkgs"}]}"#;
    let none = "op: lte\n      threshold: 0";
    check(
        "security",
        &severity("vulnerabilities/high"),
        none,
        "",
        clean,
    )
    .exits(0)
    .says("does not tell which severities the scan was told to report")
    .says("1 attested");
    let low = clean.replace(
        "\"os-pkgs\"",
        "\"os-pkgs\", \"Vulnerabilities\": [{\"Severity\": \"LOW\"}]",
    );
    check(
        "security",
        &severity("vulnerabilities/high"),
        none,
        "",
        &low,
    )
    .exits(0)
    .keeps_quiet_about("which severities")
    .says("1 met");
}

#[test]
fn a_scan_of_another_image_is_of_another_subject() {
    check(
        "security",
        &severity("vulnerabilities/low"),
        "op: lte\n      threshold: 5",
        "",
        TRIVY,
    )
    .says("evidence-wrong-subject")
    .says("`registry.example.com/ranker@sha256:");
}

#[test]
fn a_bill_of_materials_is_counted_and_a_card_is_a_claim() {
    let bill = BILL
        .replace("\"acme\"", "\"\"")
        .replace("\"name\": \"ranker\"", "\"name\": \"feed-ranker\"");
    let supply = |name: &str, unit: &str, target: &str| {
        let metric = format!("{{name: {name}, statistic: value, unit: {unit}}}");
        check("security", &metric, target, "", &bill)
    };
    supply(
        "models_without_hash",
        "count",
        "op: lte\n      threshold: 0",
    )
    .exits(0)
    .says("1 met");
    supply(
        "models_without_licence",
        "count",
        "op: lte\n      threshold: 0",
    )
    .exits(1)
    .says("threshold-not-met");
    supply("accuracy/en", "ratio", "op: gte\n      threshold: 0.8")
        .exits(0)
        .says("1 attested");
}

#[test]
fn a_scan_is_no_load_test() {
    let target = "op: lte\n      threshold: 5";
    check("load", &severity("vulnerabilities/low"), target, "", TRIVY)
        .says("item-measures-something-else")
        .says("is about a load, but `evidence/result.json` is the report of a scanner");
    let rest = "      verifies: [slo/availability]\n";
    check("security", &severity("vulnerabilities/low"), target, rest, TRIVY)
        .says("verifies SLO `availability`, which limits `availability`, but `evidence/result.json` is the report of a scanner");
}
