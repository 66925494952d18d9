//! What holds for `action.yml` and every workflow. `.ci/run` adds what zizmor and actionlint know.

use super::runner::yaml;
use crate::common::ROOT;
use serde_json::Value;
use std::{fs, path::Path, process::Command};

fn files() -> Vec<String> {
    let folder = fs::read_dir(Path::new(ROOT).join(".github/workflows")).expect("workflows");
    let workflows = folder.flatten().map(|entry| {
        format!(
            ".github/workflows/{}",
            entry.file_name().to_str().expect("UTF-8")
        )
    });
    workflows.chain(["action.yml".into()]).collect()
}

fn steps(document: &Value) -> Vec<&Value> {
    let jobs = document["jobs"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, job)| job);
    jobs.chain([&document["runs"]])
        .filter_map(|job| job["steps"].as_array())
        .flatten()
        .collect()
}

#[test]
fn no_expression_stands_in_a_script() {
    for file in files() {
        let document = yaml(&file);
        let steps = steps(&document);
        assert!(!steps.is_empty(), "{file}");
        for step in steps {
            assert!(
                !step["run"].as_str().unwrap_or_default().contains("${{"),
                "{file}: {step}"
            );
        }
    }
}

#[test]
fn actions_are_pinned_by_commit_and_say_their_version() {
    for file in files() {
        let text = fs::read_to_string(Path::new(ROOT).join(&file)).expect("a file");
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let (action, version) = line
                .split_once(" # v")
                .unwrap_or_else(|| panic!("{file}: {line}"));
            let hash = action.split('@').nth(1).unwrap_or_default();
            assert!(
                hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{file}: {line}"
            );
            assert!(version.split('.').count() == 3, "{file}: {line}");
        }
    }
}

#[test]
fn workflows_have_no_rights_but_those_that_a_job_names() {
    for file in files().iter().filter(|file| *file != "action.yml") {
        let workflow = yaml(file);
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{file}");
        for (name, job) in workflow["jobs"].as_object().expect("jobs") {
            assert!(job["permissions"].is_object(), "{file}: {name}");
            assert!(job["timeout-minutes"].is_number(), "{file}: {name}");
        }
    }
}

/// The archives that the action looks for are those that the release makes.
#[test]
fn the_release_makes_every_archive_that_the_action_installs() {
    let install =
        fs::read_to_string(Path::new(ROOT).join(".github/action/install")).expect("a script");
    let wanted: Vec<&str> = install
        .lines()
        .filter_map(|line| line.split_once(") target=")?.1.split([' ', ';']).next())
        .filter(|target| !target.is_empty())
        .collect();
    assert_eq!(wanted.len(), 5, "{wanted:?}");
    let release = yaml(".github/workflows/release.yml");
    let made: Vec<&str> = release["jobs"]["archives"]["strategy"]["matrix"]["include"]
        .as_array()
        .expect("a matrix")
        .iter()
        .filter_map(|row| row["target"].as_str())
        .collect();
    for target in wanted {
        assert!(made.contains(&target), "{target}");
    }
}

/// What builds runs the code of every dependency: it must not be able to sign in our name.
#[test]
fn only_a_job_that_runs_none_of_our_code_can_sign() {
    let release = yaml(".github/workflows/release.yml");
    let jobs = release["jobs"].as_object().expect("jobs");
    let signs = |job: &Value| !job["permissions"]["id-token"].is_null();
    let signing: Vec<&String> = jobs
        .iter()
        .filter(|(_, job)| signs(job))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(signing, ["attest"]);
    let attest = &jobs["attest"];
    for step in attest["steps"].as_array().expect("steps") {
        let uses = step["uses"].as_str().expect("an action, no script");
        assert!(!uses.starts_with("actions/checkout@"), "{uses}");
    }
    assert_eq!(attest["needs"], "archives");
    assert_eq!(jobs["draft"]["needs"], "attest");
}

/// Prints the notes of a tag as the release workflow does; nothing where there are none.
fn notes(tag: &str) -> Option<String> {
    let script = Path::new(ROOT).join(".github/release/notes");
    let output = Command::new("bash")
        .arg(script)
        .arg(tag)
        .output()
        .expect("the script runs");
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn the_notes_of_a_release_are_its_part_of_the_changelog() {
    let notes_of_this =
        notes(concat!("v", env!("CARGO_PKG_VERSION"))).expect("notes of this version");
    assert!(notes_of_this.starts_with("### "), "{notes_of_this}");
    assert!(!notes_of_this.contains("## ["), "{notes_of_this}");
    assert!(
        !notes_of_this.contains("\n[Unreleased]: "),
        "{notes_of_this}"
    );
    assert_eq!(notes("v999.0.0"), None);
    let workflow =
        fs::read_to_string(Path::new(ROOT).join(".github/workflows/release.yml")).expect("a file");
    assert!(workflow.contains(".github/release/notes \"$TAG\""));
}

/// A release build of cargo is for trying things out; whoever ships names the profile.
#[test]
fn what_is_shipped_is_built_with_the_dist_profile() {
    for file in [
        ".github/action/build",
        ".github/release/archive",
        ".github/release/wheel",
    ] {
        let script = fs::read_to_string(Path::new(ROOT).join(file)).expect("a script");
        assert!(
            script.contains("--profile dist") && !script.contains("--release"),
            "{file}"
        );
    }
    let toml = |file: &str| fs::read_to_string(Path::new(ROOT).join(file)).expect("a file");
    assert!(
        toml("pyproject.toml")
            .lines()
            .any(|line| line == "profile = \"dist\"")
    );
    assert!(
        toml("README.md")
            .lines()
            .any(|line| line == "cargo install --locked --profile dist --path .")
    );
    let dist = toml("Cargo.toml")
        .split("[profile.dist]\n")
        .nth(1)
        .expect("the profile")
        .to_owned();
    let dist = dist.split("\n\n").next().expect("its lines");
    for line in [
        "opt-level = 3",
        "lto = \"fat\"",
        "codegen-units = 1",
        "strip = true",
    ] {
        assert!(
            dist.lines().any(|found| found == line),
            "the dist profile lacks {line}"
        );
    }
}
