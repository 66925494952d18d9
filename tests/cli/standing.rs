//! What a verdict rests on: states, gates, drafts, and what nobody reviewed.

use super::run::{DAY, Folder};
use crate::common::{files::copy, projects::project};

const SPEC: &str = "apiVersion: servelint/v1alpha1\nkind: ServingSpec\nmetadata: {name: chat, owner: team-chat, revision: 3}\nspec:\n  environment: staging\n  tier: standard\n  scope: {inScope: [answers], outOfScope: [batch]}\n  assumptions: []\n  noAssumptions: staging replays recorded traffic\n  constraints:\n    - {id: C1, kind: latency, hard: true, statement: the caller gives up after 2s}\n  model: {name: m, uri: \"s3://models/m\", digest: \"sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4\"}\n  serving: {platform: argo-rollouts, mode: online}\n  slos:\n    - name: availability\n      indicator: {type: availability, measuredAt: gateway}\n      target: 0.99\n      window: {duration: 30d, isRolling: true}\n";

const POD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: chat}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: chat}}\n  template:\n    metadata: {labels: {app: chat}}\n    spec:\n      containers:\n        - name: server\n          image: \"vllm/vllm-openai@sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4\"\n          args: [\"--model=m\", \"--revision=9f3a6c1d0f5b4a7e8c2d1b0a9e8f7d6c5b4a3f21\"]\n          resources: {limits: {nvidia.com/gpu: 1, memory: 24Gi}}\n          readinessProbe: {httpGet: {path: /health, port: 8000}}\n";

/// An AnalysisRun whose errors were always this value, written as Argo writes it.
fn run(value: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\nmetadata: {{name: chat-3}}\nspec: {{metrics: [{{name: errors}}]}}\nstatus:\n  phase: Successful\n  startedAt: \"2026-10-06T09:20:00Z\"\n  completedAt: \"2026-10-06T10:20:00Z\"\n  metricResults:\n    - name: errors\n      phase: Successful\n      count: 1\n      measurements: [{{phase: Successful, value: \"{value}\"}}]\n"
    )
}

fn checklist(evidence: &str, gate: &str) -> String {
    format!(
        "apiVersion: servelint/v1alpha1\nkind: VerificationChecklist\nmetadata: {{name: chat, owner: team-chat}}\nspec:\n  servingSpec: chat\n  revision: 3\n  items:\n    - id: CAN-1\n      title: Errors of the canary\n      category: canary\n      gate: {gate}\n      verifies: [slo/availability]\n      metric: {{name: errors, statistic: max, unit: ratio}}\n      op: lte\n      threshold: 0.005\n      evidence:\n        - {evidence}\n      owner: ada\n"
    )
}

const RUN: &str =
    "{path: evidence/run.yaml, format: argo-analysisrun, collectedAt: 2026-10-06T10:20:00Z}";

#[test]
fn a_number_of_an_analysis_is_compared_as_a_vector_and_as_a_number() {
    for (value, code, says) in [
        ("[0.5]", 1, "no-go in staging: 1 missed"),
        ("0.5", 1, "no-go in staging: 1 missed"),
        ("[0.001]", 0, "go in staging: 1 attested"),
        ("0.001", 0, "go in staging: 1 attested"),
        ("many", 1, "no-go in staging: 1 unjudged"),
        ("[]", 1, "no-go in staging: 1 unjudged"),
    ] {
        let folder = Folder::with(&[
            ("spec.yaml", SPEC),
            ("checks.yaml", &checklist(RUN, "blocking")),
            ("evidence/run.yaml", &run(value)),
        ]);
        let answer = folder.check(&[]);
        answer.exits(code).says(says);
    }
}

/// A run whose file states that it shows nothing, and items that it would satisfy.
#[test]
fn an_analysis_that_shows_nothing_meets_nothing() {
    let number = checklist(RUN, "blocking");
    let phase = number
        .replace(
            "statistic: max, unit: ratio",
            "statistic: phase, unit: enum",
        )
        .replace("op: lte", "op: eq")
        .replace("threshold: 0.005", "threshold: Successful");
    let good = run("[0.001]");
    let failed = |phase: &str| good.replacen("phase: Successful", &format!("phase: {phase}"), 1);
    let dry = |pattern: &str| {
        let spec = format!("spec: {{dryRun: [{{metricName: \"{pattern}\"}}], metrics");
        good.replace("spec: {metrics", &spec)
    };
    let unmeasured = good.replace(
        "      measurements: [{phase: Successful, value: \"[0.001]\"}]\n",
        "",
    );
    for (run, says) in [
        (failed("Failed"), "the run as a whole is `Failed`"),
        (failed("Error"), "the run as a whole is `Error`"),
        (
            failed("Inconclusive"),
            "the run as a whole is `Inconclusive`",
        ),
        (dry("err"), "metric `errors` is in dry run"),
        (dry(".*"), "metric `errors` is in dry run"),
        (unmeasured, "metric `errors` has no measurements"),
    ] {
        for list in [&number, &phase] {
            let folder = Folder::with(&[
                ("spec.yaml", SPEC),
                ("checks.yaml", list),
                ("evidence/run.yaml", &run),
            ]);
            let answer = folder.check(&[]);
            answer
                .exits(1)
                .says("no-go in staging: 1 unjudged")
                .says(says);
        }
    }
    // That a bad revision fails its analysis can be what an item is about.
    let drill = phase
        .replace("name: errors", "name: analysis_phase")
        .replace("threshold: Successful", "threshold: Failed");
    for (list, run, code) in [
        (&phase, &good, 0),
        (&phase, &dry("^rr"), 0),
        (&drill, &failed("Failed"), 0),
        (&drill, &good, 1),
    ] {
        let folder = Folder::with(&[
            ("spec.yaml", SPEC),
            ("checks.yaml", list),
            ("evidence/run.yaml", run),
        ]);
        folder.check(&[]).exits(code).keeps_quiet_about("unjudged");
    }
}

#[test]
fn an_analysis_of_another_service_is_an_error() {
    let folder = Folder::new();
    copy(&project("support-chat-llm"), &folder.path, &|_| true);
    let file = "evidence/analysisrun-v7.yaml";
    let list = "support-chat-llm.checklist.yaml";
    let text = folder.read(list);
    let sum =
        "          sha256: 998105767c7f1a9d4dfd16eca87bc69763f1d68c4c232e45bb940037e7f88483\n";
    assert!(text.contains(sum));
    folder.file(list, text.replace(sum, ""));
    let run = folder.read(file);
    folder.check(&[]).exits(0);
    folder.file(
        file,
        run.replace("namespace: support-chat\n", "namespace: search\n"),
    );
    folder
        .check(&[])
        .exits(1)
        .says("error[evidence-wrong-subject]")
        .says("is about the namespace `search`, but the manifests have `support-chat`");
    // A label that no manifest has tells nothing.
    folder.file(
        file,
        run.replace("labels: {app: support-chat-llm}", "labels: {team: x}"),
    );
    folder.check(&[]).exits(0);
}

#[test]
fn what_only_advises_and_was_not_judged_is_a_warning() {
    let remote = "{path: \"https://results.example.com/run\", collectedAt: 2026-10-06T10:20:00Z}";
    let folder = Folder::with(&[
        ("spec.yaml", SPEC),
        ("checks.yaml", &checklist(remote, "advisory")),
    ]);
    let answer = folder.check(&[]);
    answer
        .exits(0)
        .says("warning[unjudged] item `CAN-1` was not judged: `https://results.example.com/run` is a remote address, which is not fetched")
        .says("verdict: chat go in staging: 1 warning");
}

#[test]
fn a_declared_artifact_that_holds_no_manifest_was_not_judged() {
    let spec = format!("{SPEC}  artifacts:\n    - {{role: rollout, path: docs/rollback.md}}\n");
    let folder = Folder::with(&[("spec.yaml", &spec), ("docs/rollback.md", "# Back\n")]);
    let answer = folder.check(&[]);
    answer
        .exits(1)
        .says("error[unjudged] artifact `docs/rollback.md` was not judged: it holds no manifest of a kind that is read")
        .says("no-go in staging: 1 unjudged; 1 error; gates: unjudged rollout");
}

#[test]
fn nobody_waives_what_was_missed_or_not_judged() {
    let waiver = |rule: &str| {
        format!("# servelint: allow[{rule}] until=2027-01-31 by=bob reason=\"later\"\n")
    };
    let checks = checklist(RUN, "blocking");
    for (value, rule, state) in [
        ("0.5", "threshold-not-met", "missed"),
        ("many", "unjudged", "unjudged"),
    ] {
        let text = checks.replace("spec:\n", &format!("{}spec:\n", waiver(rule)));
        let folder = Folder::with(&[
            ("spec.yaml", SPEC),
            ("checks.yaml", &text),
            ("evidence/run.yaml", &run(value)),
        ]);
        let answer = folder.check(&[]);
        answer
            .exits(1)
            .says(&format!(
                "[waiver-not-allowed] the team does not allow waivers of `{rule}`"
            ))
            .says(&format!("no-go in staging: 1 {state}"));
        // Nor does a baseline keep it.
        folder.run(&["baseline"]);
        let answer = folder.check(&["--baseline", "servelint-baseline.json"]);
        answer
            .exits(1)
            .says(&format!("no-go in staging: 1 {state}"));
    }
}

#[test]
fn manifests_alone_are_not_reviewed_and_no_format_says_go() {
    let folder = Folder::with(&[("pod.yaml", POD)]);
    for format in [
        "rich", "concise", "json", "sarif", "github", "gitlab", "junit", "tap", "markdown", "azure",
    ] {
        let answer = folder.run(&["check", "--format", format]);
        answer.exits(0);
        let words = answer.out.split(|c: char| !c.is_alphanumeric() && c != '-');
        assert!(
            !words.into_iter().any(|word| word == "go"),
            "{format}: {}",
            answer.out
        );
        assert!(
            answer.out.contains("not-reviewed"),
            "{format}: {}",
            answer.out
        );
    }
    let folder = Folder::with(&[(
        "pod.yaml",
        &POD.replace(
            "@sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4",
            ":latest",
        ),
    )]);
    let answer = folder.check(&[]);
    answer
        .exits(0)
        .says("verdict: chat not-reviewed: 1 warning");
}

#[test]
fn placeholders_make_a_draft_in_any_environment() {
    for environment in ["dev", "staging", "production"] {
        let spec = SPEC
            .replace(
                "environment: staging",
                &format!("environment: {environment}"),
            )
            .replace("[batch]", "[TODO]");
        let folder = Folder::with(&[("spec.yaml", &spec)]);
        let answer = folder.check(&[]);
        answer
            .exits(1)
            .says(&format!("chat draft in {environment}"));
        folder
            .run(&["check", "--format", "json"])
            .exits(1)
            .says("\"verdict\": \"draft\"");
    }
}

#[test]
fn the_states_and_gates_are_in_the_json() {
    let folder = Folder::with(&[
        ("spec.yaml", SPEC),
        ("checks.yaml", &checklist(RUN, "blocking")),
        ("evidence/run.yaml", &run("0.5")),
    ]);
    let answer = folder.run(&["check", "--format", "json", "--as-of", "2026-10-10"]);
    let report: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(report["version"], 2);
    let review = &report["reviews"][0];
    assert_eq!(review["states"]["missed"], 1, "{review}");
    let canary = review["gates"]
        .as_array()
        .and_then(|gates| gates.iter().find(|gate| gate["gate"] == "canary"));
    let canary = canary.expect("a gate for the canary");
    assert_eq!(canary["state"], "missed");
    let claim = &review["claims"][1];
    assert_eq!(
        (
            &claim["kind"],
            &claim["name"],
            &claim["pointer"],
            &claim["state"]
        ),
        (
            &"item".into(),
            &"CAN-1".into(),
            &"/spec/items/0".into(),
            &"missed".into()
        ),
        "{review}"
    );
}

/// A number that was compared shows nothing where its file is about something else.
#[test]
fn an_item_whose_evidence_is_refused_is_not_met() {
    const LIST: &str = "support-chat-llm.checklist.yaml";
    let folder = Folder::new();
    copy(&project("support-chat-llm"), &folder.path, &|_| true);
    let before = folder.check(&[]);
    before.exits(0).keeps_quiet_about(" unjudged");
    let bench = "evidence/bench-3.2rps.json";
    let text = folder.read(bench);
    let other = text.replace("RedHatAI/Meta-Llama-3.1-70B-Instruct-FP8", "another-model");
    assert_ne!(text, other);
    folder.file(bench, other);
    let list = folder.read(LIST);
    let sha =
        "          sha256: 527058f4bce3b17c29572a597901a0a629ade6626f0971790b8542341708290a\n";
    let list = list.replace(sha, "");
    folder.file(LIST, &list);
    // Three items, the three objectives that they verify, and the throughput of a replica.
    folder
        .check(&[])
        .exits(1)
        .says("error[evidence-wrong-subject]")
        .says("no-go in production: 7 unjudged, ");
    let json = || folder.run(&["check", "--as-of", DAY, "--format", "json"]);
    json().says("evidence-wrong-subject of its evidence: ");
    // Whoever waives it answers for it.
    let waived = "        # servelint: allow[evidence-wrong-subject] until=2026-12-01 by=dana.k reason=\"the same weights under their old name\"\n        - path: evidence/bench-3.2rps.json\n";
    let list = list.replacen("        - path: evidence/bench-3.2rps.json\n", waived, 1);
    folder.file(LIST, list);
    let spec = folder.read("support-chat-llm.serving.yaml");
    let spec = spec.replace(
        "    perReplica:",
        "    # servelint: allow[evidence-wrong-subject] until=2026-12-01 by=dana.k reason=\"the same weights under their old name\"\n    perReplica:",
    );
    folder.file("support-chat-llm.serving.yaml", spec);
    folder.check(&[]).exits(0).keeps_quiet_about(" unjudged, ");
    json().says("evidence-wrong-subject of its evidence, which somebody answers for");
}

/// A second manifest of a declared object may be the one that is applied.
#[test]
fn a_second_manifest_of_a_declared_object_is_told() {
    let folder = Folder::new();
    copy(&project("support-chat-llm"), &folder.path, &|_| true);
    let before = folder.check(&[]);
    before.exits(0).keeps_quiet_about("holds another");
    let text = folder.read("deploy/llmisvc-v7.yaml");
    folder.file("extra/v7.yaml", &text);
    folder
        .check(&[])
        .exits(0)
        .says("not checked: extra/v7.yaml: it holds another LLMInferenceService `support-chat-llm-v7` than `deploy/llmisvc-v7.yaml`, which service `support-chat-llm` declares, and is not judged with it");
    folder
        .run(&["check", "--as-of", DAY, "--format", "json"])
        .says("`extra/v7.yaml` holds another LLMInferenceService `support-chat-llm-v7`, and which of them is applied is not known");
    // In another namespace it is another object.
    folder.file(
        "extra/v7.yaml",
        text.replace("namespace: support-chat", "namespace: other"),
    );
    folder.check(&[]).keeps_quiet_about("holds another");
}
