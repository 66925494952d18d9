//! What a verdict may not leave out: no name of a file, flag, exception or date makes it better than the review is.

use super::run::{Answer, Folder};
use crate::common::{files::copy, projects::project};
use std::path::Path;

const SPEC: &str = "support-chat-llm.serving.yaml";
const LOG: &str = "support-chat-llm.decisions.yaml";
const LIST: &str = "support-chat-llm.checklist.yaml";

/// The reference project, whose verdict is `go`.
pub(crate) fn reference() -> Folder {
    let folder = Folder::new();
    copy(&project("support-chat-llm"), &folder.path, &|_: &Path| true);
    folder
}

/// The same after which `from` is `to` in a file.
fn turned(file: &str, from: &str, to: &str) -> Folder {
    let folder = reference();
    edit(&folder, file, from, to);
    folder
}

fn edit(folder: &Folder, file: &str, from: &str, to: &str) {
    let text = folder.read(file);
    assert!(text.contains(from), "{file} lacks {from}");
    folder.file(file, text.replacen(from, to, 1));
}

fn no_go(folder: &Folder, words: &[&str]) -> Answer {
    let answer = folder.check(words);
    answer.exits(1).says("verdict: support-chat-llm no-go in");
    answer
}

#[test]
fn a_named_file_brings_the_findings_of_its_whole_service() {
    let unrated = "            maintainability:\n              rating: better\n              \
                   rationale: upstream config presets\n              evidence: [docs/ops-review.md]\n";
    for (file, from, to, says) in [
        (LOG, unrated, "", "error[decision-four-dimensions]"),
        (
            LIST,
            "collectedAt: 2026-10-06T10",
            "collectedAt: 2026-07-06T10",
            "error[evidence-missing-or-stale]",
        ),
        (
            LIST,
            "threshold: 800",
            "threshold: 700",
            "error[threshold-not-met]",
        ),
    ] {
        let folder = turned(file, from, to);
        for named in [SPEC, LOG, LIST, "deploy/llmisvc-v7.yaml"] {
            no_go(&folder, &[named]).says(says);
        }
    }
}

#[test]
fn what_is_missed_holds_back_whichever_rules_take_part() {
    let folder = turned(LIST, "threshold: 800", "threshold: 700");
    for words in [
        &["--ignore", "verification"][..],
        &["--ignore", "threshold-not-met,verdict-consistent"],
        &["--select", "slo,structure"],
    ] {
        let answer = no_go(&folder, words);
        answer
            .says(" missed, ")
            .says(" rules in force; off: ")
            .says(&format!(" by {}", words[0]));
    }
    let own = folder.read("servelint.toml");
    for check in [
        "ignore = [\"threshold-not-met\", \"verdict-consistent\"]",
        "select = [\"slo\"]",
    ] {
        folder.file("servelint.toml", format!("[check]\n{check}\n{own}"));
        no_go(&folder, &[]).says(" missed, ").says("servelint.toml:2");
    }
}

#[test]
fn what_was_compared_with_nothing_holds_back_whichever_rules_take_part() {
    let folder = turned(LIST, "evidence/rollback-drill.json", "https://example.com/drill.json");
    no_go(&folder, &["--select", "slo"]).says(" unjudged, ");
    no_go(&folder, &["--ignore", "unjudged,verification,rollout"]);
    // Where nothing of that is left, the rules that are off are named all the same.
    let folder = reference();
    let answer = folder.check(&["--select", "slo"]);
    answer
        .exits(0)
        .says("verdict: support-chat-llm go in production")
        .says(" rules by --select");
    let rich = folder.run(&["check", "--as-of", "2026-10-10", "--ignore", "capacity"]);
    rich.exits(0).says("off: capacity by --ignore");
}
