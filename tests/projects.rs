//! Whole repositories: each ends with the exit code and the verdict that it was made for, the
//! formats agree, and what users read about the broken ones is pinned down.

use crate::common::{
    FIXTURE_DAY, check, documents,
    projects::{FORMATS, TWINS, names, project},
};
use serde_json::Value;
use servelint::finding::{Finding, Report, Verdict};
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Command, Output},
};

/// Runs the program as a user in the project's folder does.
fn run(name: &str, format: &str) -> Output {
    Command::new(crate::common::program())
        .args([
            "check",
            ".",
            "--as-of",
            FIXTURE_DAY,
            "--format",
            format,
            "--no-progress",
        ])
        .current_dir(project(name))
        .env_clear()
        .env("NO_COLOR", "1")
        .output()
        .expect("the program runs")
}

fn stdout(output: Output) -> String {
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn said(report: &Report) -> Vec<[String; 4]> {
    let line = |finding: &Finding| {
        let place = &finding.place;
        [
            finding.rule.clone(),
            finding.severity.to_string(),
            place.pointer.to_string(),
            finding.message.clone(),
        ]
    };
    let mut lines: Vec<_> = report.findings.iter().map(line).collect();
    lines.sort();
    lines
}

/// The documents of servelint in a project, by their kind.
fn by_kind(name: &str) -> BTreeMap<String, Value> {
    let is_document = |path: &PathBuf| {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        [".yaml", ".toml", ".json"]
            .iter()
            .any(|extension| name.ends_with(extension))
            && name != "servelint.toml"
    };
    let files = fs::read_dir(project(name))
        .expect("readable")
        .map(|entry| entry.expect("readable").path());
    let all = files
        .filter(is_document)
        .flat_map(|path| documents(&path).1);
    all.map(|document| {
        let value = document.root.to_json();
        (value["kind"].as_str().expect("a kind").to_owned(), value)
    })
    .collect()
}

#[test]
fn every_project_ends_as_it_says() {
    let names = names();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        let expected =
            fs::read_to_string(project(&name).join(".expected-exit-code")).expect("an exit code");
        let output = run(&name, "concise");
        assert_eq!(
            output.status.code(),
            expected.trim().parse().ok(),
            "{name}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn every_project_has_the_verdict_in_its_name() {
    for name in names() {
        let expected = match () {
            () if name.contains("-no-go") => Verdict::NoGo,
            () if name.contains("-escalate") => Verdict::Escalate,
            () => Verdict::Go,
        };
        let report = check(&project(&name));
        let verdicts: Vec<Verdict> = report.reviews.iter().map(|review| review.verdict).collect();
        assert_eq!(verdicts, [expected], "{name}");
        assert!(report.failures.is_empty(), "{name}: {:?}", report.failures);
        if expected == Verdict::Go {
            assert!(report.findings.is_empty(), "{name}: {:?}", said(&report));
        }
    }
}

#[test]
fn twins_hold_the_same_documents() {
    for name in TWINS {
        let yaml = by_kind(name);
        assert_eq!(yaml.len(), 3, "{name}");
        for format in FORMATS {
            assert_eq!(
                yaml,
                by_kind(&format!("{name}-{format}")),
                "{name}-{format}"
            );
        }
    }
}

#[test]
fn twins_have_the_same_findings() {
    for name in TWINS {
        let yaml = said(&check(&project(name)));
        for format in FORMATS {
            assert_eq!(
                yaml,
                said(&check(&project(&format!("{name}-{format}")))),
                "{name}-{format}"
            );
        }
    }
}

/// Findings and verdicts; what was not checked and the counts change with the tool, not with the project.
#[test]
fn what_is_said_about_broken_projects() {
    for name in names() {
        let text = stdout(run(&name, "concise"));
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| {
                !line.starts_with("servelint: ") || line.starts_with("servelint: verdict: ")
            })
            .collect();
        if lines.len() > 1 {
            insta::assert_snapshot!(name, lines.join("\n"));
        }
    }
}

#[test]
fn how_a_broken_project_is_shown() {
    let text = stdout(run("support-chat-llm-no-go", "rich"));
    let (findings, _) = text
        .split_once("\nnot checked")
        .expect("something is not checked");
    insta::assert_snapshot!(findings);
}
