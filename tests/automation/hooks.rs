//! The entries of `.pre-commit-hooks.yaml`. `.ci/run` installs and runs them with pre-commit itself.

use super::runner::yaml;
use crate::common::FIXTURE_DAY;
use serde_json::Value;
use std::{fs, process::Command};

const GO: &str = "support-chat-llm";
const NO_GO: &str = "support-chat-llm-no-go";

fn hooks() -> Vec<Value> {
    yaml(".pre-commit-hooks.yaml")
        .as_array()
        .expect("a list")
        .clone()
}

#[test]
fn there_is_a_hook_for_changed_files_and_one_for_the_repository() {
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
    }
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
            let output = Command::new(env!("CARGO_BIN_EXE_servelint"))
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
        let mut command = Command::new(env!("CARGO_BIN_EXE_servelint"));
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
