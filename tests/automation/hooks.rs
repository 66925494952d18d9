//! The entries of `.pre-commit-hooks.yaml`. `.ci/run` installs and runs them with pre-commit itself; here pre-commit
//! runs the built binary, where it is on the PATH.

use super::runner::yaml;
use crate::common::{
    FIXTURE_DAY,
    files::copy,
    git::{self, git},
    projects::project,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const GO: &str = "support-chat-llm";
const NO_GO: &str = "support-chat-llm-no-go";

fn hooks() -> Vec<Value> {
    yaml(".pre-commit-hooks.yaml")
        .as_array()
        .expect("a list")
        .clone()
}

#[test]
fn there_is_a_hook_for_what_changes_and_one_for_the_repository() {
    let hooks = hooks();
    assert_eq!(
        hooks.iter().map(|hook| &hook["id"]).collect::<Vec<_>>(),
        ["servelint", "servelint-all"]
    );
    for hook in &hooks {
        assert_eq!(
            hook["require_serial"], true,
            "several at once would print several verdicts of one service"
        );
        assert_eq!(hook["language"], "python");
        assert_eq!(
            hook["always_run"], true,
            "a review rests on files of any kind, and on some that are gone"
        );
    }
    // `pre-commit run --all-files` names everything, though nothing changed.
    assert_eq!(hooks[0]["pass_filenames"], Value::Null);
    assert_eq!(hooks[1]["pass_filenames"], false);
}

#[test]
fn the_hooks_block_what_is_broken_and_pass_what_is_not() {
    for hook in hooks() {
        for (project, wanted) in [(GO, 0), (NO_GO, 1)] {
            let file = "support-chat-llm.checklist.yaml";
            let files = if hook["pass_filenames"] == false {
                Vec::new()
            } else {
                vec![file]
            };
            let entry = hook["entry"].as_str().expect("an entry");
            let mut words = entry.split(' ');
            assert_eq!(words.next(), Some("servelint"));
            let output = Command::new(crate::common::program())
                .args(words)
                .args(&files)
                .args(["--as-of", FIXTURE_DAY])
                .current_dir(crate::common::projects::project(project))
                .output()
                .expect("the binary runs");
            assert_eq!(
                output.status.code(),
                Some(wanted),
                "{entry} in {project}\n{}",
                String::from_utf8_lossy(&output.stdout)
            );
        }
    }
}

#[test]
fn the_hook_passes_over_files_that_are_no_specifications() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("Cargo.lock", "version = 3\n");
    write("tsconfig.json", "{ // comments\n}\n");
    write("values.yaml", "a: 1\na: 2\n");
    write("broken.yaml", "apiVersion: servelint/v1alpha1\nkind: [\n");
    let run = |names: &[&str]| {
        let mut command = Command::new(crate::common::program());
        command
            .args(["check", "--no-progress", "--hook"])
            .args(names)
            .current_dir(folder.path());
        command.output().expect("the binary runs").status.code()
    };
    assert_eq!(run(&["Cargo.lock"]), Some(0));
    assert_eq!(
        run(&["Cargo.lock", "tsconfig.json", "values.yaml"]),
        Some(0)
    );
    assert_eq!(
        run(&["Cargo.lock", "broken.yaml"]),
        Some(1),
        "what speaks of servelint is never passed over"
    );
}

/// Runs pre-commit in a folder; `None` where it is not installed.
fn pre_commit(folder: &Path, words: &[&str]) -> Option<Output> {
    let home = folder.join(".git/pre-commit-home");
    let output = Command::new("pre-commit")
        .args(words)
        .current_dir(folder)
        .env("PRE_COMMIT_HOME", home)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output();
    if output.is_err() {
        eprintln!("skipped: there is no pre-commit on the PATH; .ci/run runs the hooks with it");
    }
    output.ok()
}

/// The first hook as it is declared, with the built binary in the place of the package.
fn local_hook() -> Value {
    let mut hook = hooks()[0].clone();
    let entry = hook["entry"].as_str().expect("an entry");
    let entry = entry.replacen("servelint", crate::common::program(), 1);
    hook["entry"] = json!(format!("{entry} --as-of={FIXTURE_DAY}"));
    hook["language"] = json!("system");
    json!({"repos": [{"repo": "local", "hooks": [hook]}]})
}

/// Whether pre-commit lets what is staged pass, as it would be committed.
fn passes(folder: &Path, words: &[&str]) -> bool {
    let words = [&["run", "--verbose"], words].concat();
    let output = pre_commit(folder, &words).expect("pre-commit runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("servelint (what the commit changes)"),
        "{said}"
    );
    match output.status.success() {
        true => assert!(!said.contains("no-go"), "{said}"),
        false => assert!(said.contains("no-go"), "{said}"),
    }
    output.status.success()
}

#[test]
fn pre_commit_brings_the_review_of_whatever_it_rests_on() {
    let guard = tempfile::tempdir().expect("a temporary folder");
    let folder = guard.path();
    copy(&project(GO), folder, &|_| true);
    git::init(folder);
    fs::write(
        folder.join(".pre-commit-config.yaml"),
        local_hook().to_string(),
    )
    .expect("a file");
    if pre_commit(folder, &["--version"]).is_none() {
        return;
    }
    git(folder, &["add", "--all"]);
    assert!(
        passes(folder, &[]),
        "the first commit, before there is a HEAD"
    );
    git::commit(folder, "what is ready");
    assert!(passes(folder, &["--all-files"]));
    let evidence = fs::read_dir(folder.join("evidence")).expect("evidence");
    let mut evidence: Vec<_> = evidence
        .map(|entry| entry.expect("an entry").path())
        .collect();
    evidence.sort();
    let file = &evidence[0];
    fs::write(file, "{}").expect("a file");
    assert!(passes(folder, &[]), "what is not staged is not committed");
    git(folder, &["add", "--all"]);
    assert!(!passes(folder, &[]), "changed evidence");
    git(
        folder,
        &["rm", "--quiet", "--force", &file.to_string_lossy()],
    );
    assert!(
        !passes(folder, &[]),
        "deleted evidence, which pre-commit does not name"
    );
    git(folder, &["commit", "--quiet", "--message", "without"]);
    fs::write(folder.join("README.md"), "words").expect("a file");
    git(folder, &["add", "--all"]);
    assert!(passes(folder, &[]), "nothing of ours");
    assert!(!passes(folder, &["--all-files"]));
    assert!(!passes(
        folder,
        &["--from-ref", "HEAD~1", "--to-ref", "HEAD"]
    ));
}

#[test]
fn pre_commit_runs_where_there_is_nothing_to_check() {
    let guard = tempfile::tempdir().expect("a temporary folder");
    let folder = guard.path();
    git::init(folder);
    fs::write(
        folder.join(".pre-commit-config.yaml"),
        local_hook().to_string(),
    )
    .expect("a file");
    if pre_commit(folder, &["--version"]).is_none() {
        return;
    }
    git(folder, &["add", "--all"]);
    assert!(passes(folder, &[]));
}
