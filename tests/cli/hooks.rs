//! `check --hook`: what a commit changes brings its review, whatever kind of file it is.

use super::run::{Answer, DAY, Folder, GOOD, Setting};
use crate::common::{
    files::copy,
    git::{self, git},
    projects::project,
};
use std::fs;

const NOTHING: &str = "servelint: nothing to check: no ServingSpec, DecisionLog, VerificationChecklist or manifest of a model server was found\n";

fn hook_as(folder: &Folder, env: &[(&str, &str)], words: &[&str]) -> Answer {
    let path = std::env::var("PATH").expect("a path");
    let words = [
        &["check", "--format", "concise", "--as-of", DAY, "--hook"],
        words,
    ]
    .concat();
    let env = [env, &[("PATH", &*path)]].concat();
    folder.run_as(
        &words,
        &Setting {
            env: &env,
            ..Setting::default()
        },
    )
}

fn hook(folder: &Folder, words: &[&str]) -> Answer {
    hook_as(folder, &[], words)
}

/// A committed repository that holds the reference project.
fn reviewed() -> Folder {
    let folder = Folder::new();
    copy(&project("support-chat-llm"), &folder.path, &|_| true);
    git::init(&folder.path);
    git::commit(&folder.path, "what is ready");
    folder
}

/// The first file of this folder of the project.
fn first_in(folder: &Folder, name: &str) -> String {
    let entries = fs::read_dir(folder.path.join(name)).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let first = names.min().expect("a file");
    format!("{name}/{}", first.to_string_lossy())
}

#[test]
fn a_commit_without_anything_of_ours_passes() {
    let folder = reviewed();
    hook(&folder, &[])
        .exits(0)
        .says("unchanged services")
        .keeps_quiet_about("verdict:");
    folder.file("README.md", "words\n");
    hook(&folder, &["README.md"])
        .exits(0)
        .keeps_quiet_about("verdict:");
}

#[test]
fn changed_and_deleted_evidence_brings_its_review() {
    let folder = reviewed();
    let evidence = first_in(&folder, "evidence");
    let is_held = |what: &str| {
        for words in [&[][..], &[&*evidence]] {
            let answer = hook(&folder, words);
            assert_eq!(answer.code, 1, "{what}: {}", answer.shown());
            answer.says("verdict: support-chat-llm no-go");
        }
    };
    folder.file(&evidence, "{}");
    is_held("changed evidence");
    fs::remove_file(folder.path.join(&evidence)).expect("removed");
    is_held("deleted evidence");
    git(&folder.path, &["rm", "--quiet", "--cached", &evidence]);
    is_held("evidence that is removed from the index");
}

#[test]
fn whatever_file_a_review_rests_on_brings_it() {
    let files = [
        ("a.yaml", GOOD),
        ("docs/runbook.md", "# Roll back\n"),
        ("deploy/config.pbtxt", "name: \"a\"\n"),
        ("deploy/extra.jsonc", "// more\n{}\n"),
        ("servelint.toml", "[policy]\n"),
    ];
    let folder = Folder::with(&files);
    let named = GOOD.replace(
        "spec:\n",
        "spec:\n  context: \"see docs/runbook.md\"\n  artifacts:\n    - {role: engine, path: deploy/config.pbtxt}\n    - {role: engine, path: deploy/extra.jsonc}\n    - {role: engine, path: docs/runbook.md}\n",
    );
    folder.file("a.yaml", named);
    git::init(&folder.path);
    git::commit(&folder.path, "x");
    for (name, text) in &files[1..] {
        fs::remove_file(folder.path.join(name)).expect("removed");
        hook(&folder, &[]).says("verdict: feed-ranker");
        folder.file(name, text);
        hook(&folder, &[]).keeps_quiet_about("verdict:");
        folder.file(name, format!("{text}\n"));
        hook(&folder, &[]).says("verdict: feed-ranker");
        folder.file(name, text);
    }
}

#[test]
fn a_file_that_is_named_brings_its_review_though_it_did_not_change() {
    // As `pre-commit run --all-files` does.
    let folder = reviewed();
    for name in [
        &*first_in(&folder, "evidence"),
        "support-chat-llm.checklist.yaml",
    ] {
        hook(&folder, &[name])
            .exits(0)
            .says("verdict: support-chat-llm go");
    }
    hook(&folder, &["."])
        .exits(0)
        .says("verdict: support-chat-llm go");
}

#[test]
fn the_first_commit_is_checked_as_a_whole() {
    let folder = Folder::new();
    copy(&project("support-chat-llm-no-go"), &folder.path, &|_| true);
    git::init(&folder.path);
    for words in [&[][..], &["support-chat-llm.checklist.yaml"]] {
        hook(&folder, words)
            .exits(1)
            .says("verdict: support-chat-llm no-go");
    }
}

#[test]
fn a_range_of_commits_is_checked_from_where_it_starts() {
    let folder = reviewed();
    fs::remove_file(folder.path.join(first_in(&folder, "evidence"))).expect("removed");
    git::commit(&folder.path, "without");
    hook(&folder, &[]).exits(0);
    hook_as(&folder, &[("PRE_COMMIT_FROM_REF", "HEAD~1")], &[])
        .exits(1)
        .says("verdict: support-chat-llm no-go");
    hook(&folder, &["--since", "HEAD~1"])
        .exits(1)
        .says("verdict: support-chat-llm no-go");
    let none = hook_as(&folder, &[("PRE_COMMIT_FROM_REF", "gone")], &[]);
    none.exits(2);
    assert!(
        none.err.contains("`gone` is not a revision"),
        "{}",
        none.err
    );
}

#[test]
fn nothing_to_check_is_said_in_one_line() {
    let folder = Folder::with(&[("values.yaml", "a: 1\n"), ("Cargo.lock", "version = 3\n")]);
    let is_quiet = |words: &[&str]| {
        let answer = hook(&folder, words);
        answer.exits(0);
        assert_eq!((&*answer.out, &*answer.err), (NOTHING, ""), "{words:?}");
    };
    is_quiet(&[]);
    is_quiet(&["values.yaml", "Cargo.lock"]);
    git::init(&folder.path);
    is_quiet(&[]);
    git::commit(&folder.path, "x");
    is_quiet(&[]);
    is_quiet(&["values.yaml", "gone.yaml"]);
    folder
        .run(&["check", "--hook", "--format", "json"])
        .exits(0)
        .says("\"exitCode\": 0");
}

#[test]
fn without_a_repository_the_named_files_are_checked() {
    let folder = Folder::new();
    copy(&project("support-chat-llm-no-go"), &folder.path, &|_| true);
    for words in [&[][..], &["support-chat-llm.checklist.yaml"], &["."]] {
        hook(&folder, words)
            .exits(1)
            .says("verdict: support-chat-llm no-go");
    }
    // What is broken is not passed over for none.
    folder.file(".git", "gitdir: nowhere\n");
    hook(&folder, &[]).exits(2);
}
