//! Evidence through `check`: the file decides, and no file can stop, fool or delay a run.

use super::run::{Answer, Folder, GOOD, Setting};
use std::fs;

const VEGETA: &str = include_str!("../../fixtures/cases/evidence/feed-ranker-load.json");

/// A checklist of one item about the p99 of a load test, with this evidence and what was reported.
fn checklist(evidence: &str, rest: &str) -> String {
    format!(
        "\
apiVersion: servelint/v1alpha1
kind: VerificationChecklist
metadata: {{name: feed-ranker, owner: team-feed-relevance}}
spec:
  servingSpec: feed-ranker
  revision: 31
  items:
{}",
        item("LOAD-1", evidence, rest)
    )
}

fn item(id: &str, evidence: &str, rest: &str) -> String {
    format!(
        "    - id: {id}
      title: Slow requests at one replica's planned load
      category: load
      gate: blocking
      metric: {{name: request_latency, statistic: p99, unit: ms}}
      op: lte
      threshold: 50
      method: {{tool: vegeta, command: vegeta attack -rate 450 -duration 20m}}
      evidence: [{evidence}]
      owner: priya.s
{rest}"
    )
}

fn project(checklist: &str, file: &[u8]) -> Folder {
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("spec.yaml", GOOD),
        ("checklist.yaml", checklist),
    ]);
    folder.file("evidence/run.json", file);
    folder
}

fn check(evidence: &str, rest: &str, file: &[u8]) -> Answer {
    project(&checklist(evidence, rest), file).check(&["."])
}

/// The run in which the slowest hundredth took 912 ms.
fn slow() -> String {
    let slow = VEGETA.replace("\"99th\": 43800000", "\"99th\": 912000000");
    // The greatest is no smaller than a percentile.
    slow.replace("\"max\": 98200000", "\"max\": 998200000")
}

#[test]
fn a_result_within_its_target_is_quiet() {
    check("evidence/run.json", "", VEGETA.as_bytes())
        .exits(0)
        .keeps_quiet_about("[");
}

#[test]
fn the_file_decides_whatever_was_reported() {
    let rest = "      reported: 43.8\n  verdict: {decision: go, by: m.osei, date: 2026-10-09}\n";
    let answer = check("evidence/run.json", rest, slow().as_bytes());
    answer
        .exits(1)
        .says("threshold-not-met")
        .says("is 912 ms in `evidence/run.json`, not at most 50 ms");
    answer
        .says("reported-value-mismatch")
        .says("reports 43.8 ms, but `evidence/run.json` has 912 ms");
    answer
        .says("verdict-consistent")
        .says("shows 912 ms in its own evidence")
        .says("verdict: feed-ranker no-go");
    // Nor does a waiver in the checklist make a missed target met.
    let waiver = "      waiver: {by: m.osei, reason: known, expires: 2026-12-31}\n";
    check("evidence/run.json", waiver, slow().as_bytes())
        .exits(1)
        .says("threshold-not-met");
}

#[test]
fn a_changed_file_proves_nothing() {
    let evidence = format!("{{path: evidence/run.json, sha256: {}}}", "a".repeat(64));
    let rest = "  verdict: {decision: go, by: m.osei, date: 2026-10-09}\n";
    let answer = check(&evidence, rest, VEGETA.as_bytes());
    answer
        .exits(1)
        .says("evidence-resolvable")
        .says("no evidence file that shows its result");
}

#[test]
fn what_is_no_evidence_is_a_finding() {
    let truncated = &VEGETA.as_bytes()[..VEGETA.len() / 2];
    let deep = "[".repeat(100_000);
    let twice = VEGETA.replace("\"requests\"", "\"rate\": 1, \"requests\"");
    for (name, file, reason) in [
        ("notes", &b"it went well\n"[..], "of no known format"),
        ("empty", b"", "it is empty"),
        ("truncated", truncated, "it is not JSON"),
        ("deep", deep.as_bytes(), "it is not JSON: recursion limit"),
        ("binary", b"\xff\xfe\x00\x01", "evidence-unreadable"),
        ("twice", twice.as_bytes(), "duplicate key `rate`"),
        (
            "not a number",
            VEGETA.replace("43800000", "NaN").as_bytes(),
            "not a finite number (`NaN`)",
        ),
        (
            "negative",
            VEGETA.replace("43800000", "-1").as_bytes(),
            "negative (-1)",
        ),
    ] {
        let answer = check("evidence/run.json", "", file);
        answer.says("evidence-unreadable").says(reason);
        assert!([0, 1].contains(&answer.code), "{name}: {}", answer.shown());
    }
    let answer = check(
        "{path: evidence/run.json, format: k6}",
        "",
        VEGETA.as_bytes(),
    );
    answer
        .says("evidence-unreadable")
        .says("`format` says `k6`, but its content is `vegeta-json`");
    let text = checklist("evidence/run.json", "").replace("statistic: p99,", "statistic: p99.9,");
    let answer = project(&text, VEGETA.as_bytes()).check(&["."]);
    answer
        .says("percentile-not-in-evidence")
        .says("holds no `p99.9` of `request_latency`, only ");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = project(&checklist("evidence/run.json", ""), b"");
    let file = fs::File::create(folder.path.join("evidence/run.json")).expect("a file");
    // Sparse: it takes no room on the disk.
    file.set_len(65 * 1024 * 1024).expect("a length");
    folder
        .check(&["."])
        .says("evidence-unreadable")
        .says("larger than 64 MB");
    file.set_len(1 << 40).expect("a length");
    folder
        .check(&["."])
        .says("evidence-unreadable")
        .says("larger than 64 MB");
}

#[cfg(unix)]
#[test]
fn nothing_outside_the_project_is_opened_and_no_pipe_blocks() {
    let outside = Folder::with(&[("secret.json", &slow())]);
    let folder = project(
        &checklist("evidence/link.json, evidence/pipe.json, ../x.json", ""),
        b"",
    );
    std::os::unix::fs::symlink(
        outside.path.join("secret.json"),
        folder.path.join("evidence/link.json"),
    )
    .expect("a link");
    crate::common::files::pipe(&folder.path.join("evidence/pipe.json"));
    let answer = folder.check(&["."]);
    answer.says("evidence `evidence/link.json` is outside the repository");
    answer.says("evidence `../x.json` is outside the repository");
    answer
        .says("evidence `evidence/pipe.json` cannot be read")
        .keeps_quiet_about("912");
    folder
        .run(&["evidence", "evidence/pipe.json"])
        .exits(2)
        .says("no regular file");
}

#[test]
fn a_file_that_fifty_items_name_is_said_once() {
    let items: String = (0..50)
        .map(|n| item(&format!("LOAD-{n}"), "evidence/run.json", ""))
        .collect();
    let text = checklist("evidence/run.json", "")
        .split("    - id")
        .next()
        .expect("a head")
        .to_owned()
        + &items;
    let answer = project(&text, b"it went well\n").check(&["."]);
    assert_eq!(
        answer.out.matches("[evidence-unreadable]").count(),
        1,
        "{}",
        answer.shown()
    );
    let answer = project(&text, slow().as_bytes()).check(&["."]);
    assert_eq!(
        answer.out.matches("[threshold-not-met]").count(),
        50,
        "{}",
        answer.shown()
    );
}

#[test]
fn what_was_not_compared_stops_and_what_a_file_leaves_open_does_not() {
    let remote = "{path: \"https://example.com/run.json\", collectedAt: 2026-10-06}";
    let answer = check(remote, "", b"");
    answer
        .exits(1)
        .says("1 remote evidence reference: nothing is fetched")
        .says("error[unjudged] blocking item `LOAD-1` was not judged: `https://example.com/run.json` is a remote address")
        .says("no-go in staging: 1 unjudged; 1 error; gates: unjudged load");
    let rest = "      conditions: {offeredRps: 450, duration: 20m, replicas: 1}\n";
    let answer = check("evidence/run.json", rest, VEGETA.as_bytes());
    answer
        .exits(0)
        .says("go in staging: 1 attested")
        .says("does not tell how many replicas served: not compared for item `LOAD-1`");
}

#[test]
fn text_of_evidence_cannot_act_on_the_terminal() {
    let evil = "x\u{1b}[2J\u{202e}\u{7}";
    let run = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\nstatus:\n  phase: \"{}\"\n  startedAt: \"2026-10-06T09:00:00Z\"\n",
        evil.replace('\u{1b}', "\\e")
            .replace('\u{7}', "\\a")
            .replace('\u{202e}', "\\u202e")
    );
    let text = checklist("evidence/run.json", "")
        .replace(
            "{name: request_latency, statistic: p99, unit: ms}",
            "{name: analysis_phase, statistic: phase, unit: enum}",
        )
        .replace("op: lte", "op: eq")
        .replace("threshold: 50", "threshold: Successful");
    let folder = project(&text, run.as_bytes());
    for format in servelint::output::FORMATS.iter().map(|format| format.name) {
        let answer = folder.run(&["check", ".", "--as-of", super::run::DAY, "--format", format]);
        let acts = |c: char| c != '\n' && servelint::output::safe::is_active(c);
        assert!(
            !answer.out.contains(acts) && !answer.err.contains(acts),
            "{format}: {}",
            answer.shown()
        );
    }
    folder.check(&["."]).exits(1).says("threshold-not-met");
}

#[test]
fn a_file_that_contradicts_itself_is_an_error_and_proves_nothing() {
    let edited = VEGETA.replace("\"95th\": 34100000", "\"95th\": 64100000");
    assert_ne!(edited, VEGETA);
    let answer = check("evidence/run.json", "", edited.as_bytes());
    answer
        .exits(1)
        .says("evidence-contradicts-itself")
        .says("`/latencies/95th`");
}

#[test]
fn standard_input_is_read_and_a_sweep_is_shown_whole() {
    let folder = Folder::new();
    let run = |stdin: &str, words: &[&str]| {
        let setting = Setting {
            stdin: stdin.as_bytes(),
            ..Setting::default()
        };
        folder.run_as(&[&["evidence", "-"], words].concat(), &setting)
    };
    run(VEGETA, &[])
        .exits(0)
        .says("vegeta-json")
        .says("told by     `latencies.99th`")
        .says("derived: the status codes 2xx and 3xx");
    let sweep = include_str!("../../fixtures/evidence/perf-analyzer/sweep.csv");
    run(sweep, &[]).exits(0).says("select /0").says("select /1");
    run(sweep, &["--select", "/1"]).exits(0).says("0.01204");
    let answer = run(sweep, &["--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(found["runs"][1]["evidence"]["concurrency"], 8.0);
    run("", &[]).exits(2).says("it is empty");
}
