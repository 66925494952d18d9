//! Results that are bound to what was measured: `servelint evidence record`, `servelint evidence bind`, and what `check`
//! makes of their statements.

use super::run::{Answer, DAY, Folder, Setting};
use crate::common::git;
use serde_json::{Value as Json, json};
use std::{
    process::{Command, Stdio},
    thread,
    time::Duration,
};

const SPEC: &str = r#"apiVersion: servelint/v1alpha1
kind: ServingSpec
metadata: {name: chat, owner: team-chat, revision: 7}
spec:
  environment: production
  tier: standard
  model: {name: acme/chat-8b, uri: "hf://acme/chat-8b:0123abc"}
  serving:
    platform: deployment
    mode: streaming
    runtime: {name: vllm, image: "vllm/vllm-openai@sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4"}
    parallelism: {tensor: 2}
  resources: {gpu: {type: nvidia-h100-80gb, count: 2}}
  traffic: {peakRps: 40, averageRps: 20, inputTokens: {p50: 500, p95: 2000}, outputTokens: {p50: 200, p95: 800}}
  artifacts:
    - {role: workload, path: deploy/chat.yaml}
"#;

const POD: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  replicas: 2
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
        - name: server
          image: "vllm/vllm-openai@sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4"
          args: ["--model=acme/chat-8b", "--revision=0123abc", "--tensor-parallel-size=2", "--max-num-seqs=64", "--kv-cache-dtype=fp8"]
          resources: {limits: {nvidia.com/gpu: 2}}
"#;

const LIST: &str = r#"apiVersion: servelint/v1alpha1
kind: VerificationChecklist
metadata: {name: chat, owner: team-chat}
spec:
  servingSpec: chat
  revision: 7
  items:
    - id: LOAD-1
      title: Slow requests at the planned load
      category: load
      gate: blocking
      verifies: [slo/latency-p99]
      metric: {name: request_latency, statistic: p99, unit: ms}
      op: lte
      threshold: 50
      evidence: [{path: evidence/run.json, collectedAt: 2026-10-06T09:20:00Z}]
      owner: priya.s
"#;

const RESULT: &str = include_str!("../../fixtures/cases/evidence/feed-ranker-load.json");
const STATEMENT: &str = "evidence/run.json.intoto.json";
const MEASUREMENT: &str = "https://github.com/servelint/servelint/measurement/v1";

/// A project with a load test that copies the result of another one.
fn project() -> Folder {
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("chat.yaml", SPEC),
        ("deploy/chat.yaml", POD),
        ("checks.yaml", LIST),
    ]);
    folder.file("source.json", RESULT);
    folder.file("evidence/.keep", "");
    folder
}

/// The same with the result, bound by a person.
fn bound() -> Folder {
    let folder = project();
    folder.file("evidence/run.json", RESULT);
    bind(&folder, &[]).exits(0);
    folder
}

fn bind(folder: &Folder, more: &[&str]) -> Answer {
    let words = [
        "evidence",
        "bind",
        "evidence/run.json",
        "--spec",
        "chat.yaml",
        "--by",
        "ada",
    ];
    folder.run(&[&words, more].concat())
}

fn record(folder: &Folder, command: &[&str]) -> Answer {
    let words = ["evidence", "record", "--result", "evidence/run.json", "--"];
    folder.run(&[&words, command].concat())
}

const COPY: [&str; 3] = ["cp", "source.json", "evidence/run.json"];

/// What the rules about bindings say.
fn judged(folder: &Folder) -> Answer {
    let rules = "--select=evidence-wrong-subject,statement-invalid,proof-attested,unjudged";
    folder.check(&[".", rules])
}

fn statement(folder: &Folder) -> Json {
    serde_json::from_str(&folder.read(STATEMENT)).expect("JSON")
}

fn edit(folder: &Folder, file: &str, from: &str, to: &str) {
    let text = folder.read(file);
    assert_eq!(text.matches(from).count(), 1, "{from}");
    folder.file(file, text.replace(from, to));
}

fn has_statement(folder: &Folder) -> bool {
    folder.path.join(STATEMENT).exists()
}

#[cfg(unix)]
#[test]
fn a_recorded_run_states_what_was_measured() {
    let folder = project();
    git::init(&folder.path);
    let commit = git::commit(&folder.path, "base");
    let script = "cp source.json evidence/run.json # --api-key=S3CRET";
    record(&folder, &["sh", "-c", script])
        .exits(0)
        .says("wrote");
    let said = statement(&folder);
    assert_eq!(said["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(
        said["predicateType"],
        "https://in-toto.io/attestation/test-result/v0.1"
    );
    assert_eq!(
        said["subject"],
        json!([{"name": "run.json", "digest": {"sha256": "583612a4c7e19d81086fae978d0696d20d69960b692150124bcee1aabfd7380a"}}])
    );
    let predicate = &said["predicate"];
    assert_eq!(predicate["result"], "PASSED");
    let files = predicate["configuration"].as_array().expect("a list");
    let names: Vec<_> = files.iter().map(|file| &file["name"]).collect();
    assert_eq!(names, ["chat.yaml", "deploy/chat.yaml"]);
    let own = &predicate[MEASUREMENT];
    assert_eq!(own["exitCode"], 0);
    assert_eq!(own["gitCommit"], commit);
    assert!(own["startedAt"].as_str() <= own["endedAt"].as_str());
    assert_eq!(own["command"][0], "sh");
    assert!(!folder.read(STATEMENT).contains("S3CRET"));
    let unknown = own["unknown"].to_string();
    assert!(
        unknown.contains("the GPUs of the machine: `nvidia-smi`"),
        "{unknown}"
    );
    assert_eq!(
        own["subject"],
        json!({
            "service": "chat",
            "revision": "7",
            "model": "hf://acme/chat-8b:0123abc",
            "server": "vllm",
            "image": "vllm/vllm-openai@sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4",
            "gpu": "nvidia-h100-80gb",
            "gpus": 2,
            "tensor": 2,
            "maxNumSeqs": 64,
            "arguments": {"kv-cache-dtype": "fp8"},
            "argumentsFrom": "manifests",
            "inputTokens": {"p50": 500, "p95": 2000},
            "outputTokens": {"p50": 200, "p95": 800},
        })
    );
    let answer = judged(&folder);
    answer.keeps_quiet_about("[evidence-wrong-subject]");
    answer.keeps_quiet_about("[proof-attested]");
    answer.keeps_quiet_about("[statement-invalid]");
}

#[cfg(unix)]
#[test]
fn the_machine_names_its_gpus() {
    use std::os::unix::fs::PermissionsExt;
    let folder = project();
    let tool = folder.path.join("bin/nvidia-smi");
    for (script, code, says) in [
        (
            "#!/bin/sh\necho NVIDIA H100 80GB HBM3\necho NVIDIA L4\n",
            0,
            r#"["NVIDIA H100 80GB HBM3","NVIDIA L4"]"#,
        ),
        ("#!/bin/sh\nexit 9\n", 0, "`nvidia-smi` failed"),
        ("#!/bin/sh\n", 0, "`nvidia-smi` names none"),
    ] {
        folder.file("bin/nvidia-smi", script);
        std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).expect("set");
        let path = format!("{}/bin:/usr/bin:/bin", folder.path.display());
        let words = [
            &[
                "evidence",
                "record",
                "--force",
                "--result",
                "evidence/run.json",
                "--",
            ],
            &COPY[..],
        ];
        let setting = Setting {
            env: &[("PATH", &path)],
            ..Setting::default()
        };
        folder.run_as(&words.concat(), &setting).exits(code);
        let own = statement(&folder)["predicate"][MEASUREMENT].to_string();
        assert!(own.contains(says), "{own}");
    }
}

#[cfg(unix)]
#[test]
fn the_code_of_the_command_is_passed_on_and_a_failure_is_stated() {
    for (script, code, says) in [
        (
            "cp source.json evidence/run.json; exit 7",
            7,
            "its command ended with 7",
        ),
        (
            "cp source.json evidence/run.json; kill -9 $$",
            137,
            "signal 9 ended its command",
        ),
    ] {
        let folder = project();
        record(&folder, &["sh", "-c", script]).exits(code);
        assert_eq!(statement(&folder)["predicate"]["result"], "FAILED");
        judged(&folder)
            .exits(1)
            .says("error[statement-invalid] `evidence/run.json.intoto.json` does not bind `evidence/run.json`")
            .says(says);
    }
}

#[cfg(unix)]
/// Who stops a load test that takes too long keeps what it measured, and a statement of how it ended.
#[cfg(unix)]
#[test]
fn what_asks_it_to_end_reaches_the_command() {
    let script = "stop() { cp source.json evidence/run.json; exit $1; }; \
        trap 'stop 7' TERM; trap 'stop 8' INT; trap 'stop 9' HUP; \
        touch started; while :; do sleep 0.05; done";
    for (signal, code) in [("TERM", 7), ("INT", 8), ("HUP", 9)] {
        let folder = project();
        let mut running = Command::new(crate::common::program())
            .args(["evidence", "record", "--result", "evidence/run.json", "--"])
            .args(["sh", "-c", script])
            .current_dir(&folder.path)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        while !folder.path.join("started").exists() {
            assert!(running.try_wait().expect("a state").is_none(), "{signal}");
            thread::sleep(Duration::from_millis(10));
        }
        let pid = running.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &pid]).status();
        assert!(sent.expect("sent").success());
        let ended = running.wait().expect("an end");
        assert_eq!(ended.code(), Some(code), "{signal}");
        let stated = statement(&folder);
        let measurement = &stated["predicate"][MEASUREMENT];
        assert_eq!(measurement["exitCode"], code, "{stated}");
    }
}

#[test]
fn a_result_that_the_command_did_not_write_is_not_stated() {
    let folder = project();
    record(&folder, &["true"])
        .exits(2)
        .says("the command did not write evidence/run.json");
    record(&folder, &["sh", "-c", "exit 3"])
        .exits(3)
        .says("did not write");
    folder.file("evidence/run.json", RESULT);
    record(&folder, &["true"])
        .exits(2)
        .says("the command left evidence/run.json as it was");
    record(&folder, &["no-such-program"])
        .exits(2)
        .says("cannot run `no-such-program`");
    assert!(!has_statement(&folder));
}

#[cfg(unix)]
#[test]
fn the_output_of_a_command_can_be_its_result() {
    let folder = project();
    let words = ["evidence", "record", "--stdout", "evidence/run.json", "--"];
    let missing = [&words[..], &["no-such-program"]].concat();
    folder.run(&missing).exits(2);
    assert!(!folder.path.join("evidence/run.json").exists());
    let run = [&words[..], &["cat", "source.json"]].concat();
    let answer = folder.run(&run);
    answer.exits(0);
    assert_eq!(
        (
            answer.out.as_str(),
            folder.read("evidence/run.json").as_str()
        ),
        ("", RESULT)
    );
    judged(&folder).keeps_quiet_about("[proof-attested]");
}

#[cfg(unix)]
#[test]
fn a_statement_is_replaced_only_by_force_and_before_anything_runs() {
    let folder = bound();
    let before = folder.read(STATEMENT);
    let run = ["sh", "-c", "echo ran > marker"];
    record(&folder, &run)
        .exits(2)
        .says("exists already")
        .says("--force");
    bind(&folder, &[]).exits(2).says("exists already");
    assert!(!folder.path.join("marker").exists());
    assert_eq!(folder.read(STATEMENT), before);
    bind(&folder, &["--force"]).exits(0);
    // A link is not written through without a word.
    std::fs::remove_file(folder.path.join(STATEMENT)).expect("removed");
    std::os::unix::fs::symlink("/nowhere/at/all", folder.path.join(STATEMENT)).expect("a link");
    bind(&folder, &[]).exits(2).says("exists already");
}

#[test]
fn a_person_attests_a_result() {
    let folder = project();
    bind(&folder, &[])
        .exits(2)
        .says("cannot read evidence/run.json");
    folder.file("evidence/run.json", RESULT);
    let words = ["evidence", "bind", "evidence/run.json"];
    folder.run(&words).exits(2).says("say who with --by NAME");
    assert!(!has_statement(&folder));
    git::init(&folder.path);
    git::git(&folder.path, &["config", "user.name", "Grace H"]);
    folder.run(&words).exits(0);
    let own = &statement(&folder)["predicate"][MEASUREMENT];
    assert_eq!(own["attestedBy"], "Grace H");
    assert_eq!(
        (&own["command"], &own["exitCode"]),
        (&Json::Null, &Json::Null)
    );
    assert_eq!(statement(&folder)["predicate"]["result"], "WARNED");
}

#[test]
fn the_specification_is_the_one_that_is_named() {
    let folder = bound();
    folder.file("rank.yaml", SPEC.replace("name: chat,", "name: rank,"));
    let words = [
        "evidence",
        "bind",
        "evidence/run.json",
        "--by",
        "ada",
        "--force",
    ];
    let with = |spec: &str| folder.run(&[&words[..], &["--spec", spec]].concat());
    folder
        .run(&words)
        .exits(2)
        .says("this folder holds 2 specifications")
        .says("--spec");
    with("rank.yaml").exits(0);
    assert_eq!(
        statement(&folder)["predicate"][MEASUREMENT]["subject"]["service"],
        "rank"
    );
    with("checks.yaml")
        .exits(2)
        .says("checks.yaml holds no specification");
    with("none.yaml").exits(2).says("none.yaml");
    folder.file(
        "rank.yaml",
        "apiVersion: servelint/v1alpha1\nkind: ServingSpec\nspec: 3\n",
    );
    with("rank.yaml")
        .exits(2)
        .says("no specification that can be read")
        .says("schema-valid");
}

/// A file, an edit of it, and how the finding describes it.
const OTHER_SUBJECTS: [(&str, &str, &str, &str); 12] = [
    (
        "chat.yaml",
        "vllm-openai@sha256:1d0c",
        "vllm-openai@sha256:2d0c",
        "since then the image became `vllm/vllm-openai@sha256:2d0c",
    ),
    (
        "chat.yaml",
        "h100-80gb",
        "h200-141gb",
        "the GPU became `nvidia-h200-141gb` (it was `nvidia-h100-80gb`)",
    ),
    (
        "chat.yaml",
        "count: 2",
        "count: 4",
        "the number of GPUs became `4` (it was `2`)",
    ),
    (
        "chat.yaml",
        "tensor: 2",
        "tensor: 4",
        "the tensor parallelism became `4` (it was `2`)",
    ),
    (
        "chat.yaml",
        "revision: 7",
        "revision: 8",
        "the revision became `8` (it was `7`)",
    ),
    (
        "chat.yaml",
        "hf://acme/chat-8b:0123abc",
        "hf://acme/chat-8b:9999abc",
        "the model became `hf://acme/chat-8b:9999abc` (it was `hf://acme/chat-8b:0123abc`)",
    ),
    (
        "chat.yaml",
        "p95: 2000",
        "p95: 4000",
        "p95 tokens of a prompt became `4000` (it was `2000`)",
    ),
    (
        "chat.yaml",
        "p95: 800",
        "p95: 400",
        "p95 tokens of an answer became `400` (it was `800`)",
    ),
    (
        "deploy/chat.yaml",
        "--kv-cache-dtype=fp8",
        "--kv-cache-dtype=auto",
        "argument `kv-cache-dtype` became `auto` (it was `fp8`)",
    ),
    (
        "deploy/chat.yaml",
        ", \"--kv-cache-dtype=fp8\"",
        "",
        "argument `kv-cache-dtype` became `not set` (it was `fp8`)",
    ),
    (
        "deploy/chat.yaml",
        "fp8\"",
        "fp8\", \"--quantization=awq\"",
        "argument `quantization` became `awq` (it was `not set`)",
    ),
    (
        "deploy/chat.yaml",
        "max-num-seqs=64",
        "max-num-seqs=256",
        "the limit of concurrent sequences became `256` (it was `64`)",
    ),
];

#[test]
fn another_subject_than_was_measured_is_an_error() {
    for (file, from, to, says) in OTHER_SUBJECTS {
        let folder = bound();
        judged(&folder).keeps_quiet_about("[evidence-wrong-subject]");
        edit(&folder, file, from, to);
        judged(&folder)
            .exits(1)
            .says(
                "error[evidence-wrong-subject] `evidence/run.json` was measured on another subject",
            )
            .says(says);
        // Measured again, or attested again.
        bind(&folder, &["--force"]).exits(0);
        judged(&folder).keeps_quiet_about("[evidence-wrong-subject]");
    }
}

#[test]
fn what_nobody_knows_is_no_other_subject() {
    for (file, from, to) in [
        ("chat.yaml", "p95: 2000", "p95: 2100"),
        ("chat.yaml", ", type: nvidia-h100-80gb", ""),
        ("chat.yaml", "parallelism: {tensor: 2}", "mode_: x"),
        ("chat.yaml", "team-chat", "team-other"),
    ] {
        let folder = bound();
        let text = folder.read(file).replace(
            "{type: nvidia-h100-80gb, count: 2}",
            "{count: 2, type: nvidia-h100-80gb}",
        );
        folder.file(file, text);
        edit(&folder, file, from, to);
        judged(&folder).keeps_quiet_about("[evidence-wrong-subject]");
    }
    // A layer decides what is applied.
    let folder = bound();
    edit(
        &folder,
        "deploy/chat.yaml",
        "max-num-seqs=64",
        "max-num-seqs=128",
    );
    folder.file(
        "deploy/kustomization.yaml",
        "resources: [chat.yaml]\npatches:\n  - target: {kind: Deployment, name: chat}\n    patch: |-\n      - {op: replace, path: /spec/template/spec/containers/0/args, value: [\"--max-num-seqs=256\"]}\n",
    );
    judged(&folder).keeps_quiet_about("[evidence-wrong-subject]");
}

#[test]
fn a_result_that_names_nothing_escalates_in_production_until_it_is_bound() {
    let folder = project();
    folder.file("evidence/run.json", RESULT);
    judged(&folder)
        .says("escalation[proof-attested] blocking item `LOAD-1` verifies `slo/latency-p99` by `evidence/run.json`")
        .says("`servelint evidence bind evidence/run.json --spec FILE` binds it");
    folder
        .run(&["check", ".", "--format", "json", "--as-of", DAY])
        .says("nothing tells what `evidence/run.json` was measured on");
    bind(&folder, &[]).exits(0);
    judged(&folder).keeps_quiet_about("[proof-attested]");
    folder
        .run(&["check", ".", "--format", "json", "--as-of", DAY])
        .says("only `ada` says what `evidence/run.json` was measured on");
    // Elsewhere it is the author's own business.
    let folder = project();
    folder.file("evidence/run.json", RESULT);
    edit(
        &folder,
        "chat.yaml",
        "environment: production",
        "environment: staging",
    );
    judged(&folder).keeps_quiet_about("[proof-attested]");
    // Whom a value of plain JSON is about, no person can state with a statement about the file.
    let folder = bound();
    let list = LIST.replace(
        "evidence/run.json,",
        "evidence/run.json, format: json, select: /latencies/99th,",
    );
    folder.file(
        "checks.yaml",
        list.replace("threshold: 50", "threshold: 50000000"),
    );
    judged(&folder)
        .says("escalation[proof-attested]")
        .says("nothing in that file tells what it measured");
}

/// A statement that anybody may have written.
#[test]
fn a_statement_that_does_not_hold_is_an_error() {
    let good = {
        let folder = bound();
        folder.read(STATEMENT)
    };
    let sha256 = "583612a4c7e19d81086fae978d0696d20d69960b692150124bcee1aabfd7380a";
    let huge = format!("{good}{}", " ".repeat(2 << 20));
    for (text, says) in [
        (huge, "it is larger than 1 MB"),
        (
            good[..good.len() / 2].to_owned(),
            "it is no in-toto statement",
        ),
        (
            good.replace(sha256, &"0".repeat(64)),
            "its sha256 is not that of the result",
        ),
        (good.replace("Statement/v1", "Statement/v9"), "its type is"),
        (
            good.replace("test-result/v0.1", "link/v0.3"),
            "its predicate is",
        ),
        (good.replace(MEASUREMENT, "mine"), "its predicate has no"),
        (
            good.replace("WARNED", "FAILED"),
            "it says that the measurement failed",
        ),
        (
            good.replace("WARNED", "GREAT"),
            "it is no in-toto statement",
        ),
        ("[".repeat(100_000), "it is no in-toto statement"),
        (String::new(), "it is no in-toto statement"),
        ("null".to_owned(), "it is no in-toto statement"),
    ] {
        let folder = project();
        folder
            .file("evidence/run.json", RESULT)
            .file(STATEMENT, text);
        judged(&folder)
            .exits(1)
            .says("error[statement-invalid] `evidence/run.json.intoto.json` does not bind `evidence/run.json`")
            .says(says)
            .says("[proof-attested]");
    }
    // A statement whose texts are long is shown in part.
    let folder = project();
    let long = good.replace("\"7\"", &format!("\"{}\"", "9".repeat(100_000)));
    folder
        .file("evidence/run.json", RESULT)
        .file(STATEMENT, long);
    let answer = judged(&folder);
    answer.exits(1).says("the revision became `7` (it was `999");
    assert!(answer.out.len() < 20_000, "{}", answer.out.len());
}

#[cfg(unix)]
#[test]
fn a_statement_outside_of_the_project_is_not_read() {
    let outside = bound();
    let folder = project();
    folder.file("evidence/run.json", RESULT);
    let place = folder.path.join(STATEMENT);
    std::os::unix::fs::symlink(outside.path.join(STATEMENT), &place).expect("a link");
    judged(&folder)
        .exits(1)
        .says("[statement-invalid]")
        .says("it is outside the project");
    std::fs::remove_file(&place).expect("removed");
    std::fs::create_dir(&place).expect("a folder");
    judged(&folder).exits(1).says("it cannot be read");
    std::fs::remove_dir(&place).expect("removed");
    // One in the project is.
    folder.file("statements/a.json", outside.read(STATEMENT));
    std::os::unix::fs::symlink("../statements/a.json", &place).expect("a link");
    judged(&folder)
        .keeps_quiet_about("[statement-invalid]")
        .keeps_quiet_about("[proof-attested]");
}

#[test]
fn a_changed_statement_is_a_changed_input() {
    let folder = bound();
    let digest = || {
        folder
            .run(&["input", "chat.yaml", "--format", "digest"])
            .out
    };
    let before = digest();
    assert!(before.contains("sha256:"), "{before}");
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    let since = || folder.check(&[".", "--since", "HEAD"]);
    since().says("nothing that they rest on changed since `HEAD`");
    edit(&folder, STATEMENT, "\"ada\"", "\"bob\"");
    assert_ne!(digest(), before);
    since()
        .keeps_quiet_about("nothing that they rest on changed")
        .says("verdict: chat");
    std::fs::remove_file(folder.path.join(STATEMENT)).expect("removed");
    since()
        .keeps_quiet_about("nothing that they rest on changed")
        .says("[proof-attested]");
}

#[test]
fn a_file_of_a_known_format_states_its_model_however_it_is_read() {
    let folder = project();
    let other = include_str!("../../fixtures/cases/evidence/chat-bench-other.json");
    folder.file("evidence/run.json", other);
    for read in [
        "evidence/run.json,",
        "evidence/run.json, format: json, select: /p99_ttft_ms,",
    ] {
        folder.file("checks.yaml", LIST.replace("evidence/run.json,", read));
        judged(&folder)
            .exits(1)
            .says("error[evidence-wrong-subject] `evidence/run.json` measured the model");
    }
}
