//! Proof is bound to a subject: what a change makes of the service is measured again, and a later result that misses
//! cannot be left out.

use super::run::{DAY, Folder};
use crate::common::git;

const SPEC: &str = "support-chat-llm.serving.yaml";
const BENCH: &str = "evidence/bench-3.2rps.json";

fn project() -> Folder {
    Folder::project("support-chat-llm")
}

/// The project in a repository, with the edit after its only commit.
fn changed(file: &str, from: &str, to: &str) -> Folder {
    let folder = project();
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    let text = folder.read(file);
    assert!(text.contains(from), "{from}");
    folder.file(file, text.replace(from, to));
    folder
}

fn since(folder: &Folder) -> super::run::Answer {
    folder.run(&[
        "check", ".", "--since", "HEAD", "--as-of", DAY, "--format", "concise",
    ])
}

#[test]
fn another_subject_than_at_the_base_is_measured_again() {
    for (from, to, says) in [
        (
            "image: ghcr.io/llm-d/llm-d-cuda@sha256:4b1f",
            "image: ghcr.io/llm-d/llm-d-cuda@sha256:aaaa",
            "the image became",
        ),
        (
            "type: nvidia-h100-80gb",
            "type: nvidia-h200-141gb",
            "the GPU became `nvidia-h200-141gb` (it was `nvidia-h100-80gb`)",
        ),
        (
            "maxNumSeqs: 24",
            "maxNumSeqs: 25",
            "the limit of concurrent sequences became `25` (it was `24`)",
        ),
    ] {
        let folder = changed(SPEC, from, to);
        since(&folder)
            .exits(1)
            .says("evidence-wrong-subject")
            .says(BENCH)
            .says(says)
            .says("nothing was measured again");
    }
}

#[test]
fn what_is_no_other_subject_needs_no_measurement() {
    let folder = changed(
        SPEC,
        "oncall: pagerduty:conv-ai-primary",
        "oncall: pagerduty:other",
    );
    since(&folder).keeps_quiet_about("evidence-wrong-subject");
    // Without a base nobody knows what was before.
    let folder = changed(SPEC, "maxNumSeqs: 24", "maxNumSeqs: 25");
    folder
        .run(&["check", ".", "--as-of", DAY, "--format", "concise"])
        .keeps_quiet_about("evidence-wrong-subject");
}

#[test]
fn evidence_that_the_change_brings_was_measured_on_it() {
    let folder = changed(SPEC, "maxNumSeqs: 24", "maxNumSeqs: 25");
    let text = folder.read(BENCH);
    folder.file(
        BENCH,
        text.replace("\"burstiness\": 1.0", "\"burstiness\": 1.00"),
    );
    // The run of the canary remains as it was.
    since(&folder)
        .says("`evidence/analysisrun-v7.yaml` stands as it did")
        .keeps_quiet_about("`evidence/bench-3.2rps.json` stands as it did");
}

/// The text of the cited result as a later run that misses its target.
fn slower(folder: &Folder) -> String {
    let text = folder.read(BENCH);
    let later = text
        .replace("\"20261006-", "\"20261007-")
        .replace("\"p95_ttft_ms\": 712.4", "\"p95_ttft_ms\": 1912.4");
    assert_ne!(text, later);
    later
}

#[test]
fn a_later_result_that_misses_is_shown() {
    let folder = project();
    folder.file("evidence/run-2.json", slower(&folder));
    let words = ["check", ".", "--as-of", DAY, "--format", "concise"];
    folder
        .run(&words)
        .says("evidence-omitted")
        .says("`evidence/run-2.json` is a later result of the same model and tool");
    // In a folder of its own it is an experiment.
    let folder = project();
    folder.file("experiments/run-2.json", slower(&folder));
    folder.run(&words).keeps_quiet_about("evidence-omitted");
}

#[test]
fn a_folder_of_results_may_hold_anything() {
    let folder = project();
    let slow = slower(&folder);
    folder
        .file("evidence/empty.json", "")
        .file("evidence/broken.json", &slow[..slow.len() / 2])
        .file("evidence/text.txt", "p95_ttft_ms: 1912.4")
        .file("evidence/bytes.csv", [0xff, 0xfe, 0x00])
        .file(
            "evidence/huge.json",
            format!("{slow}{}", " ".repeat(5 << 20)),
        )
        .file(
            "evidence/no-model.json",
            slow.replace("\"model_id\"", "\"other\""),
        )
        .file("evidence/deep.yaml", "[".repeat(100_000))
        .file("evidence/sub/run.json", &slow);
    #[cfg(unix)]
    std::os::unix::fs::symlink("/dev/zero", folder.path.join("evidence/zero.json"))
        .expect("a link");
    folder
        .run(&["check", ".", "--as-of", DAY, "--format", "concise"])
        .keeps_quiet_about("evidence-omitted");
}

#[test]
fn observed_traffic_above_the_plan_is_shown() {
    let folder = project();
    let table = "evidence/traffic-2026-09.csv";
    let text = folder.read(table);
    assert!(text.contains(",12.0\n"));
    folder.file(table, text.replace(",12.0\n", ",48.0\n"));
    let words = ["check", ".", "--as-of", DAY, "--format", "concise"];
    folder
        .run(&words)
        .exits(1)
        .says("traffic-above-plan")
        .says("has 48 requests/s in `highest_minute_rps`, but the planned peak is 12");
    // A table that ends early is as true as what is left of it, and what is no table says nothing.
    for broken in ["", "hour,rps\n1,nan\n", "\u{0}"] {
        folder.file(table, broken);
        folder.run(&words).keeps_quiet_about("traffic-above-plan");
    }
}
