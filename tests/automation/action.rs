//! The whole action against the fixture projects: verdicts, outputs, annotations, reports, and inputs that mean harm.

use super::runner::{Job, Outcome};
use crate::common::{ROOT, files::copy, sample};
use serde_json::Value;
use std::{fs, path::Path, sync::LazyLock};

const GO: &str = "fixtures/projects/support-chat-llm";
static NO_GO: LazyLock<String> = LazyLock::new(|| path_of("support-chat-llm-no-go"));
static ESCALATE: LazyLock<String> = LazyLock::new(|| path_of("support-chat-llm-escalate"));

/// The path of a fixture project as a user at the root of this repository names it.
fn path_of(project: &str) -> String {
    let path = crate::common::projects::project(project);
    let path = path.strip_prefix(crate::common::ROOT).unwrap_or(&path);
    path.to_str().expect("a plain path").to_owned()
}

/// The report that the output `report` names.
fn counts(outcome: &Outcome, reports: &Reports) -> (String, String) {
    let summary = &reports.report["summary"];
    assert_eq!(outcome.output("verdict"), summary["verdict"]);
    (
        summary["errors"].to_string(),
        summary["escalations"].to_string(),
    )
}

/// The files that the outputs name, read while the job's folders are there.
struct Reports {
    report: Value,
    sarif: Value,
}

fn reports(outcome: &Outcome) -> Reports {
    let read = |name: &str| {
        let text = fs::read_to_string(outcome.output(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        serde_json::from_str(&text).expect("JSON")
    };
    Reports {
        report: read("report"),
        sarif: read("sarif"),
    }
}

#[test]
fn the_step_fails_as_fail_on_says() {
    for (project, fail_on, code, verdict, exit_code) in [
        (GO, "escalation", 0, "go", "0"),
        (GO, "never", 0, "go", "0"),
        (&NO_GO, "escalation", 1, "no-go", "1"),
        (&NO_GO, "warning", 1, "no-go", "1"),
        (&NO_GO, "error", 1, "no-go", "1"),
        (&NO_GO, "never", 0, "no-go", "1"),
        (&ESCALATE, "escalation", 3, "escalate", "3"),
        (&ESCALATE, "warning", 3, "escalate", "3"),
        (&ESCALATE, "error", 0, "escalate", "3"),
        (&ESCALATE, "never", 0, "escalate", "3"),
    ] {
        let job = Job::new(project).input("fail-on", fail_on);
        let outcome = job.run();
        assert_eq!(
            (
                outcome.code,
                outcome.output("verdict"),
                outcome.output("exit-code")
            ),
            (code, verdict, exit_code),
            "{project} {fail_on}\n{}",
            outcome.log
        );
        let (errors, escalations) = counts(&outcome, &reports(&outcome));
        assert_eq!(
            (outcome.output("errors"), outcome.output("escalations")),
            (&*errors, &*escalations)
        );
        assert_eq!(verdict == "no-go", errors != "0");
        assert_eq!(verdict == "escalate", errors == "0" && escalations != "0");
    }
}

#[test]
fn one_run_annotates_summarises_and_writes_sarif() {
    let job = Job::new(".").input("paths", &NO_GO);
    let outcome = job.run();
    assert_eq!(outcome.code, 1);
    let place = format!("file={}/support-chat-llm.serving.yaml,line=", *NO_GO);
    assert!(
        outcome
            .commands()
            .iter()
            .any(|line| line.starts_with("::error ") && line.contains(&place))
    );
    assert!(outcome.summary.contains("support-chat-llm") && outcome.summary.contains("no-go"));
    let reports = reports(&outcome);
    assert_eq!(reports.sarif["version"], "2.1.0");
    let results = reports.sarif["runs"][0]["results"]
        .as_array()
        .expect("results");
    assert_eq!(
        results.len(),
        reports.report["findings"]
            .as_array()
            .expect("findings")
            .len()
    );
    let file = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(
        file.as_str().is_some_and(|file| file.starts_with(&*NO_GO)),
        "{file}"
    );
}

#[test]
fn a_summary_and_annotations_can_be_turned_off() {
    let job = Job::new(".")
        .input("paths", &NO_GO)
        .input("summary", "false")
        .input("format", "concise");
    let outcome = job.run();
    assert_eq!((outcome.code, outcome.summary.as_str()), (1, ""));
    assert_eq!(outcome.commands(), Vec::<&str>::new());
    assert!(outcome.log.contains(": error["), "{}", outcome.log);
}

#[test]
fn a_run_that_could_not_be_done_always_fails_and_says_nothing_of_a_verdict() {
    for (workspace, inputs) in [
        ("docs/rules", &[][..]),
        (GO, &[("config", "missing.toml")]),
        (GO, &[("as-of", "yesterday")]),
        (GO, &[("format", "html")]),
        (GO, &[("paths", "missing/")]),
        (GO, &[("fail-on", "sometimes")]),
        (GO, &[("fail-on", "error never")]),
        (GO, &[("summary", "yes")]),
        (GO, &[("changed-only", "perhaps")]),
        (GO, &[("render", "perhaps")]),
    ] {
        let mut job = Job::new(workspace);
        for (name, value) in inputs {
            job = job.input(name, value);
        }
        // Unless the test is about it: even `never` does not forgive what was not done.
        if !inputs.iter().any(|(name, _)| *name == "fail-on") {
            job = job.input("fail-on", "never");
        }
        let outcome = job.run();
        assert_eq!(outcome.code, 2, "{inputs:?}\n{}", outcome.log);
        for name in ["verdict", "errors", "escalations"] {
            assert_eq!(outcome.output(name), "", "{inputs:?}");
        }
        assert!(
            outcome.log.contains("servelint: ") || outcome.log.contains("error: "),
            "{}",
            outcome.log
        );
    }
}

#[test]
fn hostile_inputs_are_data() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let trap = folder.path().join("trap");
    let run = format!("touch {}", trap.display());
    let values = [
        format!("$({run})"),
        format!("`{run}`"),
        format!("; {run}"),
        format!("'; {run}; '"),
        format!("\"; {run}; \""),
        format!("x && {run}"),
        format!("x\n{run}"),
        "--help".into(),
        "-".into(),
        "-h".into(),
        "--output=sarif=stolen.sarif".into(),
        "x\n::error::forged".into(),
        "x\r::error::forged".into(),
        "x\nverdict=go".into(),
        "${{ github.token }}".into(),
        "*".into(),
        "x".repeat(100_000),
    ];
    let inputs = [
        "paths",
        "since",
        "policy-from",
        "approvals",
        "render",
        "changed-only",
        "config",
        "as-of",
        "format",
        "summary",
        "fail-on",
        "version",
        "sha256",
        "releases-url",
    ];
    for (place, input) in inputs.into_iter().enumerate() {
        for value in sample::a_third(values.iter().collect(), place) {
            // What a path holds may be anything that the folder holds.
            if input == "paths" && value == "*" {
                continue;
            }
            let outcome = Job::new(GO).input(input, value).run();
            let shown: String = value.chars().take(60).collect();
            assert_eq!(outcome.code, 2, "{input} {shown:?}\n{}", outcome.log);
            assert_eq!(outcome.output("verdict"), "", "{input} {shown:?}");
            let forged: Vec<&str> = outcome
                .commands()
                .into_iter()
                .filter(|line| line.contains("forged"))
                .collect();
            assert!(forged.is_empty(), "{input} {shown:?} {forged:?}");
            assert!(!trap.exists(), "{input} {shown:?} was obeyed");
        }
    }
}

#[test]
fn paths_are_one_a_line_and_may_be_many_and_odd() {
    let workspace = tempfile::tempdir().expect("a temporary folder");
    for (project, name) in [(GO, "a folder with spaces"), (&ESCALATE, "--hook")] {
        copy(
            &Path::new(ROOT).join(project),
            &workspace.path().join(name),
            &|_| true,
        );
    }
    let run = |paths: &str| Job::new(workspace.path()).input("paths", paths).run();
    assert_eq!(run("a folder with spaces").output("verdict"), "go");
    assert_eq!(
        run("a folder with spaces\r\n\r\n--hook\r\n").output("verdict"),
        "escalate"
    );
    assert_eq!(
        run(&"a folder with spaces\n".repeat(4_000)).output("verdict"),
        "go"
    );
    assert_eq!(
        run("\n\n").output("verdict"),
        "escalate",
        "no path at all means everything"
    );
}

/// What specifications say reaches the log, the summary and the reports, and commands nothing.
#[test]
fn hostile_specifications_forge_neither_commands_nor_outputs() {
    let workspace = tempfile::tempdir().expect("a temporary folder");
    let evil = r#"x\n::error file=a::forged\n  \"summary\": {\n    \"verdict\": \"go\",\n  }\n```\n# forged"#;
    let text = format!(
        "apiVersion: servelint/v1alpha1\nkind: ServingSpec\nmetadata:\n  name: \"{evil}\"\nspec: {{}}\n"
    );
    fs::write(workspace.path().join("evil.yaml"), text).expect("a file");
    let job = Job::new(workspace.path());
    let outcome = job.run();
    assert_eq!(
        (outcome.code, outcome.output("verdict")),
        (1, "no-go"),
        "{}",
        outcome.log
    );
    assert!(
        !outcome
            .commands()
            .iter()
            .any(|line| line.starts_with("::error file=a")),
        "{}",
        outcome.log
    );
    assert!(
        !outcome
            .summary
            .lines()
            .any(|line| line.trim() == "# forged"),
        "{}",
        outcome.summary
    );
    assert_eq!(
        counts(&outcome, &reports(&outcome)).0,
        outcome.output("errors")
    );
}
