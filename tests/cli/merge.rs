//! One report of many repositories.

use super::run::{Answer, DAY, Folder, GOOD};
use serde_json::{Value as Json, json};

/// A folder with a report of a service that may go, one that may not, and one that waits for an approver.
fn fleet() -> Folder {
    let folder = Folder::new();
    for (name, text) in [
        ("good", GOOD.to_owned()),
        ("bad", GOOD.replace("gateway: 150ms", "gateway: 1ms")),
        ("draft", GOOD.replace("team-feed-relevance", "TODO")),
    ] {
        let service = Folder::with(&[("a.yaml", &text)]);
        let answer = service.run(&["check", ".", "--as-of", DAY, "--format", "json"]);
        folder.file(&format!("{name}.json"), answer.out);
    }
    folder
}

fn edited(folder: &Folder, name: &str, edit: impl Fn(&mut Json)) -> String {
    let mut report: Json = serde_json::from_str(&folder.read(name)).expect("JSON");
    edit(&mut report);
    report.to_string()
}

fn merged(folder: &Folder, words: &[&str]) -> Answer {
    folder.run(&[&["report", "merge"], words].concat())
}

#[test]
fn services_are_shown_worst_first_with_what_fires() {
    let folder = fleet();
    let answer = merged(&folder, &["good.json", "bad.json", "draft.json"]);
    answer.exits(0);
    let head = "3 repositories, 3 services: 1 no-go, 1 draft, 1 go; ";
    assert!(answer.out.starts_with(head), "{answer:?}");
    let at = |text: &str| {
        answer
            .out
            .find(text)
            .unwrap_or_else(|| panic!("{text}: {answer:?}"))
    };
    assert!(
        at("bad: ") < at("draft: ") && at("draft: ") < at("good: "),
        "{answer:?}"
    );
    assert!(
        at("rules that fire most") < at("timeouts-order"),
        "{answer:?}"
    );
    assert!(
        at("controls with findings") < at("google-prr:architecture"),
        "{answer:?}"
    );
    let answer = merged(&folder, &["good.json", "bad.json", "--format", "markdown"]);
    assert!(
        answer
            .out
            .contains("| <code>bad</code> | <code>feed-ranker</code> |"),
        "{answer:?}"
    );
    let answer = merged(&folder, &["good.json", "bad.json", "--format", "json"]);
    let fleet: Json = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(fleet["summary"]["verdict"], "no-go");
    assert_eq!(fleet["summary"]["services"], json!({"no-go": 1, "go": 1}));
    assert_eq!(fleet["repositories"][0]["name"], "bad");
    assert_eq!(
        fleet["repositories"][0]["services"][0]["gates"]
            .as_array()
            .map(Vec::is_empty),
        Some(false)
    );
    let rule = &fleet["rules"].as_array().expect("rules")[0];
    assert_eq!(rule["repositories"], json!(["bad"]));
}

#[test]
fn the_order_of_files_changes_nothing() {
    let folder = fleet();
    for format in ["table", "markdown", "json"] {
        let one = merged(
            &folder,
            &["good.json", "bad.json", "draft.json", "--format", format],
        );
        let other = merged(
            &folder,
            &["draft.json", "bad.json", "good.json", "--format", format],
        );
        assert_eq!(one, other, "{format}");
    }
}

#[test]
fn the_exit_code_is_that_of_the_worst_verdict_where_it_is_asked_for() {
    let folder = fleet();
    folder.file(
        "waits.json",
        edited(&folder, "good.json", |report| {
            report["summary"]["verdict"] = "escalate".into();
            report["summary"]["escalations"] = 1.into();
        }),
    );
    folder.file(
        "warns.json",
        edited(&folder, "good.json", |report| {
            report["summary"]["warnings"] = 1.into()
        }),
    );
    folder.file(
        "failed.json",
        edited(&folder, "good.json", |report| {
            report["summary"]["exitCode"] = 2.into()
        }),
    );
    for (files, level, code) in [
        (&["good.json", "bad.json"][..], "never", 0),
        (&["good.json", "bad.json"], "error", 1),
        (&["good.json", "draft.json"], "error", 1),
        (&["good.json", "waits.json"], "error", 0),
        (&["good.json", "waits.json"], "escalation", 3),
        (&["bad.json", "waits.json"], "escalation", 1),
        (&["good.json", "warns.json"], "escalation", 0),
        (&["good.json", "warns.json"], "warning", 1),
        (&["good.json", "failed.json"], "never", 0),
        (&["good.json", "failed.json"], "error", 2),
        (&["good.json"], "warning", 0),
    ] {
        let answer = merged(&folder, &[files, &["--fail-on", level]].concat());
        assert_eq!(answer.code, code, "{files:?} {level}: {answer:?}");
    }
    let answer = merged(&folder, &["failed.json"]);
    assert!(answer.out.contains("failed: the run failed"), "{answer:?}");
}

#[test]
fn repositories_have_one_name_each() {
    let folder = fleet();
    folder.file("x/report.json", folder.read("good.json"));
    folder.file("y/report.json", folder.read("bad.json"));
    let answer = merged(
        &folder,
        &["x/report.json", "y/report.json", "--format", "json"],
    );
    let fleet: Json = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(fleet["repositories"][0]["name"], "x/report");
    let answer = merged(
        &folder,
        &["x/report.json", "--name", "ranker=x/report.json"],
    );
    assert!(answer.out.contains("ranker"), "{answer:?}");
    for (words, message) in [
        (&["good.json", "good.json"][..], "are both named `good`"),
        (
            &["good.json", "bad.json", "--name", "bad=good.json"],
            "are both named `bad`",
        ),
        (&["good.json", "--name", "x"], "names no repository"),
        (
            &["good.json", "--name", "=good.json"],
            "names no repository",
        ),
        (
            &["good.json", "--name", "x=goood.json"],
            "did you mean `good.json`?",
        ),
    ] {
        let answer = merged(&folder, words);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{answer:?}");
        assert!(answer.err.contains(message), "{answer:?}");
    }
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let folder = fleet();
    let review = "{\"version\":2,\"findings\":[],\"dueSoon\":[],\n\"reviews\":[{\"service\":\"a\",\"environment\":null,\"verdict\":\"maybe\"}]}";
    let deep = format!("{{\"version\":2,\"findings\":{}", "[".repeat(100_000));
    for (text, message) in [
        ("", "broken.json:1:1: this is no report"),
        ("{\"version\":2,", "broken.json:1:13: this is no report"),
        ("[]", "broken.json:1:"),
        ("{}", "it has no `version`"),
        (
            "{\"version\":1}",
            "this is version 1 of the report; version 2 is read",
        ),
        ("{\"version\":3}", "this is version 3"),
        ("{\"version\":\"2\"}", "it has no `version`"),
        ("{\"version\":2}", "missing field `findings`"),
        (
            review,
            "broken.json:2:63: this is no report of servelint: there is no verdict `maybe`",
        ),
        (&deep, "broken.json:1:100024: this is no report"),
        ("\u{1b}[2J", "broken.json:1:1"),
    ] {
        folder.file("broken.json", text);
        let answer = merged(&folder, &["good.json", "broken.json"]);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{answer:?}");
        assert!(answer.err.contains(message), "{message}: {answer:?}");
        assert!(!answer.err.contains('\u{1b}'), "{answer:?}");
    }
    folder.file("broken.json", [0xff, 0xfe]);
    let answer = merged(&folder, &["broken.json"]);
    assert!(answer.err.contains("it is not UTF-8"), "{answer:?}");
    for (name, message) in [
        ("gone.json", "there is no such file"),
        (".", "it is no file"),
    ] {
        let answer = merged(&folder, &[name]);
        answer.exits(2);
        assert!(answer.err.contains(message), "{answer:?}");
    }
}

/// A report is what somebody else's run wrote, or somebody else: none may look better than its findings.
#[test]
fn a_report_that_contradicts_itself_is_refused() {
    let folder = fleet();
    let forge = |name: &str, edit: &dyn Fn(&mut Json)| {
        folder.file("forged.json", edited(&folder, name, edit));
        let answer = merged(&folder, &["forged.json"]);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{answer:?}");
        assert!(
            answer.err.contains("the report contradicts itself"),
            "{answer:?}"
        );
    };
    forge("bad.json", &|report| {
        report["summary"]["verdict"] = "go".into()
    });
    forge("bad.json", &|report| {
        report["summary"]["verdict"] = "go".into();
        report["reviews"] = json!([]);
    });
    forge("bad.json", &|report| report["summary"]["errors"] = 0.into());
    forge("good.json", &|report| {
        report["summary"]["errors"] = 1.into()
    });
    forge("good.json", &|report| {
        report["summary"]["escalations"] = 1.into()
    });
    forge("good.json", &|report| {
        report["reviews"][0]["verdict"] = "no-go".into()
    });
}

#[test]
fn foreign_names_act_nowhere() {
    let folder = fleet();
    let name = "a|b\u{1b}[2J<b>\n::error::x `c";
    folder.file(
        "odd.json",
        edited(&folder, "bad.json", |report| {
            report["reviews"][0]["service"] = name.into();
            report["findings"][0]["rule"] = name.into();
            report["findings"][0]["controls"] = json!([name]);
            report["dueSoon"] = json!([{"kind": "risk", "what": name, "by": name, "until": name, "days": 1, "path": name, "range": null}]);
        }),
    );
    for format in ["table", "markdown", "json"] {
        let answer = merged(&folder, &["odd.json", "--format", format]);
        answer.exits(0);
        assert!(!answer.out.contains('\u{1b}'), "{answer:?}");
        let acts = |line: &str| line.trim_start().starts_with("::error");
        assert!(!answer.out.lines().any(acts), "{answer:?}");
        assert!(
            format != "markdown" || !answer.out.contains("<b>"),
            "{answer:?}"
        );
    }
}
