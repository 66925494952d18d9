//! The GitHub Action and the pre-commit hooks run as their hosts would run them.
#![cfg(unix)]

mod common;

use common::{FIXTURE_DAY, ROOT};
use servelint::{document::Node, source::Source, syntax};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A PATH on which `servelint` is the built binary.
fn path() -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_servelint")).parent().expect("a folder");
    format!("{}:/usr/bin:/bin", folder.display())
}

/// Runs the check step of `action.yml` with these inputs; answers with what it wrote to GITHUB_OUTPUT.
fn action(inputs: &[(&str, &str)]) -> (Output, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("output");
    fs::write(&file, "").expect("a file");
    let mut command = Command::new("bash");
    command.arg(Path::new(ROOT).join(".github/action/check")).current_dir(ROOT).env_clear();
    command
        .env("PATH", path())
        .env("GITHUB_OUTPUT", &file)
        .env("LANG", "C.UTF-8")
        .env("SERVELINT_AS_OF", FIXTURE_DAY);
    command.envs(inputs.iter().map(|(name, value)| (format!("SERVELINT_{name}"), value)));
    let output = command.output().expect("bash runs");
    let written = fs::read_to_string(&file).expect("a file");
    (output, written)
}

const GO: &str = "fixtures/projects/support-chat-llm";
const NO_GO: &str = "fixtures/projects/support-chat-llm-no-go";
const ESCALATE: &str = "fixtures/projects/support-chat-llm-escalate";

#[test]
fn the_action_answers_with_verdict_and_exit_code() {
    for (paths, fail_on, code, written) in [
        (GO, "escalation", 0, "verdict=go\nexit-code=0\n"),
        (NO_GO, "escalation", 1, "verdict=no-go\nexit-code=1\n"),
        (NO_GO, "error", 1, "verdict=no-go\nexit-code=1\n"),
        (NO_GO, "never", 0, "verdict=no-go\nexit-code=1\n"),
        (ESCALATE, "escalation", 3, "verdict=escalate\nexit-code=3\n"),
        (ESCALATE, "error", 0, "verdict=escalate\nexit-code=3\n"),
        ("docs", "never", 2, "verdict=\nexit-code=2\n"),
        (GO, "sometimes", 2, ""),
    ] {
        let (output, outputs) = action(&[("PATHS", paths), ("FAIL_ON", fail_on)]);
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), outputs.as_str()),
            (Some(code), written),
            "{paths} {fail_on}\n{text}"
        );
    }
}

#[test]
fn hostile_inputs_of_the_action_are_data() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let trap = folder.path().join("trap");
    let trap = trap.to_str().expect("UTF-8");
    for paths in [
        format!("$(touch {trap})"),
        format!("; touch {trap}"),
        format!("`touch {trap}`"),
        "--config=/etc/passwd".into(),
        "--help".into(),
    ] {
        let (output, outputs) = action(&[("PATHS", &paths)]);
        assert_eq!((output.status.code(), outputs.as_str()), (Some(2), "verdict=\nexit-code=2\n"), "{paths}");
    }
    for (input, value) in [("FORMAT", "$(id)"), ("CONFIG", "x; id"), ("AS_OF", "2026-01-01\nverdict=go")] {
        let (output, outputs) = action(&[("PATHS", GO), (input, value)]);
        assert_eq!((output.status.code(), outputs.as_str()), (Some(2), "verdict=\nexit-code=2\n"), "{input}");
    }
    assert!(!Path::new(trap).exists());
    let (output, _) = action(&[("PATHS", &format!("{GO}\n\n{ESCALATE}\n"))]);
    assert_eq!(output.status.code(), Some(3), "one path on each line");
}

fn hooks() -> Vec<Node> {
    let text = fs::read_to_string(Path::new(ROOT).join(".pre-commit-hooks.yaml")).expect("the hooks");
    let parsed = syntax::parse(&Source::new("hooks", text), syntax::Format::Yaml);
    parsed.documents.first().map(|document| document.root.items().to_vec()).unwrap_or_default()
}

#[test]
fn the_hooks_block_what_is_broken_and_pass_what_is_not() {
    let text = |hook: &Node, key: &str| hook.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    assert_eq!(
        hooks().iter().map(|hook| text(hook, "id")).collect::<Vec<_>>(),
        ["servelint", "servelint-all"]
    );
    for hook in hooks() {
        for (project, wanted) in [(GO, 0), (NO_GO, 1)] {
            let names_files = hook.get("pass_filenames").is_none();
            let folder = Path::new(ROOT).join(project);
            let files: Vec<PathBuf> = if names_files {
                vec![
                    format!(
                        "{}.checklist.yaml",
                        Path::new(GO).file_name().expect("a name").to_string_lossy()
                    )
                    .into(),
                ]
            } else {
                Vec::new()
            };
            let entry = text(&hook, "entry");
            let mut words = entry.split(' ');
            assert_eq!(words.next(), Some("servelint"));
            let output = Command::new(env!("CARGO_BIN_EXE_servelint"))
                .args(words)
                .args(&files)
                .args(["--as-of", FIXTURE_DAY])
                .current_dir(folder)
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
        command.args(["check", "--no-progress", "--hook"]).args(names).current_dir(folder.path());
        command.output().expect("the binary runs").status.code()
    };
    assert_eq!(run(&["Cargo.lock"]), Some(0));
    assert_eq!(run(&["Cargo.lock", "tsconfig.json", "values.yaml"]), Some(0));
    assert_eq!(run(&["Cargo.lock", "broken.yaml"]), Some(1), "what speaks of servelint is never passed over");
}
